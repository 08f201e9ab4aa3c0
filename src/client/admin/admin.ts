// The administrative calls together, over one cluster. Each is a function of its own file; this gives them a life.

import { Cluster, type RetryScope } from '../cluster.ts';
import type { TopicMetadata } from '../metadata.ts';
import type { ClientOptions } from '../settings.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { type AlterConfigsOptions, type AlteredConfig, alterConfigs, type ConfigChanges } from './alter-configs.ts';
import type { ConfigResource } from './config-resource.ts';
import {
  type CreatedPartitions,
  type CreatePartitionsOptions,
  createPartitions,
  type NewPartitions,
} from './create-partitions.ts';
import { type CreatedTopic, type CreateTopicsOptions, createTopics, type NewTopic } from './create-topics.ts';
import { type DeletedGroup, deleteGroups } from './delete-groups.ts';
import { type DeletedRecords, deleteRecords, type RecordsToDelete } from './delete-records.ts';
import { type DeletedTopic, deleteTopics } from './delete-topics.ts';
import { type DescribedVersions, describeApiVersions } from './describe-api-versions.ts';
import { type ClusterDescription, describeCluster } from './describe-cluster.ts';
import { type DescribeConfigsOptions, type DescribedConfig, describeConfigs } from './describe-configs.ts';
import { type DescribedGroup, describeGroups } from './describe-groups.ts';
import { describeLogDirs, type LogDirDescription } from './describe-log-dirs.ts';
import { type DescribedTopic, describeTopics, type ListTopicsOptions, listTopics } from './describe-topics.ts';
import {
  alterGroupOffsets,
  type CommittedOffset,
  deleteGroupOffsets,
  type ListGroupOffsetsOptions,
  listGroupOffsets,
  type NewOffset,
  type OffsetResult,
} from './group-offsets.ts';
import { type ListedGroup, type ListGroupsOptions, listGroups } from './list-groups.ts';
import { type FoundOffset, type ListOffsetsOptions, listOffsets, type OffsetQuery } from './list-offsets.ts';
import {
  type AlteredScramUser,
  alterScramUsers,
  describeScramUsers,
  type ScramUser,
  type ScramUserChange,
} from './scram-users.ts';

/**
 * Every call answers for each item on its own: an item that failed has an `error`. A call rejects when it could not be made at all:
 * `TimeoutError` when no broker answered in time, `KafkaError` when the broker refused the whole call.
 */
export class Admin implements AsyncDisposable {
  readonly #cluster: Cluster;

  constructor(options: ClientOptions) {
    this.#cluster = new Cluster(options);
  }

  createTopics(topics: readonly NewTopic[], options?: CreateTopicsOptions): Promise<CreatedTopic[]> {
    return createTopics(this.#cluster, topics, options);
  }

  deleteTopics(names: readonly string[], options?: RetryScope): Promise<DeletedTopic[]> {
    return deleteTopics(this.#cluster, names, options);
  }

  listTopics(options?: ListTopicsOptions): Promise<TopicMetadata[]> {
    return listTopics(this.#cluster, options);
  }

  describeTopics(names: readonly string[], options?: RetryScope): Promise<DescribedTopic[]> {
    return describeTopics(this.#cluster, names, options);
  }

  createPartitions(topics: readonly NewPartitions[], options?: CreatePartitionsOptions): Promise<CreatedPartitions[]> {
    return createPartitions(this.#cluster, topics, options);
  }

  describeConfigs(resources: readonly ConfigResource[], options?: DescribeConfigsOptions): Promise<DescribedConfig[]> {
    return describeConfigs(this.#cluster, resources, options);
  }

  alterConfigs(resources: readonly ConfigChanges[], options?: AlterConfigsOptions): Promise<AlteredConfig[]> {
    return alterConfigs(this.#cluster, resources, options);
  }

  listGroups(options?: ListGroupsOptions): Promise<ListedGroup[]> {
    return listGroups(this.#cluster, options);
  }

  describeGroups(groupIds: readonly string[], options?: RetryScope): Promise<DescribedGroup[]> {
    return describeGroups(this.#cluster, groupIds, options);
  }

  deleteGroups(groupIds: readonly string[], options?: RetryScope): Promise<DeletedGroup[]> {
    return deleteGroups(this.#cluster, groupIds, options);
  }

  listGroupOffsets(groupId: string, options?: ListGroupOffsetsOptions): Promise<CommittedOffset[]> {
    return listGroupOffsets(this.#cluster, groupId, options);
  }

  alterGroupOffsets(groupId: string, offsets: readonly NewOffset[], options?: RetryScope): Promise<OffsetResult[]> {
    return alterGroupOffsets(this.#cluster, groupId, offsets, options);
  }

  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return deleteGroupOffsets(this.#cluster, groupId, partitions, options);
  }

  listOffsets(queries: readonly OffsetQuery[], options?: ListOffsetsOptions): Promise<FoundOffset[]> {
    return listOffsets(this.#cluster, queries, options);
  }

  deleteRecords(items: readonly RecordsToDelete[], options?: RetryScope): Promise<DeletedRecords[]> {
    return deleteRecords(this.#cluster, items, options);
  }

  describeCluster(options?: RetryScope): Promise<ClusterDescription> {
    return describeCluster(this.#cluster, options);
  }

  describeLogDirs(brokerIds: readonly number[], options?: RetryScope): Promise<LogDirDescription[]> {
    return describeLogDirs(this.#cluster, brokerIds, options);
  }

  describeApiVersions(nodeId: number, options?: RetryScope): Promise<DescribedVersions> {
    return describeApiVersions(this.#cluster, nodeId, options);
  }

  describeScramUsers(users?: readonly string[], options?: RetryScope): Promise<ScramUser[]> {
    return describeScramUsers(this.#cluster, users, options);
  }

  alterScramUsers(changes: readonly ScramUserChange[], options?: RetryScope): Promise<AlteredScramUser[]> {
    return alterScramUsers(this.#cluster, changes, options);
  }

  /** Closes all connections. Closing twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }
}
