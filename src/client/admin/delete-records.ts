// DeleteRecords: moves the start of partitions up, so that older records are gone.

import { deleteRecords as deleteRecordsApi, KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupBy, groupByTopic, type TopicPartition } from '../topic-partition.ts';
import { itemError } from './response-error.ts';

/** Up to where a partition is to be deleted. */
export interface RecordsToDelete extends TopicPartition {
  /** The first offset that stays; `end` deletes everything there is now. */
  readonly beforeOffset: bigint | 'end';
}

/** What became of one partition: where it begins now, or an error. */
export interface DeletedRecords extends TopicPartition {
  /** Where the partition begins now; -1 with an error. */
  readonly lowWatermark: bigint;
  readonly error: KafkaError | undefined;
}

const HIGH_WATERMARK = -1n;

export async function deleteRecords(
  cluster: Cluster,
  items: readonly RecordsToDelete[],
  options: RetryScope = {},
): Promise<DeletedRecords[]> {
  return cluster.retry('delete records', options, async (remainingMs) => {
    const led = await Promise.all(items.map((item) => withLeader(cluster, item, options)));
    const missing = led.flatMap(({ item, error }) => (error ? [{ ...place(item), lowWatermark: -1n, error }] : []));
    const byLeader = groupBy(
      led.filter(({ error }) => error === undefined),
      ({ leader }) => leader,
    );
    const deleted = await Promise.all(
      [...byLeader].map(([leader, group]) =>
        deleteAt(
          cluster,
          leader,
          group.map(({ item }) => item),
          remainingMs,
          options,
        ),
      ),
    );
    return [...missing, ...deleted.flat()];
  });
}

async function withLeader(cluster: Cluster, item: RecordsToDelete, { signal }: RetryScope) {
  try {
    const { leader } = await cluster.topics.leader(item.topic, item.partition, { signal });
    return { item, leader, error: undefined };
  } catch (error) {
    // What does not exist is an answer; what has no leader yet is worth another try.
    if (error instanceof KafkaError && error.code === 'UNKNOWN_TOPIC_OR_PARTITION') return { item, leader: -1, error };
    throw error;
  }
}

async function deleteAt(
  cluster: Cluster,
  leader: number,
  items: readonly RecordsToDelete[],
  remainingMs: number,
  { signal }: RetryScope,
): Promise<DeletedRecords[]> {
  const topics = [...groupByTopic(items)].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, beforeOffset }) => ({
      partitionIndex: partition,
      offset: beforeOffset === 'end' ? HIGH_WATERMARK : beforeOffset,
    })),
  }));
  const timeoutMs = Math.ceil(Math.min(remainingMs, cluster.settings.requestTimeoutMs));
  const response = await cluster.sendToNode(leader, deleteRecordsApi, { topics, timeoutMs }, { signal });
  return response.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, lowWatermark, errorCode }) => ({
      topic: name,
      partition: partitionIndex,
      lowWatermark,
      error: itemError(errorCode, `delete records of ${name}-${partitionIndex}`),
    })),
  );
}

function place({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}
