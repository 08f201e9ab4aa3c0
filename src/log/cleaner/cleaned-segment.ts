// The segment that compaction writes, beside the log until it takes the place of those that it was made of.

import { type DiskFile, makeEmpty } from '../../platform/index.ts';
import { readBatchHeader } from '../../protocol/index.ts';
import { IndexBuilder } from '../index-builder.ts';
import type { LogContext } from '../log-context.ts';
import { SEGMENT_KINDS, type SegmentFileSuffix, segmentFileName } from '../segment-files.ts';
import { SegmentIndexes } from '../segment-indexes.ts';
import type { AbortedTransactionEntry } from '../transaction-index.ts';

export class CleanedSegment {
  readonly baseOffset: bigint;
  readonly #context: LogContext;
  readonly #indexes: SegmentIndexes;
  readonly #builder: IndexBuilder;
  #bytes = 0;

  constructor(context: LogContext, baseOffset: bigint) {
    const { services, directory } = context;
    this.baseOffset = baseOffset;
    this.#context = context;
    this.#indexes = new SegmentIndexes(services.openFiles, { directory, baseOffset, suffix: '.cleaned' });
    this.#builder = new IndexBuilder({ timestamp: -1n, offset: baseOffset });
  }

  get sizeInBytes(): number {
    return this.#bytes;
  }

  /** Makes the files, in place of those that an earlier attempt left. */
  async create(): Promise<void> {
    await this.discard();
    await this.#useLog(makeEmpty);
  }

  /** Whole batches. They are on the disk, though not synced, when it resolves. */
  async append(batches: readonly Buffer[]): Promise<void> {
    if (batches.length === 0) return;
    const start = this.#bytes;
    for (const bytes of batches) {
      const header = readBatchHeader(bytes, 0);
      if (this.#builder.add(header, this.#context.config['index.interval.bytes']))
        this.#indexes.append(header.lastOffset, this.#bytes, this.#builder.largest);
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
    this.#indexes.times.appendIfLater(this.#builder.largest);
    await this.#indexes.write(true);
    await this.#useLog((file) => file.sync());
    await this.#indexes.sync();
  }

  /** Gives the files another suffix, the .log file first. */
  async rename(from: SegmentFileSuffix, to: SegmentFileSuffix): Promise<void> {
    const { disk, openFiles } = this.#context.services;
    for (const kind of SEGMENT_KINDS) {
      const path = this.#pathOf(kind);
      await openFiles.forget(path + from);
      await openFiles.forget(path + to);
      const isThere = kind !== 'txnindex' || this.#indexes.transactions.entryCount > 0;
      if (isThere) await disk.rename(path + from, path + to);
    }
  }

  /** Removes what was made of it, for an attempt that came to nothing. */
  async discard(): Promise<void> {
    const { disk, openFiles } = this.#context.services;
    for (const kind of SEGMENT_KINDS) {
      const path = `${this.#pathOf(kind)}.cleaned`;
      await openFiles.forget(path);
      await disk.remove(path);
    }
  }

  #useLog<T>(action: (file: DiskFile) => Promise<T>): Promise<T> {
    return this.#context.services.openFiles.use(`${this.#pathOf('log')}.cleaned`, action, true);
  }

  #pathOf(kind: (typeof SEGMENT_KINDS)[number]): string {
    return `${this.#context.directory}/${segmentFileName(this.baseOffset, kind)}`;
  }
}
