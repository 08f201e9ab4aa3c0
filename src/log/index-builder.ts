// Decides which batches of a segment get index entries, in the same way while appending and while rebuilding.

import type { BatchHeader } from '../protocol/index.ts';
import type { OffsetIndex } from './offset-index.ts';
import type { TimeIndex, TimestampOffset } from './time-index.ts';

export class IndexBuilder {
  readonly #offsetIndex: OffsetIndex;
  readonly #timeIndex: TimeIndex;
  #largest: TimestampOffset;
  #bytesSinceEntry = 0;

  constructor(offsetIndex: OffsetIndex, timeIndex: TimeIndex, largest: TimestampOffset) {
    this.#offsetIndex = offsetIndex;
    this.#timeIndex = timeIndex;
    this.#largest = largest;
  }

  /** The largest timestamp so far, -1 when there is none. */
  get largest(): TimestampOffset {
    return this.#largest;
  }

  /** The batch begins at `position` of the .log file. */
  add(header: BatchHeader, position: number, intervalBytes: number): void {
    if (header.maxTimestamp > this.#largest.timestamp) {
      this.#largest = { timestamp: header.maxTimestamp, offset: header.lastOffset };
    }
    if (this.#bytesSinceEntry > intervalBytes) {
      this.#offsetIndex.append(header.lastOffset, position);
      this.#timeIndex.appendIfLater(this.#largest);
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += header.sizeInBytes;
  }

  /** The last entry of the time index tells the largest timestamp of the whole segment, so that nobody has to search for it. */
  finish(): void {
    this.#timeIndex.appendIfLater(this.#largest);
  }
}
