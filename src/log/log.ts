// One partition's log on a disk, in Apache Kafka's files. Appends are decided and queued at once; `write` hands them to the system, `sync`
// makes them last. Whoever owns the log decides when.

import { type AbortedTransaction, collectAborted } from './aborted-transactions.ts';
import { readAppendHeaders } from './append-headers.ts';
import type { CleanedSegment } from './cleaner/cleaned-segment.ts';
import { putInPlace } from './cleaner/put-in-place.ts';
import { DelayedRemoval } from './delayed-removal.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import { type LoadedLog, loadLog } from './load-log.ts';
import type { LogConfig } from './log-config.ts';
import { LogUnusableError, OffsetOutOfRangeError } from './log-error.ts';
import type { LogOptions } from './log-options.ts';
import { LogReader } from './log-reader.ts';
import type { LogRead, SegmentView } from './log-views.ts';
import { LogWriter } from './log-writer.ts';
import { PartitionDirectory } from './partition-directory.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerStates } from './producer-states.ts';
import { replayProducers } from './replay-producers.ts';
import { countDeletable, type RetentionReason, retentionReasons } from './retention.ts';
import { jitterMs, shouldRoll } from './roll-policy.ts';
import { Segment, type SegmentContext } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { SerialQueue } from './serial-queue.ts';
import { findByTimestamp, findMaxTimestamp, type TimestampedOffset } from './timestamp-search.ts';

export class Log {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string;
  /** As of `logEndOffset`. */
  readonly producers: ProducerStates;
  readonly #name: string;
  readonly leaderEpochs: LeaderEpochs;
  readonly segmentContext: SegmentContext;
  readonly #options: LogOptions;
  readonly #snapshots: ProducerSnapshots;
  readonly #segments: SegmentList;
  readonly #reader: LogReader;
  readonly #writer: LogWriter;
  readonly #writes = new SerialQueue();
  // What renames or removes files holds this and `#writes`, in this order; what only syncs holds this alone.
  readonly #syncs = new SerialQueue();
  readonly #removal: DelayedRemoval;
  readonly #directory: PartitionDirectory;
  #config: LogConfig;
  #logStartOffset: bigint;
  #logEndOffset: bigint;
  #lastFlushMs: number;
  /** False once something was appended or made anew that only `close` completes on the disk. */
  #isAsClosed: boolean;
  /** No transaction whose marker is behind it was aborted. */
  #lastAbortedOffset: bigint;
  #failure: { readonly error: LogUnusableError; readonly isFinal: boolean } | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: LogOptions, context: SegmentContext, loaded: LoadedLog) {
    this.topic = options.topic;
    this.partition = options.partition;
    this.topicId = options.topicId;
    this.producers = loaded.producers;
    this.leaderEpochs = loaded.leaderEpochs;
    this.#name = `${options.topic}-${options.partition}`;
    this.#options = options;
    this.segmentContext = context;
    this.#snapshots = loaded.snapshots;
    this.#segments = new SegmentList(loaded.segments);
    this.#reader = new LogReader(this.#segments);
    this.#removal = new DelayedRemoval(options.clock, options.disk, options.logger);
    this.#directory = new PartitionDirectory(options.disk, options.openFiles, options.directory, loaded);
    this.#config = options.config;
    this.#logStartOffset = loaded.logStartOffset;
    this.#logEndOffset = loaded.logEndOffset;
    this.#writer = new LogWriter(
      this.#snapshots,
      this.#directory,
      this.leaderEpochs,
      loaded.logEndOffset,
      loaded.recoveryPoint,
    );
    this.#lastFlushMs = options.clock.now();
    this.#isAsClosed = !loaded.isRecovered;
    this.#lastAbortedOffset = loaded.mayHaveAbortedTransactions ? loaded.logEndOffset : -1n;
    for (const segment of loaded.segments) {
      // What was read back after a crash may be in the page cache only.
      if (!segment.isSynced || loaded.isRecovered) this.#writer.addUnsynced(segment);
      // An empty log that starts at 0 needs no file to tell where it starts.
      if (segment.needsWrite && segment.baseOffset > 0n) this.#writer.addUnwritten(segment);
    }
  }

  /** Makes the directory when it is missing; reads, and after a crash repairs, what is there otherwise. */
  static async open(options: LogOptions): Promise<Log> {
    let log: Log | undefined;
    const config = () => log?.config ?? options.config;
    const context: SegmentContext = {
      disk: options.disk,
      files: options.openFiles,
      logger: options.logger,
      indexIntervalBytes: () => config()['index.interval.bytes'],
    };
    log = new Log(options, context, await loadLog(options, context, () => jitterMs(options.random, config())));
    return log;
  }

  get directory(): string {
    return this.#directory.path;
  }

  get config(): LogConfig {
    return this.#config;
  }

  get logStartOffset(): bigint {
    return this.#logStartOffset;
  }

  /** The next offset to assign; includes what is queued. */
  get logEndOffset(): bigint {
    return this.#logEndOffset;
  }

  /** Below it everything was handed to the system. */
  get writtenEndOffset(): bigint {
    return this.#writer.writtenEndOffset;
  }

  /** Below it everything is on stable storage. */
  get recoveryPoint(): bigint {
    return this.#writer.recoveryPoint;
  }

  /** Includes what is queued. */
  get sizeInBytes(): number {
    return this.#segments.sizeInBytes;
  }

  get unflushedMessages(): bigint {
    return this.#logEndOffset - this.#writer.recoveryPoint;
  }

  /** Wall time in milliseconds, that of the opening before the first sync. */
  get lastFlushMs(): number {
    return this.#lastFlushMs;
  }

  /** False once it is closed, or after a failure. */
  get isUsable(): boolean {
    return this.#failure === undefined;
  }

  /** Whether `write` has something to do. */
  get needsWrite(): boolean {
    return this.#writer.needsWrite;
  }

  segments(): SegmentView[] {
    return this.#segments.all().map(({ baseOffset, sizeInBytes, path }) => ({ baseOffset, sizeInBytes, path }));
  }

  updateConfig(config: LogConfig): void {
    this.#config = config;
  }

  /**
   * Takes whole batches whose offsets and leader epochs are final, and queues them without copying: the buffer must not change any more. All of
   * them go into one segment. Hot path: a header and a few small objects per batch, no byte is touched.
   */
  append(batches: Buffer): void {
    this.#assertUsable();
    const headers = readAppendHeaders(batches, this.#logEndOffset, this.#name);
    const first = headers[0];
    const last = headers.at(-1);
    if (first === undefined || last === undefined) return;
    const mustRoll = shouldRoll(
      this.#segments.active,
      batches.length,
      headers,
      this.#config,
      this.#options.clock.now(),
    );
    const active = mustRoll ? this.#roll(first.baseOffset) : this.#segments.active;
    active.append(batches, headers);
    this.#writer.addUnwritten(active);
    this.#isAsClosed = false;
    for (const header of headers) {
      if (header.partitionLeaderEpoch >= 0) this.leaderEpochs.assign(header.partitionLeaderEpoch, header.baseOffset);
      const aborted = this.producers.applyBatch(header, batches);
      if (aborted !== undefined) {
        active.appendAborted(aborted);
        this.#lastAbortedOffset = aborted.lastOffset;
      }
    }
    this.#logEndOffset = last.lastOffset + 1n;
  }

  /** Hands everything queued to the system. A call while one runs waits for it, and does the rest. After a failure only `truncateTo` helps. */
  write(): Promise<void> {
    return this.#writes.run(() => this.#writeQueued());
  }

  /** Everything written before the call is on stable storage when it resolves. A failure is final for the log. */
  sync(): Promise<void> {
    return this.#syncs.run(() => this.#syncWritten());
  }

  /**
   * Whole batches from the disk, from the one that contains `startOffset` to the last that ends before `endOffset`, of one segment. Rejects with
   * `OffsetOutOfRangeError`, and with `LogCorruptError` rather than give out bytes that were not written so.
   */
  async read(startOffset: bigint, maxBytes: number, endOffset: bigint, minOneBatch: boolean): Promise<LogRead> {
    this.#assertOpen();
    if (startOffset < this.#logStartOffset || startOffset > this.#logEndOffset)
      throw new OffsetOutOfRangeError(
        `Cannot read ${this.#name} at ${startOffset}: it has ${this.#logStartOffset} to ${this.#logEndOffset}`,
      );
    const end = endOffset < this.writtenEndOffset ? endOffset : this.writtenEndOffset;
    if (startOffset >= end) return { records: Buffer.alloc(0) };
    return { records: await this.#reader.read({ startOffset, maxBytes, endOffset: end, minOneBatch }) };
  }

  /** The first record whose timestamp is at least `timestampMs`, of those below `limit` that are written. */
  findByTimestamp(timestampMs: bigint, limit: bigint): Promise<TimestampedOffset | undefined> {
    const end = limit < this.writtenEndOffset ? limit : this.writtenEndOffset;
    return this.#segments.undisturbed(() =>
      findByTimestamp(this.#segments.all(), timestampMs, this.#logStartOffset, end),
    );
  }

  /** The first record with the largest timestamp. Writes what is queued before, because it may be there. */
  async findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    await this.write();
    return this.#segments.undisturbed(() => findMaxTimestamp(this.#segments.all()));
  }

  /** The aborted transactions that overlap [fromOffset, toOffset). At once where there cannot be any, which is nearly always. */
  abortedTransactions(
    fromOffset: bigint,
    toOffset: bigint,
  ): readonly AbortedTransaction[] | Promise<readonly AbortedTransaction[]> {
    if (fromOffset > this.#lastAbortedOffset || fromOffset >= toOffset) return [];
    return this.#segments.undisturbed(() => collectAborted(this.#segments.from(fromOffset), fromOffset, toOffset));
  }

  /** Records below are gone for readers; segments that hold only such go with the next `deleteOldSegments`. Never moves back. */
  advanceLogStartOffset(offset: bigint): void {
    if (offset > this.#logEndOffset)
      throw new RangeError(`Cannot start ${this.#name} at ${offset}: it ends at ${this.#logEndOffset}`);
    if (offset <= this.#logStartOffset) return;
    this.#logStartOffset = offset;
    this.leaderEpochs.truncateFromStart(offset);
  }

  /**
   * Takes the segments out of the log that retention by time, size or log start offset allows to go; their files follow `file.delete.delay.ms`
   * later. Resolves to how many went.
   */
  deleteOldSegments(nowMs: number, highWatermark: bigint): Promise<number> {
    return this.#exclusively(async () => {
      this.#assertUsable();
      let deleted = 0;
      for (const reason of retentionReasons(this.#config))
        deleted += await this.#deleteFor(reason, nowMs, highWatermark);
      return deleted;
    });
  }

  /** For compaction, the active one last. They stay of the log until something takes them out of it. */
  compactionSegments(): Segment[] {
    return this.#segments.all();
  }

  /**
   * Puts a segment that compaction has made in the place of those that it was made of. False, and nothing happens, when one of them is no longer of
   * the log. A failure on the way is final, the next start completes what was begun.
   */
  replaceSegments(cleaned: CleanedSegment, replaced: readonly Segment[]): Promise<boolean> {
    return this.#exclusively(async () => {
      this.#assertUsable();
      const all = this.#segments.all();
      if (replaced.some((segment) => !all.includes(segment))) return false;
      const removeReplaced = () => this.#removeLater(replaced, 1);
      try {
        await this.#segments.replace(replaced, () =>
          putInPlace(this.#options, this.segmentContext, cleaned, removeReplaced),
        );
      } catch (error) {
        throw this.#fail('compaction could not replace segments', error, true);
      }
      this.#reader.reset();
      return true;
    });
  }

  /** Drops everything from `wanted` on, and after a failed write what was not written: the log can be used again. `kept` takes its place at once. */
  truncateTo(wanted: bigint, kept: readonly Buffer[] = []): Promise<void> {
    if (wanted < this.#segments.first.baseOffset) return this.truncateFullyAndStartAt(wanted);
    return this.#whileUnusable('it is being truncated', async (hasFailed) => {
      if (!hasFailed) await this.#writer.write(this.#logEndOffset);
      const offset = wanted < this.writtenEndOffset ? wanted : this.writtenEndOffset;
      await this.#dropSegments(this.#segments.removeFrom(offset));
      await this.#segments.active.truncateTo(offset);
      await this.#restartAt(offset, this.recoveryPoint < offset ? this.recoveryPoint : offset, kept);
    });
  }

  /** Drops everything; the next record gets `offset`. */
  truncateFullyAndStartAt(offset: bigint): Promise<void> {
    return this.#whileUnusable('it is being truncated', async () => {
      await this.#dropSegments(this.#segments.replaceAll(this.#newSegment(offset)));
      this.#logStartOffset = offset;
      await this.#restartAt(offset, offset);
    });
  }

  /** Writes, syncs and closes. Closing twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#exclusively(async () => {
      try {
        if (this.#failure === undefined) await this.#completeFiles();
      } finally {
        await this.#release('it is closed');
      }
    });
    return this.#closing;
  }

  /** Drops what is queued and lets go of the files: what a crash leaves. For tests, and for a log directory that failed. */
  closeAbruptly(): Promise<void> {
    this.#closing ??= this.#exclusively(() => this.#release('it is closed'));
    return this.#closing;
  }

  /** Renames the directory to `<topic>-<partition>.<uniqueId>-delete`. Nothing can be appended or read afterwards. */
  renameForDeletion(uniqueId: string): Promise<void> {
    return this.#exclusively(async () => {
      await this.#release('it is deleted');
      await this.#directory.renameForDeletion(uniqueId);
    });
  }

  /** Removes the directory with everything in it. */
  delete(): Promise<void> {
    return this.#exclusively(async () => {
      await this.#release('it is deleted');
      await this.#directory.remove();
    });
  }

  #roll(baseOffset: bigint): Segment {
    const { active } = this.#segments;
    if (active.baseOffset === baseOffset) return active;
    active.finish();
    this.#writer.addUnwritten(active);
    // Exactly the producers of the offset at which the new segment begins, so that its recovery can start from them.
    this.#snapshots.take(baseOffset, this.producers.entries());
    const segment = this.#newSegment(baseOffset);
    this.#segments.add(segment);
    this.#options.logger.debug({ log: this.#name, baseOffset }, 'rolled to a new segment');
    return segment;
  }

  #newSegment(baseOffset: bigint): Segment {
    const segment = Segment.create(
      this.segmentContext,
      this.#directory.path,
      baseOffset,
      this.#options.clock.now(),
      jitterMs(this.#options.random, this.#config),
    );
    this.#writer.addUnwritten(segment);
    return segment;
  }

  async #writeQueued(): Promise<void> {
    this.#assertUsable();
    try {
      await this.#writer.write(this.#logEndOffset);
    } catch (error) {
      throw this.#fail('a write failed', error, false);
    }
  }

  async #syncWritten(): Promise<void> {
    this.#assertUsable();
    try {
      await this.#writer.sync();
    } catch (error) {
      throw this.#fail('a sync failed', error, true);
    }
    this.#lastFlushMs = this.#options.clock.now();
  }

  async #deleteFor(reason: RetentionReason, nowMs: number, highWatermark: bigint): Promise<number> {
    const segments = this.#segments.all();
    const [config, logStartOffset, logEndOffset] = [this.#config, this.#logStartOffset, this.#logEndOffset];
    let count = await countDeletable({ segments, config, logStartOffset, logEndOffset, highWatermark, nowMs }, reason);
    if (count > 0 && count === segments.length) {
      // The active segment may go if nothing came meanwhile. Another one keeps the log end offset, and has to last before the others go.
      if (this.#logEndOffset === logEndOffset) {
        this.#roll(logEndOffset);
        await this.#writeQueued();
        await this.#syncWritten();
      } else {
        count--;
      }
    }
    if (count === 0) return 0;
    const deleted = this.#segments.removeFirst(count);
    this.advanceLogStartOffset(this.#segments.first.baseOffset);
    const fields = { log: this.#name, baseOffsets: deleted.map(({ baseOffset }) => baseOffset), reason };
    this.#options.logger.info(fields, 'deleting old segments');
    await this.#removeLater(deleted);
    return count;
  }

  /** The snapshots of the first `keptSnapshots` segments stay. */
  async #removeLater(segments: readonly Segment[], keptSnapshots = 0): Promise<void> {
    const paths: string[] = [];
    for (const [index, segment] of segments.entries()) {
      this.#writer.forget(segment);
      paths.push(...(await segment.markDeleted()));
      if (index < keptSnapshots) continue;
      const snapshot = await this.#snapshots.markDeleted(segment.baseOffset);
      if (snapshot !== undefined) paths.push(snapshot);
    }
    this.#removal.schedule(paths, this.#config['file.delete.delay.ms']);
  }

  async #dropSegments(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) {
      this.#writer.forget(segment);
      for (const path of await segment.markDeleted()) await this.#options.disk.remove(path);
    }
  }

  /** Brings everything else to `offset`, where the segments end now. */
  async #restartAt(offset: bigint, recoveryPoint: bigint, kept: readonly Buffer[] = []): Promise<void> {
    this.#reader.reset();
    this.#isAsClosed = false;
    await this.#snapshots.removeWhere((each) => each > offset);
    const nowMs = this.#options.clock.now();
    await replayProducers(this.producers, this.#snapshots, this.#segments.all(), offset, { nowMs, needsHistory: true });
    this.leaderEpochs.truncateFromEnd(offset);
    this.#logEndOffset = offset;
    this.#writer.restartAt(offset, this.#segments.active, recoveryPoint);
    this.#failure = undefined;
    for (const batches of kept) this.append(batches);
    if (this.#logStartOffset > this.#logEndOffset) this.#logStartOffset = this.#logEndOffset;
  }

  async #completeFiles(): Promise<void> {
    const { active, first } = this.#segments;
    if (!this.#isAsClosed) {
      active.finish();
      this.#writer.addUnwritten(active);
    }
    if (this.#logEndOffset > (this.#snapshots.latestOffset ?? first.baseOffset)) {
      this.#snapshots.take(this.#logEndOffset, this.producers.entries());
    }
    await this.#writeQueued();
    await this.#syncWritten();
  }

  async #release(reason: string): Promise<void> {
    this.#failure = { error: new LogUnusableError(`Cannot use ${this.#name}: ${reason}`), isFinal: true };
    this.#closing ??= Promise.resolve();
    this.#removal.cancel();
    for (const segment of this.#segments.all()) await segment.closeFiles();
    await this.#snapshots.closeFiles();
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#syncs.run(() => this.#writes.run(task));
  }

  #whileUnusable(reason: string, task: (hasFailed: boolean) => Promise<void>): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#failure?.isFinal === true) throw this.#failure.error;
      const hasFailed = this.#failure !== undefined;
      this.#failure = { error: new LogUnusableError(`Cannot use ${this.#name}: ${reason}`), isFinal: false };
      await task(hasFailed);
    });
  }

  #fail(what: string, cause: unknown, isFinal: boolean): LogUnusableError {
    const error = new LogUnusableError(`Cannot use ${this.#name}: ${what}`, { cause });
    this.#failure = { error, isFinal };
    return error;
  }

  #assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined && this.#failure !== undefined) throw this.#failure.error;
  }
}
