// The calls of `Admin` about topics and their records. The other families of calls stand on this one, which holds the cluster.

import { Cluster, type RetryScope } from '../cluster.ts';
import type { TopicMetadata } from '../metadata.ts';
import type { ClientOptions } from '../settings.ts';
import type { DescribeOptions } from './authorized-operations.ts';
import {
  type CreatedPartitions,
  type CreatePartitionsOptions,
  createPartitions,
  type NewPartitions,
} from './create-partitions.ts';
import { type CreatedTopic, type CreateTopicsOptions, createTopics, type NewTopic } from './create-topics.ts';
import { type DeletedRecords, deleteRecords, type RecordsToDelete } from './delete-records.ts';
import { type DeletedTopic, type DeletedTopicId, deleteTopics, deleteTopicsById } from './delete-topics.ts';
import {
  type DescribedTopic,
  type DescribedTopicId,
  describeTopics,
  describeTopicsById,
  type ListTopicsOptions,
  listTopics,
} from './describe-topics.ts';
import { type FoundOffset, type ListOffsetsOptions, listOffsets, type OffsetQuery } from './list-offsets.ts';

/** What `Admin` can do with topics and their records. */
export class TopicCalls {
  protected readonly cluster: Cluster;

  constructor(options: ClientOptions) {
    this.cluster = new Cluster(options);
  }

  /**
   * Makes topics (KIP-4). Errors of a topic: TOPIC_ALREADY_EXISTS, also when an earlier attempt of this call made it and its answer was lost;
   * INVALID_TOPIC_EXCEPTION for its name (at most 249 of `a-z A-Z 0-9 . _ -`); INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR, INVALID_REPLICA_ASSIGNMENT
   * and INVALID_CONFIG for what it asks for; POLICY_VIOLATION; TOPIC_AUTHORIZATION_FAILED. Only THROTTLING_QUOTA_EXCEEDED is worth another call, later
   * (KIP-599). With `validateOnly` nothing is made.
   *
   * @example
   * const [created] = await admin.createTopics([{ name: 'sales', numPartitions: 3, configs: { 'retention.ms': '86400000' } }]);
   * if (created?.error) throw created.error;
   */
  createTopics(topics: readonly NewTopic[], options?: CreateTopicsOptions): Promise<CreatedTopic[]> {
    return createTopics(this.cluster, topics, options);
  }

  /**
   * Deletes topics by name, with all their records; nothing brings them back (KIP-4). Errors of a topic: UNKNOWN_TOPIC_OR_PARTITION, also when an earlier
   * attempt of this call deleted it; TOPIC_DELETION_DISABLED where brokers have `delete.topic.enable=false`; TOPIC_AUTHORIZATION_FAILED. Only
   * THROTTLING_QUOTA_EXCEEDED is worth another call.
   *
   * @example
   * for (const { name, error } of await admin.deleteTopics(['drafts'])) if (error) console.error(name, error.message);
   */
  deleteTopics(names: readonly string[], options?: RetryScope): Promise<DeletedTopic[]> {
    return deleteTopics(this.cluster, names, options);
  }

  /**
   * Deletes topics by id, and so never a younger one of the same name (KIP-516). Errors as of `deleteTopics`, with UNKNOWN_TOPIC_ID for one that is gone.
   * Needs Kafka 2.8: rejects with UNSUPPORTED_VERSION before.
   *
   * @example
   * const [created] = await admin.createTopics([{ name: 'drafts' }]);
   * if (created?.topicId !== undefined) await admin.deleteTopicsById([created.topicId]);
   */
  deleteTopicsById(topicIds: readonly string[], options?: RetryScope): Promise<DeletedTopicId[]> {
    return deleteTopicsById(this.cluster, topicIds, options);
  }

  /**
   * Every topic that the client may describe, by name; others are left out silently. The brokers' own (`__consumer_offsets` and so on) only with
   * `includeInternal`.
   *
   * @example
   * for (const { name, partitions } of await admin.listTopics()) console.log(name, partitions.length);
   */
  listTopics(options?: ListTopicsOptions): Promise<TopicMetadata[]> {
    return listTopics(this.cluster, options);
  }

  /**
   * Topics by name, in their order, with ids, partitions, leaders (-1: none at the moment), leader epochs, replicas and those in sync. Never makes a topic,
   * whatever `auto.create.topics.enable` says. Errors of a topic: UNKNOWN_TOPIC_OR_PARTITION, which may pass for one that was made a moment ago;
   * INVALID_TOPIC_EXCEPTION; TOPIC_AUTHORIZATION_FAILED.
   *
   * @example
   * const [{ topic, error } = {}] = await admin.describeTopics(['orders']);
   * if (error) throw error;
   * console.log(topic?.partitions.map(({ leader }) => leader));
   */
  describeTopics(names: readonly string[], options?: DescribeOptions): Promise<DescribedTopic[]> {
    return describeTopics(this.cluster, names, options);
  }

  /** `describeTopics` by id (KIP-516): UNKNOWN_TOPIC_ID for those that are gone. Needs Kafka 3.1: rejects with UNSUPPORTED_VERSION before. */
  describeTopicsById(topicIds: readonly string[], options?: DescribeOptions): Promise<DescribedTopicId[]> {
    return describeTopicsById(this.cluster, topicIds, options);
  }

  /**
   * Widens topics to a number of partitions in all (KIP-195). They never go away again, and keys move to others. Errors of a topic: INVALID_PARTITIONS when
   * the number is not larger than now; INVALID_REPLICA_ASSIGNMENT; UNKNOWN_TOPIC_OR_PARTITION; TOPIC_AUTHORIZATION_FAILED.
   * THROTTLING_QUOTA_EXCEEDED is worth another call.
   *
   * @example
   * await admin.createPartitions([{ topic: 'orders', totalCount: 6 }], { validateOnly: true });
   */
  createPartitions(topics: readonly NewPartitions[], options?: CreatePartitionsOptions): Promise<CreatedPartitions[]> {
    return createPartitions(this.cluster, topics, options);
  }

  /**
   * Where partitions begin (`earliest`) and end (`latest`: the offset of the next record), and which offset the first record at or after a time (a bigint, ms
   * since 1970) has; `max-timestamp` is the youngest record (KIP-396, KIP-734). One answer for each query, in their order; the same partition may be asked
   * about several times. UNKNOWN_TOPIC_OR_PARTITION for a partition that is not there, TOPIC_AUTHORIZATION_FAILED.
   *
   * @example
   * const yesterday = BigInt(Date.now() - 86_400_000);
   * const [since, end] = await admin.listOffsets([
   *   { topic: 'orders', partition: 0, spec: yesterday },
   *   { topic: 'orders', partition: 0, spec: 'latest' },
   * ]);
   * console.log('from', since?.offset ?? end?.offset, 'to', end?.offset);
   */
  listOffsets(queries: readonly OffsetQuery[], options?: ListOffsetsOptions): Promise<FoundOffset[]> {
    return listOffsets(this.cluster, queries, options);
  }

  /**
   * Deletes everything before an offset of each partition, or all with `end`; tells where the partition begins now (KIP-107). Doing it again is harmless.
   * Errors of a partition: OFFSET_OUT_OF_RANGE beyond its end; POLICY_VIOLATION where `cleanup.policy` has no `delete`; UNKNOWN_TOPIC_OR_PARTITION;
   * TOPIC_AUTHORIZATION_FAILED; REQUEST_TIMED_OUT when replicas took too long, which is worth another call.
   *
   * @example
   * await admin.deleteRecords([{ topic: 'lines', partition: 0, beforeOffset: 'end' }]);
   */
  deleteRecords(items: readonly RecordsToDelete[], options?: RetryScope): Promise<DeletedRecords[]> {
    return deleteRecords(this.cluster, items, options);
  }
}
