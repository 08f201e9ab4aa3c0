// One segment of a log: a .log file of batches with its indexes. Appends are queued in memory and written in large pieces.

import { type DiskFile, makeEmpty } from '../platform/index.ts';
import type { BatchHeader } from '../protocol/index.ts';
import { FileWindow, headerAt, isInvalidBatch, type LocatedHeader, scanHeaders } from './batch-scan.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { IndexBuilder } from './index-builder.ts';
import { locateBatch, locateTimestamp } from './index-lookup.ts';
import { loadIndexes } from './load-indexes.ts';
import type { LogContext } from './log-context.ts';
import { SEGMENT_KINDS, segmentFileName } from './segment-files.ts';
import { SegmentIndexes } from './segment-indexes.ts';
import type { TimestampOffset } from './time-index.ts';
import type { AbortedTransactionEntry } from './transaction-index.ts';

/** Where a segment begins, and what the roll of the next one depends on. */
export interface SegmentStart {
  readonly baseOffset: bigint;
  /** Wall time, milliseconds. */
  readonly createdMs: number;
  /** Random milliseconds by which this segment is rolled earlier than `segment.ms`. */
  readonly jitterMs: number;
}

/** A file offset refers to its base by 32 bits. */
const LARGEST_RELATIVE_OFFSET = 2n ** 31n - 1n;
const REWRITE_BYTES = 256 * 1024;
const INDEX_KINDS = SEGMENT_KINDS.filter((kind) => kind !== 'log');
/** Of a segment with nothing to write, for all of them: there are very many. */
const NOTHING: readonly GrowingBytes[] = [];

export class Segment {
  readonly baseOffset: bigint;
  readonly jitterMs: number;
  readonly createdMs: number;
  readonly #context: LogContext;
  #queued = NOTHING;
  #sizeInBytes: number;
  #writtenBytes: number;
  #isCreated: boolean;
  #isSynced: boolean;
  /** The bytes of the .log file that are written once more before they are synced: see `distrust`. */
  #distrusted: { readonly start: number; readonly end: number } | undefined;
  #isFinished = false;
  #isRemoved = false;
  #hasOtherNames = false;
  /** Its index files, if there are any, do not count: what the indexes have to hold is in memory since `#builder` began. */
  #beginsIndexes: boolean;
  #indexes: SegmentIndexes | undefined;
  #loading: Promise<SegmentIndexes> | undefined;
  /** The limit for which `isFull` has said no, while its answer has not changed; else -1. */
  #indexBytesNotReached = -1;
  #builder: IndexBuilder | undefined;
  /** Of the first batch; undefined while it is unknown or there is none. */
  #firstBatchTimestamp: bigint | undefined;

  private constructor(context: LogContext, start: SegmentStart, writtenBytes: number | undefined) {
    this.#context = context;
    this.baseOffset = start.baseOffset;
    this.createdMs = start.createdMs;
    this.jitterMs = start.jitterMs;
    this.#sizeInBytes = writtenBytes ?? 0;
    this.#writtenBytes = writtenBytes ?? 0;
    this.#isCreated = writtenBytes !== undefined;
    this.#isSynced = this.#isCreated;
    this.#beginsIndexes = !this.#isCreated;
    if (!this.#isCreated) this.#builder = new IndexBuilder(this.#noTimestamp());
  }

  /** A segment that is not on the disk yet: its .log file is made by the first `write`. */
  static create(context: LogContext, start: SegmentStart): Segment {
    return new Segment(context, start, undefined);
  }

  /** A segment whose .log file has `logBytes` bytes. Nothing is read until it is needed. */
  static existing(context: LogContext, start: SegmentStart, logBytes: number): Segment {
    return new Segment(context, start, logBytes);
  }

  /** Where the .log file of a segment is. */
  static pathOf(directory: string, baseOffset: bigint): string {
    return `${directory}/${segmentFileName(baseOffset, 'log')}`;
  }

  get directory(): string {
    return this.#context.directory;
  }

  get path(): string {
    return Segment.pathOf(this.directory, this.baseOffset);
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
    return !this.#isCreated || this.#queued.length > 0 || (this.#isFinished && !this.#hasCompleteIndexes());
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

  /** Whether files were made or removed since the last call: that lasts with a sync of the directory. */
  takeOtherNames(): boolean {
    const hasOtherNames = this.#hasOtherNames;
    this.#hasOtherNames = false;
    return hasOtherNames;
  }

  /** Loaded on first use; rebuilt, with a warning, when what is on the disk cannot be right. */
  indexes(): Promise<SegmentIndexes> {
    if (this.#indexes !== undefined || this.#beginsIndexes) return Promise.resolve(this.#appendableIndexes());
    this.#loading ??= this.#loadIndexes().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Makes it ready for `append`: what appending has to know of the batches before is read. */
  async prepareForAppend(): Promise<void> {
    if (!this.#beginsIndexes) await this.indexes();
    if (this.#writtenBytes === 0 || this.#firstBatchTimestamp !== undefined) return;
    await this.useFile(async (file) => {
      const header = await headerAt(new FileWindow(file, this.#writtenBytes, 64), 0, this.#writtenBytes);
      if (!isInvalidBatch(header)) this.#firstBatchTimestamp = header.maxTimestamp;
    });
  }

  /** Hot path: the indexes are asked again only when they have another entry, or the limit is another one. */
  isFull(maxIndexBytes: number): boolean {
    if (maxIndexBytes === this.#indexBytesNotReached) return false;
    const isFull = this.#indexes?.isFull(maxIndexBytes) ?? false;
    if (!isFull) this.#indexBytesNotReached = maxIndexBytes;
    return isFull;
  }

  canHold(offset: bigint): boolean {
    return offset - this.baseOffset <= LARGEST_RELATIVE_OFFSET;
  }

  /** Queues whole batches whose headers are given. The segment keeps the buffer until it is written. */
  append(batches: Buffer, headers: readonly BatchHeader[]): void {
    let position = this.#sizeInBytes;
    for (const header of headers) {
      this.addToIndexes(header, position);
      position += header.sizeInBytes;
    }
    this.#queue(batches);
    this.#sizeInBytes += batches.length;
  }

  appendAborted(aborted: AbortedTransactionEntry): void {
    this.#appendableIndexes().transactions.append(aborted);
  }

  /** Takes the next batch, which begins at `position`, into the indexes. */
  addToIndexes(header: BatchHeader, position: number): void {
    const builder = this.#builder;
    if (builder === undefined) throw new Error(`Cannot append to ${this.path}: it was not prepared for it`);
    this.#firstBatchTimestamp ??= header.maxTimestamp;
    const isDue = builder.add(header, this.#context.config['index.interval.bytes']);
    if (!isDue) return;
    this.#appendableIndexes().append(header.lastOffset, position, builder.largest);
    this.#indexBytesNotReached = -1;
  }

  /** No more appends: the next `write` completes the index files. */
  finish(): void {
    if (this.#builder !== undefined) this.#appendableIndexes().times.appendIfLater(this.#builder.largest);
    this.#indexBytesNotReached = -1;
    this.#isFinished = true;
    this.#isSynced = false;
  }

  /** Hands everything queued to the system. Not to be called while a call is under way. */
  async write(): Promise<void> {
    if (!this.#isCreated) {
      this.#hasOtherNames = true;
      await this.useFile(makeEmpty, true);
      this.#isCreated = true;
      this.#isSynced = false;
    }
    const chunks = this.#queued;
    if (chunks.length > 0) {
      this.#queued = NOTHING;
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      const pieces = chunks.map((chunk) => chunk.bytes);
      await this.useFile((file) => file.write(pieces, this.#writtenBytes));
      this.#writtenBytes += bytes;
      this.#isSynced = false;
    }
    const indexes = this.#isFinished ? await this.indexes() : this.#indexes;
    if (await indexes?.write(this.#isFinished)) {
      this.#hasOtherNames = true;
      this.#isSynced = false;
    }
  }

  /** What was written before the call is on stable storage when it resolves; the indexes too once the segment is finished. */
  async sync(): Promise<void> {
    if (this.#isSynced || !this.#isCreated) return;
    // Set before, because what is written meanwhile may not be covered.
    this.#isSynced = true;
    if (this.#distrusted !== undefined) await this.#rewrite(this.#distrusted);
    await this.useFile((file) => file.sync());
    if (this.#isFinished && this.#indexes !== undefined) await this.#indexes.sync();
  }

  /** The bytes that a recovery read and that are not synced, with those behind; undefined where there are none, or more than `maxBytes`. */
  async readDistrusted(maxBytes: number): Promise<Buffer | undefined> {
    const start = this.#distrusted?.start;
    if (start === undefined || this.#writtenBytes - start > maxBytes) return undefined;
    const bytes = Buffer.allocUnsafe(this.#writtenBytes - start);
    await this.useFile((file) => file.read(bytes, start));
    return bytes;
  }

  /** The largest timestamp and the last offset of the batch that brought it; timestamp -1 when no batch has one. */
  async largestTimestamp(): Promise<TimestampOffset> {
    return this.#builder?.largest ?? (await this.indexes()).times.lastEntry();
  }

  /** Undefined while the .log file is not there. */
  async modifiedMs(): Promise<number | undefined> {
    return (await this.#context.services.disk.status(this.path))?.modifiedMs;
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
    this.#queued = NOTHING;
    const indexes = await this.indexes();
    const located = await this.locate(offset);
    const bytes = located?.position ?? this.#writtenBytes;
    await indexes.truncateTo(offset);
    await this.truncateBytes(bytes);
    if (bytes === 0) this.#firstBatchTimestamp = undefined;
    this.#isFinished = false;
    this.#builder = new IndexBuilder(await this.#largestBelow(indexes, bytes));
  }

  /** Cuts the .log file to its first `bytes` bytes. The indexes are the caller's business. */
  async truncateBytes(bytes: number): Promise<void> {
    this.#queued = NOTHING;
    if (this.#isCreated) await this.useFile((file) => file.truncate(bytes));
    this.#writtenBytes = bytes;
    this.#sizeInBytes = bytes;
    this.#isSynced = false;
  }

  /**
   * The next `sync` writes the .log file's bytes from `position` on once more, and then makes them last. Where a sync has failed, in a process before
   * this one, the system may keep what it covered in memory, as if it were on the disk, and no later sync writes it.
   */
  distrust(position: number): void {
    this.#isSynced = false;
    this.#distrusted = { start: position, end: this.#writtenBytes };
  }

  /**
   * Starts the indexes anew, for a recovery that goes through the whole segment and gives its batches to `addToIndexes`. `names` are those in the
   * directory: old index files go.
   */
  async beginRebuild(names: ReadonlySet<string>): Promise<void> {
    const { disk, openFiles } = this.#context.services;
    for (const kind of INDEX_KINDS) {
      const name = segmentFileName(this.baseOffset, kind);
      if (!names.has(name)) continue;
      await openFiles.forget(`${this.directory}/${name}`);
      await disk.remove(`${this.directory}/${name}`);
      this.#hasOtherNames = true;
    }
    this.#isSynced = false;
    this.#beginsIndexes = true;
    this.#indexes = undefined;
    this.#builder = new IndexBuilder(this.#noTimestamp());
  }

  /** Renames its files, out of the way of readers that come later. Those that read now go on. */
  async markDeleted(): Promise<string[]> {
    const { disk, openFiles } = this.#context.services;
    this.#isRemoved = true;
    const renamed: string[] = [];
    for (const kind of SEGMENT_KINDS) {
      const path = `${this.directory}/${segmentFileName(this.baseOffset, kind)}`;
      await openFiles.forget(path);
      if ((await disk.status(path)) === undefined) continue;
      await disk.rename(path, `${path}.deleted`);
      renamed.push(`${path}.deleted`);
    }
    return renamed;
  }

  /** Gives back its file handles. */
  async closeFiles(): Promise<void> {
    for (const kind of SEGMENT_KINDS)
      await this.#context.services.openFiles.forget(`${this.directory}/${segmentFileName(this.baseOffset, kind)}`);
  }

  useFile<T>(action: (file: DiskFile) => Promise<T>, create = false): Promise<T> {
    return this.#context.services.openFiles.use(this.path, action, create);
  }

  async #rewrite(range: { readonly start: number; readonly end: number }): Promise<void> {
    // What was cut off meanwhile must not come back; what was appended stands behind.
    const end = Math.min(range.end, this.#writtenBytes);
    const bytes = Buffer.allocUnsafe(Math.max(Math.min(REWRITE_BYTES, end - range.start), 0));
    await this.useFile(async (file) => {
      for (let next = range.start; next < end; next += bytes.length) {
        const chunk = bytes.subarray(0, Math.min(bytes.length, end - next));
        await file.write([chunk.subarray(0, await file.read(chunk, next))], next);
      }
    });
    this.#distrusted = undefined;
  }

  #queue(batches: Buffer): void {
    const last = this.#queued.at(-1);
    if (last?.extend(batches)) return;
    if (last === undefined) this.#queued = [new GrowingBytes(batches)];
    else (this.#queued as GrowingBytes[]).push(new GrowingBytes(batches));
  }

  #hasCompleteIndexes(): boolean {
    return this.#indexes?.areComplete ?? !this.#beginsIndexes;
  }

  async #loadIndexes(): Promise<SegmentIndexes> {
    const { indexes, areRebuilt } = await loadIndexes(this.#context, this);
    if (areRebuilt) this.#isSynced = false;
    const largest = await indexes.times.lastEntry();
    this.#indexes = indexes;
    this.#indexBytesNotReached = -1;
    this.#builder = new IndexBuilder(largest);
    return indexes;
  }

  #appendableIndexes(): SegmentIndexes {
    if (this.#indexes === undefined && !this.#beginsIndexes)
      throw new Error(`Cannot append to ${this.path}: it was not prepared for it`);
    this.#indexes ??= new SegmentIndexes(this.#context.services.openFiles, this);
    return this.#indexes;
  }

  #noTimestamp(): TimestampOffset {
    return { timestamp: -1n, offset: this.baseOffset };
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
