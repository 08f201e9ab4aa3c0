// The three indexes of a segment, in memory and on their way to the disk.

import type { IndexPlace } from './index-file.ts';
import { OffsetIndex } from './offset-index.ts';
import type { OpenFiles } from './open-files.ts';
import { TimeIndex, type TimestampOffset } from './time-index.ts';
import { TransactionIndex } from './transaction-index.ts';

// Entries of the active segment go to the disk in pieces: nobody needs them there, because a crash rebuilds that segment's indexes.
const PENDING_ENTRIES_TO_WRITE = 512;

export class SegmentIndexes {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
  readonly transactions: TransactionIndex;

  readonly #files: OpenFiles;
  readonly #place: IndexPlace;

  /** How many entries the files have; those that are not told of begin anew. */
  constructor(files: OpenFiles, place: IndexPlace, entries: WrittenEntries = {}) {
    this.#files = files;
    this.#place = place;
    this.offsets = new OffsetIndex(files, place, entries.offsets);
    this.times = new TimeIndex(files, place, entries.times);
    this.transactions = new TransactionIndex(files, place, entries.transactions);
  }

  /** The same transactions, and no entries in the other two. */
  anew(): SegmentIndexes {
    const { file } = this.transactions;
    return new SegmentIndexes(this.#files, this.#place, file.isOnDisk ? { transactions: file.entryCount } : {});
  }

  /** Entries for the batch that ends at `lastOffset` and begins at `position` of the .log file; `largest` is the largest timestamp up to it. */
  append(lastOffset: bigint, position: number, largest: TimestampOffset): void {
    this.offsets.append(lastOffset, position);
    this.times.appendIfLater(largest);
  }

  isFull(maxIndexBytes: number): boolean {
    return this.offsets.isFull(maxIndexBytes) || this.times.isFull(maxIndexBytes);
  }

  /** Whether what `write(true)` brings to the system is there. Also empty files are, as for every segment of Apache Kafka's, which rebuilds them else. */
  get areComplete(): boolean {
    return [this.offsets, this.times].every(({ file }) => file.isOnDisk && file.pendingEntries === 0);
  }

  /**
   * Hands pending entries to the system; all of them if `isFinal`, else only where many have gathered. Aborted transactions always. Resolves to
   * whether anything was written.
   */
  async write(isFinal: boolean): Promise<boolean> {
    let hasWritten = false;
    for (const { file } of [this.offsets, this.times, this.transactions]) {
      const isOfTransactions = file === this.transactions.file;
      const enough = isOfTransactions || isFinal ? 1 : PENDING_ENTRIES_TO_WRITE;
      const isMissing = isFinal && !isOfTransactions && !file.isOnDisk;
      if (file.pendingEntries < enough && !isMissing) continue;
      await file.write();
      hasWritten = true;
    }
    return hasWritten;
  }

  /** Those that have a file. */
  async sync(): Promise<void> {
    for (const { file } of [this.offsets, this.times, this.transactions]) if (file.isOnDisk) await file.sync();
  }

  async truncateTo(offset: bigint): Promise<void> {
    await this.offsets.truncateTo(offset);
    await this.times.truncateTo(offset);
    await this.transactions.truncateTo(offset);
  }
}

interface WrittenEntries {
  readonly offsets?: number;
  readonly times?: number;
  readonly transactions?: number | undefined;
}
