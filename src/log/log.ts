// One partition's log on a disk, in Apache Kafka's files. Appends are decided and queued at once; `write` hands them to the system, `sync`
// makes them last. Whoever owns the log decides when.

import type { BatchHeader } from '../protocol/index.ts';
import type { AbortedTransaction } from './aborted-transactions.ts';
import { readAppendHeaders, requireAppendable } from './append-headers.ts';
import type { CleanedSegment } from './cleaner/cleaned-segment.ts';
import { putInPlace } from './cleaner/put-in-place.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import { type LoadedLog, loadLog } from './load-log.ts';
import type { LogConfig } from './log-config.ts';
import { type LogContext, logName } from './log-context.ts';
import { OffsetOutOfRangeError } from './log-error.ts';
import { LogLife } from './log-life.ts';
import type { LogOptions, LogServices } from './log-options.ts';
import { LogReader } from './log-reader.ts';
import type { LogRead, SegmentView } from './log-views.ts';
import { LogWriter } from './log-writer.ts';
import { PartitionDirectory } from './partition-directory.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerStates } from './producer-states.ts';
import { replayProducers } from './replay-producers.ts';
import { countDeletable, type RetentionReason, retentionReasons } from './retention.ts';
import { newSegment, shouldRoll } from './roll-policy.ts';
import type { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import { SegmentRemoval } from './segment-removal.ts';
import type { TimestampedOffset } from './timestamp-search.ts';

// A broker has very many of them, most of them idle: what only busy ones need is made when it is first needed (`bench/many-partitions.ts`).
export class Log {
  readonly context: LogContext;
  readonly topicId: string;
  /** As of `logEndOffset`. */
  readonly producers: ProducerStates;
  readonly leaderEpochs: LeaderEpochs;
  readonly #snapshots: ProducerSnapshots;
  readonly #segments: SegmentList;
  readonly #directory: PartitionDirectory;
  readonly #writer: LogWriter;
  readonly #life: LogLife;
  #reader: LogReader | undefined;
  #removal: SegmentRemoval | undefined;
  #logStartOffset: bigint;
  #logEndOffset: bigint;
  #lastFlushMs: number;
  /** False once something was appended or made anew that only `close` completes on the disk. */
  #isAsClosed: boolean;
  /** No transaction whose marker is behind it was aborted. */
  #lastAbortedOffset: bigint;

  private constructor(context: LogContext, topicId: string, loaded: LoadedLog) {
    this.context = context;
    this.topicId = topicId;
    this.producers = loaded.producers;
    this.leaderEpochs = loaded.leaderEpochs;
    this.#snapshots = loaded.snapshots;
    this.#segments = new SegmentList(loaded.segments);
    this.#directory = new PartitionDirectory(context, loaded);
    this.#writer = new LogWriter(this.#snapshots, this.#directory, loaded.logEndOffset, loaded.recoveryPoint);
    this.#life = new LogLife(context);
    this.#logStartOffset = loaded.logStartOffset;
    this.#logEndOffset = loaded.logEndOffset;
    this.#lastFlushMs = context.services.clock.now();
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
  static async open(services: LogServices, options: LogOptions): Promise<Log> {
    const { topic, partition, directory, config } = options;
    const context = { services, topic, partition, directory, config };
    return new Log(context, options.topicId, await loadLog(context, options));
  }

  get topic(): string {
    return this.context.topic;
  }

  get partition(): number {
    return this.context.partition;
  }

  get directory(): string {
    return this.context.directory;
  }

  get config(): LogConfig {
    return this.context.config;
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
    return this.#life.isUsable;
  }

  /** It has ended, or failed for good: what a full disk refused can be taken back, other failures cannot. */
  get isOver(): boolean {
    return this.#life.isOver;
  }

  /** Whether `write` has something to do. */
  get needsWrite(): boolean {
    return this.#writer.needsWrite;
  }

  segments(): SegmentView[] {
    return this.#segments.all().map(({ baseOffset, sizeInBytes, path }) => ({ baseOffset, sizeInBytes, path }));
  }

  updateConfig(config: LogConfig): void {
    this.context.config = config;
  }

  /**
   * Takes whole batches whose offsets and leader epochs are final, and queues them without copying: the buffer must not change any more. All of
   * them go into one segment. Who knows their headers gives them. Hot path: a few small objects per batch, no byte is touched.
   */
  append(batches: Buffer, headers: readonly BatchHeader[] = readAppendHeaders(batches, this.context)): void {
    this.#life.assertUsable();
    requireAppendable(headers, batches, this.#logEndOffset, this.context);
    const first = headers[0];
    const last = headers.at(-1);
    if (first === undefined || last === undefined) return;
    const mustRoll = shouldRoll(this.#segments.active, batches.length, headers, this.context);
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
    return this.#life.write(() => this.#writeQueued());
  }

  /** Everything written before the call is on stable storage when it resolves. A failure is final for the log. */
  sync(): Promise<void> {
    return this.#life.sync(() => this.#syncWritten());
  }

  /**
   * Keeps the leader epochs, if they have changed. To be called before a recovery point of this log is kept: a recovery finds the epochs of what is
   * behind it in the batches, and only those.
   */
  saveLeaderEpochs(): Promise<void> {
    return this.#life.sync(async () => {
      if (this.#life.isUsable) await this.#saveLeaderEpochs();
    });
  }

  /**
   * Whole batches from the disk, from the one that contains `startOffset` to the last that ends before `endOffset`, of one segment. Rejects with
   * `OffsetOutOfRangeError`, and with `LogCorruptError` rather than give out bytes that were not written so.
   */
  async read(startOffset: bigint, maxBytes: number, endOffset: bigint, minOneBatch: boolean): Promise<LogRead> {
    this.#life.assertOpen();
    if (startOffset < this.#logStartOffset || startOffset > this.#logEndOffset)
      throw new OffsetOutOfRangeError(
        `Cannot read ${logName(this)} at ${startOffset}: it has ${this.#logStartOffset} to ${this.#logEndOffset}`,
      );
    const end = this.#writtenBelow(endOffset);
    if (startOffset >= end) return { records: Buffer.alloc(0) };
    return { records: await this.#reading().read({ startOffset, maxBytes, endOffset: end, minOneBatch }) };
  }

  /** The written batches behind the recovery point, or the first of them: at most `maxBytes`. For a log that was just opened, and costs it little memory. */
  readUnsynced(maxBytes: number): Promise<Buffer> {
    // Alone, because retention could take away what is being read; what it took before is not wanted any more.
    return this.#life.exclusively(async () => {
      const { active } = this.#segments;
      const { recoveryPoint } = this;
      const start = recoveryPoint > this.#logStartOffset ? recoveryPoint : this.#logStartOffset;
      const recovered = start >= active.baseOffset ? await active.readDistrusted(maxBytes) : undefined;
      return recovered ?? (await this.read(start, maxBytes, this.#logEndOffset, false)).records;
    });
  }

  /** The first record whose timestamp is at least `timestampMs`, of those below `limit` that are written. */
  findByTimestamp(timestampMs: bigint, limit: bigint): Promise<TimestampedOffset | undefined> {
    return this.#reading().findByTimestamp(timestampMs, this.#logStartOffset, this.#writtenBelow(limit));
  }

  /** The first record with the largest timestamp. Writes what is queued before, because it may be there. */
  async findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    await this.write();
    return this.#reading().findMaxTimestamp();
  }

  /** The aborted transactions that overlap [fromOffset, toOffset). At once where there cannot be any, which is nearly always. */
  abortedTransactions(
    fromOffset: bigint,
    toOffset: bigint,
  ): readonly AbortedTransaction[] | Promise<readonly AbortedTransaction[]> {
    if (fromOffset > this.#lastAbortedOffset || fromOffset >= toOffset) return [];
    return this.#reading().abortedTransactions(fromOffset, toOffset);
  }

  /** Records below are gone for readers; segments that hold only such go with the next `deleteOldSegments`. Never moves back. */
  advanceLogStartOffset(offset: bigint): void {
    if (offset > this.#logEndOffset)
      throw new RangeError(`Cannot start ${logName(this)} at ${offset}: it ends at ${this.#logEndOffset}`);
    if (offset <= this.#logStartOffset) return;
    this.#logStartOffset = offset;
    this.leaderEpochs.truncateFromStart(offset);
  }

  /**
   * Takes the segments out of the log that retention by time, size or log start offset allows to go; their files follow `file.delete.delay.ms`
   * later. Resolves to how many went.
   */
  deleteOldSegments(nowMs: number, highWatermark: bigint): Promise<number> {
    return this.#life.exclusively(async () => {
      this.#life.assertUsable();
      let deleted = 0;
      for (const reason of retentionReasons(this.config))
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
    return this.#life.exclusively(async () => {
      this.#life.assertUsable();
      const all = this.#segments.all();
      if (replaced.some((segment) => !all.includes(segment))) return false;
      // Batches that alone tell of an epoch may go.
      await this.#saveLeaderEpochs();
      const removeReplaced = () => this.#removing().later(replaced, 1);
      try {
        await this.#segments.replace(replaced, () => putInPlace(this.context, cleaned, removeReplaced));
      } catch (error) {
        throw this.#life.fail('compaction could not replace segments', error, true);
      }
      this.#reader?.reset();
      return true;
    });
  }

  /** Drops everything from `wanted` on, and after a failed write what was not written: the log can be used again. `kept` takes its place at once. */
  truncateTo(wanted: bigint, kept: readonly Buffer[] = []): Promise<void> {
    if (wanted < this.#segments.first.baseOffset) return this.truncateFullyAndStartAt(wanted);
    return this.#life.whileUnusable('it is being truncated', async (hasFailed) => {
      if (!hasFailed) await this.#writer.write(this.#logEndOffset);
      const offset = this.#writtenBelow(wanted);
      await this.#removing().now(this.#segments.removeFrom(offset));
      await this.#segments.active.truncateTo(offset);
      await this.#restartAt(offset, this.recoveryPoint < offset ? this.recoveryPoint : offset, kept);
    });
  }

  /** Drops everything; the next record gets `offset`. */
  truncateFullyAndStartAt(offset: bigint): Promise<void> {
    return this.#life.whileUnusable('it is being truncated', async () => {
      await this.#removing().now(this.#segments.replaceAll(this.#newSegment(offset)));
      this.#logStartOffset = offset;
      await this.#restartAt(offset, offset);
    });
  }

  /** Writes, syncs and closes. Closing twice is harmless. */
  close(): Promise<void> {
    return this.#life.end(async () => {
      try {
        if (this.isUsable) await this.#completeFiles();
      } finally {
        await this.#release('it is closed');
      }
    });
  }

  /** Drops what is queued and lets go of the files: what a crash leaves. For tests, and for a log directory that failed. */
  closeAbruptly(): Promise<void> {
    return this.#life.end(() => this.#release('it is closed'));
  }

  /** Renames the directory to `<topic>-<partition>.<uniqueId>-delete`. Nothing can be appended or read afterwards. */
  renameForDeletion(uniqueId: string): Promise<void> {
    return this.#life.exclusively(async () => {
      await this.#release('it is deleted');
      await this.#directory.renameForDeletion(uniqueId);
    });
  }

  /** Removes the directory with everything in it. */
  delete(): Promise<void> {
    return this.#life.exclusively(async () => {
      await this.#release('it is deleted');
      await this.#directory.remove();
    });
  }

  #reading(): LogReader {
    this.#reader ??= new LogReader(this.#segments);
    return this.#reader;
  }

  #removing(): SegmentRemoval {
    this.#removal ??= new SegmentRemoval(this.context, this.#writer, this.#snapshots);
    return this.#removal;
  }

  #writtenBelow(offset: bigint): bigint {
    return offset < this.writtenEndOffset ? offset : this.writtenEndOffset;
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
    this.context.services.logger.debug({ log: logName(this), baseOffset }, 'rolled to a new segment');
    return segment;
  }

  #newSegment(baseOffset: bigint): Segment {
    const segment = newSegment(this.context, baseOffset);
    this.#writer.addUnwritten(segment);
    return segment;
  }

  async #writeQueued(): Promise<void> {
    this.#life.assertUsable();
    try {
      await this.#writer.write(this.#logEndOffset);
    } catch (error) {
      throw this.#life.fail('a write failed', error, false);
    }
  }

  async #syncWritten(): Promise<void> {
    this.#life.assertUsable();
    try {
      await this.#writer.sync();
    } catch (error) {
      throw this.#life.fail('a sync failed', error, true);
    }
    this.#lastFlushMs = this.context.services.clock.now();
  }

  async #saveLeaderEpochs(): Promise<void> {
    const epochs = this.leaderEpochs.takeDirty();
    if (epochs === undefined) return;
    try {
      await this.#directory.saveLeaderEpochs(epochs);
    } catch (error) {
      this.leaderEpochs.markDirty();
      throw error;
    }
  }

  async #deleteFor(reason: RetentionReason, nowMs: number, highWatermark: bigint): Promise<number> {
    const segments = this.#segments.all();
    const { config } = this.context;
    const [logStartOffset, logEndOffset] = [this.#logStartOffset, this.#logEndOffset];
    let count = await countDeletable({ segments, config, logStartOffset, logEndOffset, highWatermark, nowMs }, reason);
    if (count > 0 && count === segments.length) {
      // The active segment may go if nothing came meanwhile. Another one keeps the log end offset.
      if (this.#logEndOffset === logEndOffset) this.#roll(logEndOffset);
      else count--;
    }
    if (count === 0) return 0;
    const next = this.#segments.all()[count];
    if (next === undefined || next.baseOffset >= this.recoveryPoint) {
      // Its name tells where the log begins, so that it has to last before the others go.
      await this.#writeQueued();
      await this.#syncWritten();
    }
    const deleted = this.#segments.removeFirst(count);
    this.advanceLogStartOffset(this.#segments.first.baseOffset);
    const fields = { log: logName(this), baseOffsets: deleted.map(({ baseOffset }) => baseOffset), reason };
    this.context.services.logger.info(fields, 'deleting old segments');
    await this.#removing().later(deleted);
    return count;
  }

  /** Brings everything else to `offset`, where the segments end now. */
  async #restartAt(offset: bigint, recoveryPoint: bigint, kept: readonly Buffer[] = []): Promise<void> {
    this.#reader?.reset();
    this.#isAsClosed = false;
    await this.#snapshots.removeWhere((each) => each > offset);
    const nowMs = this.context.services.clock.now();
    await replayProducers(this.producers, this.#snapshots, this.#segments.all(), offset, { nowMs, needsHistory: true });
    this.leaderEpochs.truncateFromEnd(offset);
    this.#logEndOffset = offset;
    this.#writer.restartAt(offset, this.#segments.active, recoveryPoint);
    this.#life.goOn();
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
    await this.#saveLeaderEpochs();
  }

  async #release(reason: string): Promise<void> {
    this.#life.markEnded(reason);
    this.#removal?.cancel();
    for (const segment of this.#segments.all()) await segment.closeFiles();
    await this.#snapshots.closeFiles();
  }
}
