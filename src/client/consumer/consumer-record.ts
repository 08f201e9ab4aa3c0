// What a consumer gets.

import type { RecordHeader } from '../../protocol/index.ts';
import type { TopicPartition } from '../topic-partition.ts';

/** Key, value and header values are views on the bytes of the whole answer of the broker: copy what is kept for long. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** ms since 1970; -1 without one. */
  readonly timestamp: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** Some records of one partition, in order. It may be empty: the position moved over what no reader gets, such as aborted records. */
export interface ConsumedBatch extends TopicPartition {
  readonly records: readonly ConsumerRecord[];
  /** Where the partition is read on. */
  readonly nextOffset: bigint;
  /** The leader epoch of the last record; -1 when unknown. */
  readonly leaderEpoch: number;
  /** The end of the partition when these were fetched. */
  readonly highWatermark: bigint;
}
