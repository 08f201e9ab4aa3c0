// One segment of a log: a .log file of batches with its indexes. Appends are queued in memory and written in large pieces.

import type { Disk, DiskFile } from '../platform/index.ts';
import type { BatchHeader } from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { FileWindow, headerAt, isInvalidBatch, type LocatedHeader, scanHeaders } from './batch-scan.ts';
import { IndexBuilder } from './index-builder.ts';
import { locateBatch, locateTimestamp, whyIndexesAreWrong } from './index-lookup.ts';
import { LogCorruptError } from './log-error.ts';
import type { OpenFiles } from './open-files.ts';
import { SEGMENT_KINDS, segmentFileName } from './segment-files.ts';
import { loadIndexes, rebuildIndexes, SegmentIndexes } from './segment-indexes.ts';
import type { TimestampOffset } from './time-index.ts';
import type { AbortedTransactionEntry } from './transaction-index.ts';

/** What all segments of a log share. */
export interface SegmentContext {
  readonly disk: Disk;
  readonly files: OpenFiles;
  readonly logger: Logger;
  readonly indexIntervalBytes: () => number;
}

/** A file offset refers to its base by 32 bits. */
const LARGEST_RELATIVE_OFFSET = 2n ** 31n - 1n;
const REWRITE_BYTES = 256 * 1024;

export class Segment {
  readonly baseOffset: bigint;
  /** Random milliseconds by which this segment is rolled earlier than `segment.ms`. */
  readonly jitterMs: number;
  readonly createdMs: number;
  readonly #context: SegmentContext;
  readonly #directory: string;
  #queued: Buffer[] = [];
  #sizeInBytes: number;
  #writtenBytes: number;
  #isCreated: boolean;
  #isSynced: boolean;
  #isFinished = false;
  #isRemoved = false;
  #indexes: SegmentIndexes | undefined;
  #loading: Promise<SegmentIndexes> | undefined;
  #builder: IndexBuilder | undefined;
  /** Of the first batch; undefined while it is unknown or there is none. */
  #firstBatchTimestamp: bigint | undefined;

  private constructor(
    context: SegmentContext,
    directory: string,
    baseOffset: bigint,
    nowMs: number,
    jitterMs: number,
    writtenBytes: number | undefined,
  ) {
    this.#context = context;
    this.#directory = directory;
    this.baseOffset = baseOffset;
    this.createdMs = nowMs;
    this.jitterMs = jitterMs;
    this.#sizeInBytes = writtenBytes ?? 0;
    this.#writtenBytes = writtenBytes ?? 0;
    this.#isCreated = writtenBytes !== undefined;
    this.#isSynced = this.#isCreated;
  }

  /** A segment that is not on the disk yet: its files are made by the first `write`. */
  static create(
    context: SegmentContext,
    directory: string,
    baseOffset: bigint,
    nowMs: number,
    jitterMs: number,
  ): Segment {
    const segment = new Segment(context, directory, baseOffset, nowMs, jitterMs, undefined);
    const indexes = new SegmentIndexes(context.files, { directory, baseOffset });
    segment.#useIndexes(indexes, { timestamp: -1n, offset: baseOffset });
    return segment;
  }

  /** A segment whose .log file has `logBytes` bytes. Nothing is read until it is needed. */
  static existing(
    context: SegmentContext,
    directory: string,
    baseOffset: bigint,
    nowMs: number,
    jitterMs: number,
    logBytes: number,
  ): Segment {
    return new Segment(context, directory, baseOffset, nowMs, jitterMs, logBytes);
  }

  /** Where the .log file of a segment is. */
  static pathOf(directory: string, baseOffset: bigint): string {
    return `${directory}/${segmentFileName(baseOffset, 'log')}`;
  }

  get path(): string {
    return Segment.pathOf(this.#directory, this.baseOffset);
  }

  /** Includes what is queued. */
  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Whether there is something that only `write` brings to the system. */
  get needsWrite(): boolean {
    return !this.#isCreated || this.#queued.length > 0 || (this.#isFinished && this.#hasPendingEntries());
  }

  get isCreated(): boolean {
    return this.#isCreated;
  }

  /** Whether all of it that was written is on stable storage. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  get firstBatchTimestamp(): bigint | undefined {
    return this.#firstBatchTimestamp;
  }

  /** Loaded on first use; rebuilt, with a warning, when what is on the disk cannot be right. */
  indexes(): Promise<SegmentIndexes> {
    if (this.#indexes !== undefined) return Promise.resolve(this.#indexes);
    this.#loading ??= this.#loadIndexes().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Makes it ready for `append`: what appending has to know of the batches before is read. */
  async prepareForAppend(): Promise<void> {
    await this.indexes();
    if (this.#writtenBytes === 0) return;
    await this.useFile(async (file) => {
      const header = await headerAt(new FileWindow(file, this.#writtenBytes, 64), 0, this.#writtenBytes);
      if (!isInvalidBatch(header)) this.#firstBatchTimestamp = header.maxTimestamp;
    });
  }

  isFull(maxIndexBytes: number): boolean {
    return this.#indexes?.isFull(maxIndexBytes) ?? false;
  }

  canHold(offset: bigint): boolean {
    return offset - this.baseOffset <= LARGEST_RELATIVE_OFFSET;
  }

  /** Queues whole batches whose headers are given. The segment keeps the buffer until it is written. */
  append(batches: Buffer, headers: readonly BatchHeader[]): void {
    const builder = this.#builder;
    if (builder === undefined) throw new Error(`Cannot append to ${this.path}: it was not prepared for it`);
    this.#firstBatchTimestamp ??= headers[0]?.maxTimestamp;
    const intervalBytes = this.#context.indexIntervalBytes();
    let position = this.#sizeInBytes;
    for (const header of headers) {
      builder.add(header, position, intervalBytes);
      position += header.sizeInBytes;
    }
    this.#queued.push(batches);
    this.#sizeInBytes += batches.length;
  }

  appendAborted(aborted: AbortedTransactionEntry): void {
    if (this.#indexes === undefined) throw new Error(`Cannot append to ${this.path}: it was not prepared for it`);
    this.#indexes.transactions.append(aborted);
  }

  /** No more appends: the next `write` completes the index files. */
  finish(): void {
    this.#builder?.finish();
    this.#isFinished = true;
    this.#isSynced = false;
  }

  /** Hands everything queued to the system. Not to be called while a call is under way. */
  async write(): Promise<void> {
    const indexes = await this.indexes();
    if (!this.#isCreated) {
      await indexes.create();
      await this.useFile((file) => file.truncate(0), true);
      this.#isCreated = true;
      this.#isSynced = false;
    }
    const chunks = this.#queued;
    if (chunks.length > 0) {
      this.#queued = [];
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      await this.useFile((file) => file.write(chunks, this.#writtenBytes));
      this.#writtenBytes += bytes;
      this.#isSynced = false;
    }
    await indexes.write(this.#isFinished);
  }

  /** What was written before the call is on stable storage when it resolves; the indexes too once the segment is finished. */
  async sync(): Promise<void> {
    if (this.#isSynced || !this.#isCreated) return;
    // Set before, because what is written meanwhile may not be covered.
    this.#isSynced = true;
    await this.useFile((file) => file.sync());
    if (this.#isFinished && this.#indexes !== undefined) await this.#indexes.sync();
  }

  /** The largest timestamp and the last offset of the batch that brought it; timestamp -1 when no batch has one. */
  async largestTimestamp(): Promise<TimestampOffset> {
    return this.#builder?.largest ?? (await this.indexes()).times.lastEntry();
  }

  /** Undefined while the .log file is not there. */
  async modifiedMs(): Promise<number | undefined> {
    return (await this.#context.disk.status(this.path))?.modifiedMs;
  }

  /** The first written batch whose last offset is at least `offset`, and where it begins; undefined when all end before. */
  async locate(offset: bigint): Promise<LocatedHeader | undefined> {
    const end = this.#writtenBytes;
    if (end === 0) return undefined;
    const { offsets } = await this.indexes();
    return this.useFile((file) => locateBatch({ file, end }, offsets, offset));
  }

  /** The first written batch in which a record may be that is at or behind `offset` and has at least `timestamp`. */
  async locateTimestamp(timestamp: bigint, offset: bigint): Promise<LocatedHeader | undefined> {
    const end = this.#writtenBytes;
    if (end === 0) return undefined;
    const indexes = await this.indexes();
    return this.useFile((file) => locateTimestamp({ file, end }, indexes, timestamp, offset));
  }

  /** The offset behind the last written batch; the base offset of an empty segment. Throws when the file does not end with a batch. */
  async readEndOffset(): Promise<bigint> {
    if (this.#writtenBytes === 0) return this.baseOffset;
    const last = await (await this.indexes()).offsets.lastEntry();
    return this.useFile(async (file) => {
      let endOffset = this.baseOffset;
      for await (const { header } of scanHeaders(file, last?.position ?? 0, this.#writtenBytes))
        endOffset = header.lastOffset + 1n;
      return endOffset;
    });
  }

  /** Cuts off the batches from `offset` on, queued ones too. */
  async truncateTo(offset: bigint): Promise<void> {
    this.#queued = [];
    const indexes = await this.indexes();
    const located = await this.locate(offset);
    const bytes = located?.position ?? this.#writtenBytes;
    await indexes.truncateTo(offset);
    await this.truncateBytes(bytes);
    if (bytes === 0) this.#firstBatchTimestamp = undefined;
    this.#isFinished = false;
    this.#useIndexes(indexes, await this.#largestBelow(indexes, bytes));
  }

  /** Cuts the .log file to its first `bytes` bytes. The indexes are the caller's business. */
  async truncateBytes(bytes: number): Promise<void> {
    this.#queued = [];
    if (this.#isCreated) await this.useFile((file) => file.truncate(bytes));
    this.#writtenBytes = bytes;
    this.#sizeInBytes = bytes;
    this.#isSynced = false;
  }

  /**
   * Writes the .log file's bytes from `position` on once more. Where a sync has failed the system may keep what it covered in memory, as if it were
   * on the disk, and no later sync writes it: only what is written again does the next `sync` make last.
   */
  async rewriteFrom(position: number): Promise<void> {
    this.#isSynced = false;
    const bytes = Buffer.allocUnsafe(Math.min(REWRITE_BYTES, this.#writtenBytes - position));
    await this.useFile(async (file) => {
      for (let next = position; next < this.#writtenBytes; next += bytes.length) {
        const chunk = bytes.subarray(0, Math.min(bytes.length, this.#writtenBytes - next));
        await file.write([chunk.subarray(0, await file.read(chunk, next))], next);
      }
    });
  }

  /** Starts the indexes anew, for a recovery that goes through the whole segment. Returns what takes in its batches. */
  async beginRebuild(): Promise<{ indexes: SegmentIndexes; builder: IndexBuilder }> {
    const indexes = new SegmentIndexes(this.#context.files, {
      directory: this.#directory,
      baseOffset: this.baseOffset,
    });
    await indexes.create();
    await this.#context.files.forget(indexes.transactions.file.path);
    await this.#context.disk.remove(indexes.transactions.file.path);
    this.#isSynced = false;
    const builder = this.#useIndexes(indexes, { timestamp: -1n, offset: this.baseOffset });
    return { indexes, builder };
  }

  /** Renames its files, out of the way of readers that come later. Those that read now go on. */
  async markDeleted(): Promise<string[]> {
    this.#isRemoved = true;
    const renamed: string[] = [];
    for (const kind of SEGMENT_KINDS) {
      const path = `${this.#directory}/${segmentFileName(this.baseOffset, kind)}`;
      await this.#context.files.forget(path);
      if ((await this.#context.disk.status(path)) === undefined) continue;
      await this.#context.disk.rename(path, `${path}.deleted`);
      renamed.push(`${path}.deleted`);
    }
    return renamed;
  }

  /** Gives back its file handles. */
  async closeFiles(): Promise<void> {
    for (const kind of SEGMENT_KINDS)
      await this.#context.files.forget(`${this.#directory}/${segmentFileName(this.baseOffset, kind)}`);
  }

  useFile<T>(action: (file: DiskFile) => Promise<T>, create = false): Promise<T> {
    return this.#context.files.use(this.path, action, create);
  }

  #hasPendingEntries(): boolean {
    const indexes = this.#indexes;
    return indexes !== undefined && indexes.offsets.file.pendingEntries + indexes.times.file.pendingEntries > 0;
  }

  async #loadIndexes(): Promise<SegmentIndexes> {
    const { disk, files } = this.#context;
    const { indexes, reason } = await loadIndexes(disk, files, this.#directory, this.baseOffset);
    const right = reason === undefined ? await this.#mendIndexes(indexes) : await this.#rebuildIndexes(indexes, reason);
    this.#useIndexes(right, await right.times.lastEntry());
    return right;
  }

  async #mendIndexes(indexes: SegmentIndexes): Promise<SegmentIndexes> {
    const end = this.#writtenBytes;
    if (end === 0) return indexes;
    try {
      const intervalBytes = this.#context.indexIntervalBytes();
      const reason = await this.useFile((file) => whyIndexesAreWrong({ file, end }, indexes, intervalBytes));
      return reason === undefined ? indexes : await this.#rebuildIndexes(indexes, reason);
    } catch (error) {
      if (!(error instanceof LogCorruptError)) throw error;
      // Where the batches are damaged nothing can be made of them; the indexes still lead to the good ones.
      return indexes;
    }
  }

  async #rebuildIndexes(old: SegmentIndexes, reason: string): Promise<SegmentIndexes> {
    const end = this.#writtenBytes;
    this.#context.logger.warn({ segment: this.path, reason }, 'rebuilding the indexes of a segment');
    const rebuilt = await this.useFile((file) => rebuildIndexes(file, end, old, this.#context.indexIntervalBytes()));
    this.#isSynced = false;
    return rebuilt;
  }

  #useIndexes(indexes: SegmentIndexes, largest: TimestampOffset): IndexBuilder {
    this.#indexes = indexes;
    this.#builder = new IndexBuilder(indexes.offsets, indexes.times, largest);
    return this.#builder;
  }

  /** The time index knows the largest timestamp up to its last entry only. */
  async #largestBelow(indexes: SegmentIndexes, bytes: number): Promise<TimestampOffset> {
    let largest = await indexes.times.lastEntry();
    if (bytes === 0) return largest;
    await this.useFile(async (file) => {
      const start = await locateBatch({ file, end: bytes }, indexes.offsets, largest.offset);
      for await (const { header } of scanHeaders(file, start?.position ?? 0, bytes)) {
        if (header.maxTimestamp > largest.timestamp)
          largest = { timestamp: header.maxTimestamp, offset: header.lastOffset };
      }
    });
    return largest;
  }
}
