// Decides which batches of a segment get index entries, in the same way while appending and while rebuilding.

import type { BatchHeader } from '../protocol/index.ts';
import type { TimestampOffset } from './time-index.ts';

export class IndexBuilder {
  #largest: TimestampOffset;
  #bytesSinceEntry = 0;

  constructor(largest: TimestampOffset) {
    this.#largest = largest;
  }

  /** The largest timestamp so far, -1 when there is none. */
  get largest(): TimestampOffset {
    return this.#largest;
  }

  /** Takes the next batch of the segment; true when it gets entries. */
  add(header: BatchHeader, intervalBytes: number): boolean {
    if (header.maxTimestamp > this.#largest.timestamp) {
      this.#largest = { timestamp: header.maxTimestamp, offset: header.lastOffset };
    }
    const isDue = this.#bytesSinceEntry > intervalBytes;
    if (isDue) this.#bytesSinceEntry = 0;
    this.#bytesSinceEntry += header.sizeInBytes;
    return isDue;
  }
}
