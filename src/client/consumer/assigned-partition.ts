// One partition that a consumer reads, and how far it is.

import type { OffsetSpec } from '../admin/list-offsets.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { FetchedPartition } from './fetched-partition.ts';

export class AssignedPartition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** The offset to fetch next, or where to find it. `committed`: what the group has committed, else the reset policy. */
  start: bigint | OffsetPlace;
  isPaused = false;
  /** What was fetched and not yet given out. */
  fetched: FetchedPartition | undefined;
  /** Behind the last record that the application is done with; undefined until the position is known. */
  consumedOffset: bigint | undefined;
  /** Of the record before `consumedOffset`; -1 when unknown. */
  consumedEpoch = -1;
  /** The end as last heard; undefined before the first answer. */
  highWatermark: bigint | undefined;
  /** The beginning as last heard; -1 when unknown. */
  logStartOffset = -1n;
  /** The leader epoch of the last record that was given out; -1 when unknown. */
  readEpoch = -1;
  /** The last leader epoch under which the log was seen to have what was read; -1 when none was. */
  checkedEpoch = -1;
  /** A replica nearby that the leader has named (KIP-392), until a time (monotonic, ms). */
  nearby: { readonly nodeId: number; readonly untilMs: number } | undefined;
  /** No fetch before this time (monotonic, ms). */
  notBeforeMs = 0;

  constructor({ topic, partition }: TopicPartition, start: bigint | OffsetPlace) {
    this.topic = topic;
    this.partition = partition;
    this.start = start;
  }

  /** The offset of the next record, undefined until it is known. */
  get position(): bigint | undefined {
    return typeof this.start === 'bigint' ? this.start : undefined;
  }

  /** Reads again from a record that was given out; what was consumed stays consumed. */
  goBack(offset: bigint): void {
    this.start = offset;
    this.fetched = undefined;
    this.readEpoch = -1;
  }

  /** Goes on elsewhere; what was fetched is dropped. */
  seek(start: bigint | OffsetPlace): void {
    this.start = start;
    this.fetched = undefined;
    this.readEpoch = -1;
    this.consumedOffset = typeof start === 'bigint' ? start : undefined;
    this.consumedEpoch = -1;
  }
}

/** A place that has to be asked for. */
export type OffsetPlace =
  | { readonly at: 'committed' }
  | { readonly at: 'spec'; readonly spec: OffsetSpec }
  | { readonly at: 'reset' };
