// The segment that compaction writes, beside the log until it takes the place of those that it was made of.

import type { DiskFile } from '../../platform/index.ts';
import { readBatchHeader } from '../../protocol/index.ts';
import { IndexBuilder } from '../index-builder.ts';
import type { SegmentContext } from '../segment.ts';
import { SEGMENT_KINDS, type SegmentFileSuffix, segmentFileName } from '../segment-files.ts';
import { SegmentIndexes } from '../segment-indexes.ts';
import type { AbortedTransactionEntry } from '../transaction-index.ts';

export class CleanedSegment {
  readonly baseOffset: bigint;
  readonly #context: SegmentContext;
  readonly #directory: string;
  readonly #indexes: SegmentIndexes;
  readonly #builder: IndexBuilder;
  #bytes = 0;

  constructor(context: SegmentContext, directory: string, baseOffset: bigint) {
    this.baseOffset = baseOffset;
    this.#context = context;
    this.#directory = directory;
    this.#indexes = new SegmentIndexes(context.files, { directory, baseOffset, suffix: '.cleaned' });
    this.#builder = new IndexBuilder(this.#indexes.offsets, this.#indexes.times, {
      timestamp: -1n,
      offset: baseOffset,
    });
  }

  get sizeInBytes(): number {
    return this.#bytes;
  }

  /** Makes the files, in place of those that an earlier attempt left. */
  async create(): Promise<void> {
    await this.discard();
    await this.#indexes.create();
    await this.#useLog((file) => file.truncate(0));
  }

  /** Whole batches. They are on the disk, though not synced, when it resolves. */
  async append(batches: readonly Buffer[]): Promise<void> {
    if (batches.length === 0) return;
    const start = this.#bytes;
    for (const bytes of batches) {
      const header = readBatchHeader(bytes, 0);
      this.#builder.add(header, this.#bytes, this.#context.indexIntervalBytes());
      this.#bytes += bytes.length;
    }
    await this.#useLog((file) => file.write(batches, start));
    await this.#indexes.write(false);
  }

  appendAborted(entry: AbortedTransactionEntry): void {
    this.#indexes.transactions.append(entry);
  }

  /** Completes the files and makes them last, but for their names. */
  async finish(): Promise<void> {
    this.#builder.finish();
    await this.#indexes.write(true);
    await this.#useLog((file) => file.sync());
    await this.#indexes.sync();
  }

  /** Gives the files another suffix, the .log file first. */
  async rename(from: SegmentFileSuffix, to: SegmentFileSuffix): Promise<void> {
    const { disk, files } = this.#context;
    for (const kind of SEGMENT_KINDS) {
      const path = this.#pathOf(kind);
      await files.forget(path + from);
      await files.forget(path + to);
      const isThere = kind !== 'txnindex' || this.#indexes.transactions.entryCount > 0;
      if (isThere) await disk.rename(path + from, path + to);
    }
  }

  /** Removes what was made of it, for an attempt that came to nothing. */
  async discard(): Promise<void> {
    const { disk, files } = this.#context;
    for (const kind of SEGMENT_KINDS) {
      const path = `${this.#pathOf(kind)}.cleaned`;
      await files.forget(path);
      await disk.remove(path);
    }
  }

  #useLog<T>(action: (file: DiskFile) => Promise<T>): Promise<T> {
    return this.#context.files.use(`${this.#pathOf('log')}.cleaned`, action, true);
  }

  #pathOf(kind: (typeof SEGMENT_KINDS)[number]): string {
    return `${this.#directory}/${segmentFileName(this.baseOffset, kind)}`;
  }
}
