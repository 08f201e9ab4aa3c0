// An offset to commit, and the shape in which OffsetCommit and TxnOffsetCommit carry it.

import { groupByTopic, type TopicPartition } from '../topic-partition.ts';

/** How far a group is in one partition. */
export interface OffsetToCommit extends TopicPartition {
  /** Of the next record to read. */
  readonly offset: bigint;
  readonly leaderEpoch?: number | undefined;
  readonly metadata?: string | undefined;
}

/** The offsets by topic name, as requests list them. */
export function offsetTopics(offsets: readonly OffsetToCommit[]) {
  return [...groupByTopic(offsets)].map(([name, items]) => ({
    name,
    partitions: items.map((item) => ({
      partitionIndex: item.partition,
      committedOffset: item.offset,
      committedLeaderEpoch: item.leaderEpoch ?? -1,
      committedMetadata: item.metadata ?? '',
    })),
  }));
}
