// Reads of a log: from segment to segment, while others append, roll and delete.

import { type AbortedTransaction, collectAborted } from './aborted-transactions.ts';
import { OffsetOutOfRangeError } from './log-error.ts';
import type { Segment } from './segment.ts';
import type { SegmentList } from './segment-list.ts';
import { type ReadEnd, readSegment, type SegmentReadOptions } from './segment-read.ts';
import { findByTimestamp, findMaxTimestamp, type TimestampedOffset } from './timestamp-search.ts';

const NOTHING = Buffer.alloc(0);

export class LogReader {
  readonly #segments: SegmentList;
  #lastRead: { readonly segment: Segment; readonly end: ReadEnd } | undefined;

  constructor(segments: SegmentList) {
    this.#segments = segments;
  }

  /** Whole batches of one segment, the first that has any at or behind the start. */
  read(options: SegmentReadOptions): Promise<Buffer> {
    return this.#segments.undisturbed(() => this.#read(options));
  }

  /** The first record in [startOffset, limit) whose timestamp is at least `timestampMs`. */
  findByTimestamp(timestampMs: bigint, startOffset: bigint, limit: bigint): Promise<TimestampedOffset | undefined> {
    return this.#segments.undisturbed(() => findByTimestamp(this.#segments.all(), timestampMs, startOffset, limit));
  }

  /** The first record with the largest timestamp. */
  findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    return this.#segments.undisturbed(() => findMaxTimestamp(this.#segments.all()));
  }

  /** The aborted transactions that overlap [fromOffset, toOffset). */
  abortedTransactions(fromOffset: bigint, toOffset: bigint): Promise<readonly AbortedTransaction[]> {
    return this.#segments.undisturbed(() => collectAborted(this.#segments.from(fromOffset), fromOffset, toOffset));
  }

  /** The log was cut: what was found before may be gone. */
  reset(): void {
    this.#lastRead = undefined;
  }

  async #read(options: SegmentReadOptions): Promise<Buffer> {
    let segment = this.#segments.floor(options.startOffset);
    while (segment !== undefined) {
      const current = segment;
      const previous = this.#lastRead?.segment === current ? this.#lastRead.end : undefined;
      const next = this.#segments.higher(current.baseOffset);
      const bounded = { ...options, nextBaseOffset: next?.baseOffset };
      const read = await readSegment(current, bounded, previous).catch((error: unknown) => {
        // Retention was faster; the log start offset has passed the offset by now.
        if (current.isRemoved) throw new OffsetOutOfRangeError(`${current.path} was deleted while it was read`);
        throw error;
      });
      if (read !== undefined) {
        this.#lastRead = { segment: current, end: read.end };
        return read.records;
      }
      segment = this.#segments.higher(current.baseOffset);
    }
    return NOTHING;
  }
}
