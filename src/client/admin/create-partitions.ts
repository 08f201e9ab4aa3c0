// CreatePartitions: more partitions for topics that exist.

import { createPartitions as createPartitionsApi, type KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError } from './response-error.ts';

/** How many partitions a topic is to have. */
export interface NewPartitions {
  readonly topic: string;
  /** How many the topic shall have in all. */
  readonly totalCount: number;
  /** Node ids of the replicas of each new partition; default: the broker chooses. */
  readonly replicaAssignment?: readonly (readonly number[])[] | undefined;
}

/** How `Admin.createPartitions` goes about it. */
export interface CreatePartitionsOptions extends RetryScope {
  readonly validateOnly?: boolean | undefined;
}

/** What became of the new partitions of one topic. */
export interface CreatedPartitions {
  readonly topic: string;
  readonly error: KafkaError | undefined;
}

export function createPartitions(
  cluster: Cluster,
  topics: readonly NewPartitions[],
  options: CreatePartitionsOptions = {},
): Promise<CreatedPartitions[]> {
  return cluster.retry('create partitions', options, async (remainingMs) => {
    const response = await cluster.sendToController(
      createPartitionsApi,
      {
        topics: topics.map(({ topic, totalCount, replicaAssignment }) => ({
          name: topic,
          count: totalCount,
          assignments: replicaAssignment?.map((brokerIds) => ({ brokerIds: [...brokerIds] })) ?? null,
        })),
        timeoutMs: Math.ceil(remainingMs),
        validateOnly: options.validateOnly ?? false,
      },
      { signal: options.signal },
    );
    cluster.topics.expire();
    return response.results.map(({ name, errorCode, errorMessage }) => ({
      topic: name,
      error: itemError(errorCode, `add partitions to topic ${name}`, errorMessage),
    }));
  });
}
