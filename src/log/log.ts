// One partition's log on a disk, in Apache Kafka's files. Appends are decided and queued at once; `write` hands them to the system, `sync`
// makes them last. Whoever owns the log decides when.

import type { Timer } from '../platform/index.ts';
import { type BatchHeader, readBatchHeader } from '../protocol/index.ts';
import { writeLeaderEpochCheckpoint } from './checkpoint-file.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import { LEADER_EPOCH_CHECKPOINT_FILE, type LoadedLog, loadLog } from './load-log.ts';
import type { LogConfig } from './log-config.ts';
import { LogUnusableError, OffsetOutOfRangeError } from './log-error.ts';
import type { LogOptions } from './log-options.ts';
import { PARTITION_METADATA_FILE } from './partition-metadata.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerStates } from './producer-states.ts';
import { replayProducers } from './replay-producers.ts';
import { countDeletable, type RetentionReason } from './retention.ts';
import { Segment, type SegmentContext } from './segment.ts';
import { type ReadEnd, readSegment } from './segment-read.ts';
import { SerialQueue } from './serial-queue.ts';
import { findByTimestamp, findMaxTimestamp, type TimestampedOffset } from './timestamp-search.ts';
import type { AbortedTransactionEntry } from './transaction-index.ts';

/** Whole batches, one behind the other; a view that stays valid. */
export interface LogRead {
  readonly records: Buffer;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface SegmentView {
  readonly baseOffset: bigint;
  /** Includes what is queued. */
  readonly sizeInBytes: number;
  /** Path of the .log file; the other files of the segment stand beside it. */
  readonly path: string;
}

const NOTHING = Buffer.alloc(0);

export class Log {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string;
  /** As of `logEndOffset`. */
  readonly producers: ProducerStates;
  readonly leaderEpochs: LeaderEpochs;
  readonly #options: LogOptions;
  readonly #context: SegmentContext;
  readonly #snapshots: ProducerSnapshots;
  readonly #segments: Segment[];
  readonly #unwritten = new Set<Segment>();
  readonly #unsynced = new Set<Segment>();
  readonly #writes = new SerialQueue();
  // What renames or removes files holds this and `#writes`, in this order; what only syncs holds this alone.
  readonly #syncs = new SerialQueue();
  readonly #removals = new Map<Timer, readonly string[]>();
  #directory: string;
  #config: LogConfig;
  #logStartOffset: bigint;
  #logEndOffset: bigint;
  #writtenEndOffset: bigint;
  #recoveryPoint: bigint;
  #lastFlushMs: number;
  #hasNewNames = false;
  #isNewDirectory: boolean;
  /** False once something was appended or made anew that only `close` completes on the disk. */
  #isAsClosed: boolean;
  /** No transaction whose marker is behind it was aborted. */
  #lastAbortedOffset: bigint;
  #failure: { readonly error: LogUnusableError; readonly isFinal: boolean } | undefined;
  #closing: Promise<void> | undefined;
  #lastRead: { readonly segment: Segment; readonly end: ReadEnd } | undefined;

  private constructor(options: LogOptions, context: SegmentContext, loaded: LoadedLog) {
    this.topic = options.topic;
    this.partition = options.partition;
    this.topicId = options.topicId;
    this.producers = loaded.producers;
    this.leaderEpochs = loaded.leaderEpochs;
    this.#options = options;
    this.#context = context;
    this.#snapshots = loaded.snapshots;
    this.#segments = loaded.segments;
    this.#directory = options.directory;
    this.#config = options.config;
    this.#logStartOffset = loaded.logStartOffset;
    this.#logEndOffset = loaded.logEndOffset;
    this.#writtenEndOffset = loaded.logEndOffset;
    this.#recoveryPoint = loaded.recoveryPoint;
    this.#lastFlushMs = options.clock.now();
    this.#isNewDirectory = loaded.isNewDirectory;
    this.#isAsClosed = !loaded.isRecovered;
    this.#lastAbortedOffset = loaded.mayHaveAbortedTransactions ? loaded.logEndOffset : -1n;
    for (const segment of loaded.segments) {
      // What was read back after a crash may be in the page cache only.
      if (!segment.isSynced || loaded.isRecovered) this.#unsynced.add(segment);
      if (segment.needsWrite && segment.baseOffset > 0n) this.#unwritten.add(segment);
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
    log = new Log(options, context, await loadLog(options, context, () => jitterMs(options, config())));
    return log;
  }

  get directory(): string {
    return this.#directory;
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
    return this.#writtenEndOffset;
  }

  /** Below it everything is on stable storage. */
  get recoveryPoint(): bigint {
    return this.#recoveryPoint;
  }

  /** Includes what is queued. */
  get sizeInBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeInBytes, 0);
  }

  get unflushedMessages(): bigint {
    return this.#logEndOffset - this.#recoveryPoint;
  }

  /** Wall time, milliseconds; of the opening before the first sync. */
  get lastFlushMs(): number {
    return this.#lastFlushMs;
  }

  /** Whether `write` has something to do. */
  get needsWrite(): boolean {
    return this.#unwritten.size > 0 || this.#snapshots.needsWrite;
  }

  segments(): SegmentView[] {
    return this.#segments.map(({ baseOffset, sizeInBytes, path }) => ({ baseOffset, sizeInBytes, path }));
  }

  updateConfig(config: LogConfig): void {
    this.#config = config;
  }

  /**
   * Takes whole batches whose offsets and leader epochs are final, and queues them without copying: the buffer must not change any more. All of
   * them go into one segment. Hot path: what it costs per batch is in the bench of produce.
   */
  append(batches: Buffer): void {
    this.#assertUsable();
    const headers = this.#readHeaders(batches);
    const first = headers[0];
    const last = headers.at(-1);
    if (first === undefined || last === undefined) return;
    const active = this.#segmentFor(batches.length, first, last, headers);
    active.append(batches, headers);
    this.#unwritten.add(active);
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
    if (startOffset < this.#logStartOffset || startOffset > this.#logEndOffset) throw this.#outOfRange(startOffset);
    const end = endOffset < this.#writtenEndOffset ? endOffset : this.#writtenEndOffset;
    if (startOffset >= end) return { records: NOTHING };
    const options = { startOffset, maxBytes, endOffset: end, minOneBatch };
    let segment: Segment | undefined = this.#segments[this.#floorIndex(startOffset)];
    while (segment !== undefined) {
      const current: Segment = segment;
      const previous = this.#lastRead?.segment === current ? this.#lastRead.end : undefined;
      const read = await readSegment(current, options, previous).catch((error: unknown) => {
        // Retention was faster; the log start offset has passed the offset by now.
        if (current.isRemoved) throw this.#outOfRange(startOffset);
        throw error;
      });
      if (read !== undefined) {
        this.#lastRead = { segment: current, end: read.end };
        return { records: read.records };
      }
      segment = this.#segments.find(({ baseOffset }) => baseOffset > current.baseOffset);
    }
    return { records: NOTHING };
  }

  /** The first record whose timestamp is at least `timestampMs`, of those below `limit` that are written. */
  findByTimestamp(timestampMs: bigint, limit: bigint): Promise<TimestampedOffset | undefined> {
    const end = limit < this.#writtenEndOffset ? limit : this.#writtenEndOffset;
    return findByTimestamp([...this.#segments], timestampMs, this.#logStartOffset, end);
  }

  /** A record with the largest timestamp, of those that are written. */
  findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    return findMaxTimestamp([...this.#segments]);
  }

  /** The aborted transactions that overlap [fromOffset, toOffset). At once where there cannot be any, which is nearly always. */
  abortedTransactions(
    fromOffset: bigint,
    toOffset: bigint,
  ): readonly AbortedTransaction[] | Promise<readonly AbortedTransaction[]> {
    if (fromOffset > this.#lastAbortedOffset || fromOffset >= toOffset) return [];
    return this.#collectAborted(fromOffset, toOffset);
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
    const isDeleted = this.#config['cleanup.policy'].includes('delete');
    const reasons: RetentionReason[] = isDeleted
      ? ['log start offset', 'retention.bytes', 'retention.ms']
      : ['log start offset'];
    return this.#exclusively(async () => {
      this.#assertUsable();
      let deleted = 0;
      for (const reason of reasons) deleted += await this.#deleteFor(reason, nowMs, highWatermark);
      return deleted;
    });
  }

  /** Drops everything from `offset` on, also what is queued. Makes a log usable again after a failed write. */
  truncateTo(offset: bigint): Promise<void> {
    const [first] = this.#segments;
    if (first === undefined || offset < first.baseOffset) return this.truncateFullyAndStartAt(offset);
    return this.#whileUnusable('it is being truncated', async () => {
      const keep = Math.max(
        this.#segments.findLastIndex(({ baseOffset }) => baseOffset < offset),
        0,
      );
      await this.#dropSegments(this.#segments.splice(keep + 1));
      await this.#segments[keep]?.truncateTo(offset);
      await this.#restart(offset);
    });
  }

  /** Drops everything; the next record gets `offset`. */
  truncateFullyAndStartAt(offset: bigint): Promise<void> {
    return this.#whileUnusable('it is being truncated', async () => {
      await this.#dropSegments(this.#segments.splice(0));
      this.#segments.push(this.#newSegment(offset));
      this.#logStartOffset = offset;
      await this.#restart(offset);
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
      const parent = parentOf(this.#directory);
      const name = `${this.topic}-${this.partition}.${uniqueId}-delete`;
      // Kafka keeps the name within what file systems allow.
      const target = `${parent}/${name.length <= 255 ? name : `${this.topic.slice(0, 255 - (name.length - this.topic.length))}${name.slice(this.topic.length)}`}`;
      await this.#options.disk.rename(this.#directory, target);
      this.#directory = target;
      for (const segment of this.#segments) segment.moveTo(target);
      this.#snapshots.moveTo(target);
      await this.#options.disk.syncDirectory(parent);
    });
  }

  /** Removes the directory with everything in it. */
  delete(): Promise<void> {
    return this.#exclusively(async () => {
      await this.#release('it is deleted');
      await this.#options.disk.remove(this.#directory);
    });
  }

  get #name(): string {
    return `${this.topic}-${this.partition}`;
  }

  #readHeaders(batches: Buffer): BatchHeader[] {
    const headers: BatchHeader[] = [];
    let nextOffset = this.#logEndOffset;
    for (let position = 0; position < batches.length; ) {
      const header = readBatchHeader(batches, position);
      if (header.baseOffset < nextOffset || header.lastOffset < header.baseOffset) {
        throw new Error(
          `Cannot append to ${this.#name}: offsets ${header.baseOffset} to ${header.lastOffset}, next is ${nextOffset}`,
        );
      }
      headers.push(header);
      nextOffset = header.lastOffset + 1n;
      position += header.sizeInBytes;
      if (position > batches.length) throw new Error(`Cannot append to ${this.#name}: the last batch is not whole`);
    }
    return headers;
  }

  /** The segment that takes the batches: the active one, or a new one when that is full or old. */
  #segmentFor(bytes: number, first: BatchHeader, last: BatchHeader, headers: readonly BatchHeader[]): Segment {
    const active = this.#active;
    const { sizeInBytes } = active;
    const hasRoom =
      sizeInBytes + bytes <= this.#config['segment.bytes'] && !active.isFull(this.#config['segment.index.bytes']);
    const mustRoll =
      !active.canHold(last.lastOffset) || (sizeInBytes > 0 && (!hasRoom || this.#isOld(active, headers)));
    return mustRoll ? this.#roll(first.baseOffset) : active;
  }

  /** Age is measured in the time of the records, where they have one. */
  #isOld(active: Segment, headers: readonly BatchHeader[]): boolean {
    const start = active.firstBatchTimestamp ?? -1n;
    let newest = -1n;
    for (const { maxTimestamp } of headers) if (maxTimestamp > newest) newest = maxTimestamp;
    const ageMs = start >= 0n ? Number(newest - start) : this.#options.clock.now() - active.createdMs;
    return ageMs > this.#config['segment.ms'] - active.jitterMs;
  }

  #roll(baseOffset: bigint): Segment {
    const active = this.#active;
    if (active.baseOffset === baseOffset) return active;
    active.finish();
    this.#unwritten.add(active);
    // Exactly the producers of the offset at which the new segment begins, so that its recovery can start from them.
    this.#snapshots.take(baseOffset, this.producers.entries());
    const segment = this.#newSegment(baseOffset);
    this.#segments.push(segment);
    this.#options.logger.debug({ log: this.#name, baseOffset }, 'rolled to a new segment');
    return segment;
  }

  #newSegment(baseOffset: bigint): Segment {
    const segment = Segment.create(
      this.#context,
      this.#directory,
      baseOffset,
      this.#options.clock.now(),
      jitterMs(this.#options, this.#config),
    );
    this.#unwritten.add(segment);
    return segment;
  }

  async #writeQueued(): Promise<void> {
    this.#assertUsable();
    if (!this.needsWrite) return;
    // Appends go on meanwhile, and may add segments; the end is where the log ends now.
    const endOffset = this.#logEndOffset;
    const segments = [...this.#unwritten].sort((a, b) => (a.baseOffset < b.baseOffset ? -1 : 1));
    try {
      for (const segment of segments) {
        this.#unwritten.delete(segment);
        this.#hasNewNames ||= !segment.isCreated;
        await segment.write();
        if (!segment.isSynced) this.#unsynced.add(segment);
      }
      if (this.#snapshots.needsWrite) {
        this.#hasNewNames = true;
        await this.#snapshots.write();
      }
    } catch (error) {
      throw this.#fail('a write failed', error, false);
    }
    this.#writtenEndOffset = endOffset;
  }

  async #syncWritten(): Promise<void> {
    this.#assertUsable();
    const endOffset = this.#writtenEndOffset;
    const segments = [...this.#unsynced];
    this.#unsynced.clear();
    const hasNewNames = this.#hasNewNames;
    this.#hasNewNames = false;
    try {
      await Promise.all([this.#snapshots.sync(), ...segments.map((segment) => segment.sync())]);
      await this.#syncNames(hasNewNames);
      await this.#saveEpochs();
    } catch (error) {
      throw this.#fail('a sync failed', error, true);
    }
    this.#recoveryPoint = endOffset;
    this.#lastFlushMs = this.#options.clock.now();
  }

  async #syncNames(hasNewNames: boolean): Promise<void> {
    const { disk, openFiles } = this.#options;
    if (this.#isNewDirectory) {
      const path = `${this.#directory}/${PARTITION_METADATA_FILE}`;
      await openFiles.use(path, (file) => file.sync());
      await openFiles.forget(path);
      await disk.syncDirectory(this.#directory);
      await disk.syncDirectory(parentOf(this.#directory));
      this.#isNewDirectory = false;
    } else if (hasNewNames) {
      await disk.syncDirectory(this.#directory);
    }
  }

  async #saveEpochs(): Promise<void> {
    const entries = this.leaderEpochs.takeDirty();
    if (entries !== undefined)
      await writeLeaderEpochCheckpoint(
        this.#options.disk,
        `${this.#directory}/${LEADER_EPOCH_CHECKPOINT_FILE}`,
        entries,
      );
  }

  async #collectAborted(fromOffset: bigint, toOffset: bigint): Promise<readonly AbortedTransaction[]> {
    const found: AbortedTransactionEntry[] = [];
    for (const segment of this.#segments.slice(Math.max(this.#floorIndex(fromOffset), 0))) {
      if (await (await segment.indexes()).transactions.collect(fromOffset, toOffset, found)) break;
    }
    return found.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
  }

  async #deleteFor(reason: RetentionReason, nowMs: number, highWatermark: bigint): Promise<number> {
    const segments = [...this.#segments];
    const logEndOffset = this.#logEndOffset;
    const retentionBytes = this.#config['retention.bytes'];
    const retentionMs = this.#config['retention.ms'];
    const input = {
      segments,
      logStartOffset: this.#logStartOffset,
      logEndOffset,
      highWatermark,
      nowMs,
      retentionBytes,
      retentionMs,
    };
    let count = await countDeletable(input, reason);
    if (count === 0) return 0;
    if (count === this.#segments.length) {
      // There must be a segment, and its name keeps the log end offset: it has to last before the others go.
      if (this.#logEndOffset === logEndOffset) {
        this.#roll(logEndOffset);
        await this.#writeQueued();
        await this.#syncWritten();
      } else {
        count--;
      }
    }
    const deleted = this.#segments.splice(0, count);
    this.advanceLogStartOffset(this.#segments[0]?.baseOffset ?? logEndOffset);
    const fields = {
      log: this.#name,
      segments: deleted.map(({ baseOffset }) => baseOffset),
      reason,
      logStartOffset: this.#logStartOffset,
    };
    if (count > 0) this.#options.logger.info(fields, 'deleting old segments');
    await this.#removeLater(deleted);
    return count;
  }

  async #removeLater(segments: readonly Segment[]): Promise<void> {
    const paths: string[] = [];
    for (const segment of segments) {
      this.#unwritten.delete(segment);
      this.#unsynced.delete(segment);
      paths.push(...(await segment.markDeleted()));
      const snapshot = await this.#snapshots.markDeleted(segment.baseOffset);
      if (snapshot !== undefined) paths.push(snapshot);
    }
    if (paths.length === 0) return;
    const timer = this.#options.clock.schedule(this.#config['file.delete.delay.ms'], () => {
      this.#removals.delete(timer);
      void this.#removeFiles(paths);
    });
    this.#removals.set(timer, paths);
  }

  /** Owns its failure: a file that stays is removed by the next start. */
  async #removeFiles(paths: readonly string[]): Promise<void> {
    try {
      for (const path of paths) await this.#options.disk.remove(path);
    } catch (error) {
      this.#options.logger.warn({ log: this.#name, error }, 'could not remove files of deleted segments');
    }
  }

  async #dropSegments(segments: readonly Segment[]): Promise<void> {
    for (const segment of segments) {
      for (const path of await segment.markDeleted()) await this.#options.disk.remove(path);
    }
  }

  /** Brings everything else to `offset`, where the segments end now. */
  async #restart(offset: bigint): Promise<void> {
    this.#unwritten.clear();
    this.#unsynced.clear();
    this.#lastRead = undefined;
    this.#isAsClosed = false;
    this.#hasNewNames = true;
    this.#unwritten.add(this.#active);
    this.#unsynced.add(this.#active);
    await this.#snapshots.removeWhere((each) => each > offset);
    await replayProducers(this.producers, this.#snapshots, this.#segments, offset, this.#options.clock.now());
    this.leaderEpochs.truncateFromEnd(offset);
    this.#logEndOffset = offset;
    if (this.#logStartOffset > offset) this.#logStartOffset = offset;
    this.#writtenEndOffset = offset;
    if (this.#recoveryPoint > offset) this.#recoveryPoint = offset;
    this.#failure = undefined;
  }

  async #completeFiles(): Promise<void> {
    if (!this.#isAsClosed) {
      this.#active.finish();
      this.#unwritten.add(this.#active);
      if (this.#logEndOffset > (this.#snapshots.latestOffset ?? -1n))
        this.#snapshots.take(this.#logEndOffset, this.producers.entries());
    }
    await this.#writeQueued();
    await this.#syncWritten();
  }

  async #release(reason: string): Promise<void> {
    this.#failure = { error: new LogUnusableError(`Cannot use ${this.#name}: ${reason}`), isFinal: true };
    this.#closing ??= Promise.resolve();
    for (const timer of this.#removals.keys()) timer.cancel();
    this.#removals.clear();
    for (const segment of this.#segments) await segment.closeFiles();
    await this.#snapshots.closeFiles();
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#syncs.run(() => this.#writes.run(task));
  }

  #whileUnusable(reason: string, task: () => Promise<void>): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#failure?.isFinal === true) throw this.#failure.error;
      this.#failure = { error: new LogUnusableError(`Cannot use ${this.#name}: ${reason}`), isFinal: false };
      await task();
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

  #outOfRange(offset: bigint): OffsetOutOfRangeError {
    return new OffsetOutOfRangeError(
      `Cannot read ${this.#name} at ${offset}: it has ${this.#logStartOffset} to ${this.#logEndOffset}`,
    );
  }

  get #active(): Segment {
    const active = this.#segments.at(-1);
    if (active === undefined) throw new Error(`${this.#name} has no segment`);
    return active;
  }

  /** Index of the segment that holds or would hold the offset; -1 below the first. */
  #floorIndex(offset: bigint): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#segments[middle] as Segment).baseOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function jitterMs({ random }: LogOptions, config: LogConfig): number {
  const bound = Math.min(config['segment.jitter.ms'], config['segment.ms'], 2 ** 47);
  return bound === 0 ? 0 : random.integer(bound);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}
