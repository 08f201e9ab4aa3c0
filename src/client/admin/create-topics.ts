// CreateTopics: new topics with their partitions and settings.

import { createTopics as createTopicsApi, type KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError } from './response-error.ts';

/** A topic to make. */
export interface NewTopic {
  readonly name: string;
  /** Default: the broker's `num.partitions`. */
  readonly numPartitions?: number | undefined;
  /** Default: the broker's `default.replication.factor`. */
  readonly replicationFactor?: number | undefined;
  /** Node ids of the replicas of each partition, instead of numbers of both. */
  readonly replicaAssignment?: readonly (readonly number[])[] | undefined;
  readonly configs?: Readonly<Record<string, string>> | undefined;
}

/** What became of one new topic: as it is now, or with an error why it is not there. */
export interface CreatedTopic {
  readonly name: string;
  /** Undefined when the broker is too old to say. */
  readonly topicId: string | undefined;
  readonly numPartitions: number | undefined;
  readonly replicationFactor: number | undefined;
  readonly error: KafkaError | undefined;
}

/** How `Admin.createTopics` goes about it. */
export interface CreateTopicsOptions extends RetryScope {
  /** Check only, create nothing. */
  readonly validateOnly?: boolean | undefined;
}

export function createTopics(
  cluster: Cluster,
  topics: readonly NewTopic[],
  options: CreateTopicsOptions = {},
): Promise<CreatedTopic[]> {
  return cluster.retry('create topics', options, async (remainingMs) => {
    const response = await cluster.sendToController(
      createTopicsApi,
      {
        topics: topics.map(topicRequest),
        timeoutMs: Math.ceil(remainingMs),
        validateOnly: options.validateOnly ?? false,
      },
      { signal: options.signal },
    );
    return response.topics.map((topic) => ({
      name: topic.name,
      topicId: topic.topicId === ZERO_UUID ? undefined : topic.topicId,
      numPartitions: topic.numPartitions < 0 ? undefined : topic.numPartitions,
      replicationFactor: topic.replicationFactor < 0 ? undefined : topic.replicationFactor,
      error: itemError(topic.errorCode, `create topic ${topic.name}`, topic.errorMessage),
    }));
  });
}

function topicRequest(topic: NewTopic) {
  const assignment = topic.replicaAssignment;
  return {
    name: topic.name,
    numPartitions: assignment ? -1 : (topic.numPartitions ?? -1),
    replicationFactor: assignment ? -1 : (topic.replicationFactor ?? -1),
    assignments: (assignment ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
    configs: Object.entries(topic.configs ?? {}).map(([name, value]) => ({ name, value })),
  };
}
