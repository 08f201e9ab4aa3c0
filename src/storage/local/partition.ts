// One partition on a local log: decides appends at once and in order, lets the committer make them durable, and serves readers.

import type { Log } from '../../log/index.ts';
import { type BatchHeader, KafkaError } from '../../protocol/index.ts';
import type {
  AppendListener,
  AppendOptions,
  AppendResult,
  Durability,
  LogConfig,
  Partition,
  ProducerDescription,
  ReadOptions,
  ReadResult,
  TimestampedOffset,
} from '../engine.ts';
import { BatchRun, runFrom } from './batch-run.ts';
import type { Committable } from './committer.ts';
import { describeProducer } from './describe-producer.ts';
import { isDiskFull } from './disk-errors.ts';
import type { JournalEntry } from './journal/journal.ts';
import { JournaledAppends } from './journaled-appends.ts';
import { type JudgedAppend, judgeAppend } from './judge-append.ts';
import type { PartitionServices } from './partition-services.ts';
import { PendingAppend, PendingAppends } from './pending-appends.ts';
import { readFailure } from './read-failure.ts';
import { readLog } from './read-log.ts';
import { Tail } from './tail-cache.ts';
import { readUnsyncedTail } from './unsynced-tail.ts';
import { Watchers } from './watchers.ts';

export class LocalPartition implements Partition, Committable {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  readonly name: string;
  highWatermark: bigint;
  #log: Log;
  #leaderEpoch: number;
  #services: PartitionServices;
  readonly #pending = new PendingAppends();
  // Made when first used: a broker has thousands of partitions that nobody writes to.
  #tail: Tail | undefined;
  #watchers: Watchers | undefined;
  #journaled: JournaledAppends | undefined;
  /** Why nothing goes any more; why nothing is appended any more; why nothing is for the time being. */
  #failure: KafkaError | undefined;
  #suspension: KafkaError | undefined;
  #diskFull: KafkaError | undefined;
  #takingBack: Promise<void> | undefined;
  #unwrittenBytes = 0;
  /** What was appended since nothing is acknowledged any more; undefined while everything goes its way. */
  #held: BatchRun[] | undefined;

  constructor(log: Log, leaderEpoch: number, services: PartitionServices) {
    this.topic = log.topic;
    this.index = log.partition;
    this.topicId = log.topicId;
    this.name = `${log.topic}-${log.partition}`;
    this.#log = log;
    this.highWatermark = log.logEndOffset;
    this.#leaderEpoch = leaderEpoch;
    this.#beginEpoch();
    this.#services = services;
  }

  /** Another one once the partition has moved to another log directory. */
  get log(): Log {
    return this.#log;
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }

  get config(): LogConfig {
    return this.log.config;
  }

  get logStartOffset(): bigint {
    return this.log.logStartOffset;
  }

  get logEndOffset(): bigint {
    return this.log.logEndOffset;
  }

  get sizeInBytes(): number {
    return this.log.sizeInBytes;
  }

  /** Below it everything is on stable storage, in the segments or in the journal. */
  get durableEndOffset(): bigint {
    const { recoveryPoint } = this.log;
    const journaled = this.#journaled?.journaledEndOffset ?? 0n;
    return recoveryPoint > journaled ? recoveryPoint : journaled;
  }

  get lastStableOffset(): bigint {
    const { highWatermark, log } = this;
    const firstUnstable = log.producers.firstUnstableOffset(highWatermark);
    if (firstUnstable === undefined || firstUnstable >= highWatermark) return highWatermark;
    return firstUnstable > log.logStartOffset ? firstUnstable : log.logStartOffset;
  }

  append(records: Buffer, options: AppendOptions): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      const appended = ({ baseOffset, lastOffset, logAppendTimeMs, logStartOffset }: AppendResult) =>
        resolve({ baseOffset, lastOffset, logAppendTimeMs, logStartOffset });
      this.beginAppend(records, options, { appended, refused: reject });
    });
  }

  beginAppend(records: Buffer, options: AppendOptions, listener: AppendListener): void {
    let judged: JudgedAppend;
    let appended: Buffer | undefined;
    try {
      judged = this.#judge(records, options);
      if (!judged.isDuplicate) appended = this.#take(judged, options.origin);
    } catch (error) {
      listener.refused(error);
      return;
    }
    this.#commit(judged, appended, options.durability, listener);
  }

  #judge(records: Buffer, options: AppendOptions): JudgedAppend {
    this.#requireOnline('append to');
    const refusal = this.#suspension ?? this.#diskFull;
    if (refusal !== undefined) throw refusal;
    const place = { name: this.name, leaderEpoch: this.#leaderEpoch, nowMs: this.#services.now() };
    return judgeAppend(this.#log, records, options, place);
  }

  /** Returns the batches as they are kept from now on. */
  #take({ records, headers, baseOffset }: JudgedAppend, origin: AppendOptions['origin']): Buffer {
    const { tailCache } = this.#services;
    const tail = this.#tailFor(origin);
    const bytes = tail === undefined ? records : tailCache.keepable(tail, records);
    this.#queue(bytes, headers);
    const endOffset = this.#log.logEndOffset;
    this.#held?.push(new BatchRun(baseOffset, endOffset, bytes));
    if (tail !== undefined) tailCache.add(tail, baseOffset, endOffset, bytes);
    return bytes;
  }

  #queue(records: Buffer, headers?: readonly BatchHeader[]): void {
    this.#log.append(records, headers);
    this.#unwrittenBytes += records.length;
    this.#services.unwritten.bytes += records.length;
  }

  /** What coordinators write is not read back by consumers: it is kept only where it would leave a gap. */
  #tailFor(origin: AppendOptions['origin']): Tail | undefined {
    if (origin === 'coordinator' && this.#tail?.baseOffset === undefined) return undefined;
    this.#tail ??= new Tail();
    return this.#tail;
  }

  /** Tells the listener when everything that is in the log by now has the durability, which includes a batch that was sent before. */
  #commit(judged: JudgedAppend, appended: Buffer | undefined, asked: Durability, listener: AppendListener): void {
    const { log, durableEndOffset } = this;
    const { flushOnAcksAll, committer, unwritten } = this.#services;
    const endOffset = log.logEndOffset;
    const hasTooMuchUnflushed = endOffset - durableEndOffset >= log.config['flush.messages'];
    const wanted = asked === 'synced' && !flushOnAcksAll ? 'written' : asked;
    const durability = hasTooMuchUnflushed ? 'synced' : wanted;
    const needsSync = durability === 'synced';
    // Whoever writes without waiting waits all the same once the disk cannot follow: memory has to have an end.
    const waits = asked !== 'none' || unwritten.bytes > unwritten.limitBytes;
    const append = new PendingAppend(judged, log.logStartOffset, endOffset, durability, waits ? listener : NOBODY);
    if (appended === undefined) {
      const isCommitted = judged.lastOffset < (needsSync ? durableEndOffset : this.highWatermark);
      if (isCommitted || asked === 'none') {
        listener.appended(append);
        return;
      }
    } else if (needsSync) {
      this.#journaled ??= new JournaledAppends();
      this.#journaled.add(judged.baseOffset, endOffset, appended);
    }
    if (this.#held === undefined) committer.enqueue(this, needsSync);
    this.#pending.push(append);
    if (!waits) listener.appended(append);
  }

  /**
   * Makes last what a crash left in the page cache only: readers must not see it before, or a power cut could give its offsets to other records. The
   * journal takes it, where it can, with that of many other partitions: a sync of each segment is most of what a start after a crash has to wait for.
   */
  async makeDurable(): Promise<void> {
    const { log } = this;
    if (log.unflushedMessages === 0n) return;
    const { recoveryPoint: baseOffset, logEndOffset: endOffset } = log;
    const batches = await readUnsyncedTail(log);
    this.#requireOnline('open');
    await new Promise((resolve, reject) => {
      if (batches !== undefined) {
        this.#journaled ??= new JournaledAppends();
        this.#journaled.add(baseOffset, endOffset, batches);
      }
      const range = { baseOffset, lastOffset: endOffset - 1n, logAppendTimeMs: -1n };
      const listener = { appended: resolve, refused: reject };
      this.#pending.push(new PendingAppend(range, log.logStartOffset, endOffset, 'synced', listener));
      this.#services.committer.enqueue(this, true);
    });
  }

  read(options: ReadOptions): ReadResult | Promise<ReadResult> {
    this.#requireOnline('read');
    const { offset } = options;
    const { name, highWatermark, lastStableOffset, logStartOffset, logEndOffset } = this;
    if (offset < logStartOffset || offset > logEndOffset) {
      throw new KafkaError(
        'OFFSET_OUT_OF_RANGE',
        `Cannot read ${name} at offset ${offset}: it has ${logStartOffset} to ${logEndOffset}`,
      );
    }
    const bounds = { highWatermark, lastStableOffset, logStartOffset };
    const result = readLog(this.log, { tail: this.#tail, journaled: this.#journaled }, options, bounds);
    return result instanceof Promise ? this.#explained('read', result, () => this.read(options)) : result;
  }

  async findByTimestamp(timestampMs: bigint, limit = this.highWatermark): Promise<TimestampedOffset | undefined> {
    this.#requireOnline('search');
    const search = async () => {
      if (limit > this.log.writtenEndOffset) await this.#writeForSearch();
      return this.log.findByTimestamp(timestampMs, limit);
    };
    return this.#explained('search', search(), search);
  }

  async findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    this.#requireOnline('search');
    const search = async () => {
      await this.#writeForSearch();
      return this.log.findMaxTimestamp();
    };
    return this.#explained('search', search(), search);
  }

  epochOf(offset: bigint): number {
    return this.log.leaderEpochs.epochOf(offset);
  }

  endOffsetForEpoch(leaderEpoch: number): { readonly leaderEpoch: number; readonly endOffset: bigint } | undefined {
    return this.log.leaderEpochs.endOffsetFor(leaderEpoch, this.log.logEndOffset);
  }

  async deleteRecords(beforeOffset: bigint): Promise<bigint> {
    this.#requireOnline('delete records of');
    if (beforeOffset < 0n || beforeOffset > this.highWatermark) {
      throw new KafkaError(
        'OFFSET_OUT_OF_RANGE',
        `Cannot delete records of ${this.name} below ${beforeOffset}: the high watermark is ${this.highWatermark}`,
      );
    }
    if (beforeOffset > this.log.logStartOffset) {
      this.log.advanceLogStartOffset(beforeOffset);
      this.#notify();
      await this.#services.checkpointLogStartOffsets();
    }
    return this.log.logStartOffset;
  }

  producers(): ProducerDescription[] {
    return Array.from(this.log.producers.entries(), describeProducer);
  }

  producer(producerId: bigint): ProducerDescription | undefined {
    const entry = this.log.producers.get(producerId);
    return entry && describeProducer(entry);
  }

  watch(listener: () => void): () => void {
    this.#watchers ??= new Watchers();
    return this.#watchers.add(listener);
  }

  /** Takes a newer leader epoch and other settings. */
  update(leaderEpoch: number, config: LogConfig): void {
    this.#leaderEpoch = leaderEpoch;
    this.#beginEpoch();
    this.log.updateConfig(config);
  }

  /** Deletes what retention no longer wants. */
  async applyRetention(): Promise<void> {
    if (this.#failure !== undefined) return;
    const logStartOffset = this.log.logStartOffset;
    await this.log.deleteOldSegments(this.#services.now(), this.highWatermark);
    if (this.log.logStartOffset !== logStartOffset) this.#notify();
  }

  /** Readers get what the log has from now on: compaction has changed it. */
  forgetTail(): void {
    if (this.#tail !== undefined) this.#services.tailCache.clear(this.#tail);
  }

  /** Refuses appends from now on; those that wait go on. */
  suspend(error: KafkaError): void {
    this.#suspension ??= error;
  }

  /** Takes the partition out of service for good: everything that waits, and everything that comes, gets the error. */
  fail(error: KafkaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { listener } of this.#pending.takeAll()) listener.refused(error);
    if (this.#tail !== undefined) this.#services.tailCache.clear(this.#tail);
    this.#notify();
  }

  async write(): Promise<void> {
    const { unwritten } = this.#services;
    const bytes = this.#unwrittenBytes;
    this.#unwrittenBytes = 0;
    try {
      if (this.#failure === undefined) await this.log.write();
    } finally {
      unwritten.bytes -= bytes;
    }
  }

  /**
   * From now on nothing is acknowledged, and the high watermark stays; appends are decided as ever. Resolves when nothing of the partition is on its
   * way to the journal. To be ended soon, with `goOn`.
   */
  hold(): Promise<void> {
    this.#held = [];
    return this.#services.committer.release(this);
  }

  /** Whether `hold` still counts: a full disk and the end of the partition end it. */
  get isHeld(): boolean {
    return this.#held !== undefined && this.#failure === undefined;
  }

  /** Whole batches from `offset` on, acknowledged or not, from memory or from the disk; none where they have to be written first. For copies. */
  async readAny(offset: bigint, maxBytes: number): Promise<readonly Buffer[]> {
    const { log } = this;
    const bounds = { highWatermark: log.logEndOffset, lastStableOffset: 0n, logStartOffset: log.logStartOffset };
    const options = { offset, maxBytes, minOneBatch: true, isolation: 'read_uncommitted' } as const;
    return (await readLog(log, { tail: this.#tail, journaled: this.#journaled }, options, bounds)).records;
  }

  /**
   * Goes on in a log, in another directory, that has on stable storage everything that this one had when the hold began. What was appended since is
   * queued there. For a partition that is held, and stays so.
   */
  moveTo(log: Log, services: PartitionServices): void {
    const { log: left, name } = this;
    if (!this.isHeld) throw new Error(`Cannot move ${name}: it is not held`);
    this.#services.unwritten.bytes -= this.#unwrittenBytes;
    this.#unwrittenBytes = 0;
    this.#log = log;
    this.#services = services;
    this.#journaled = undefined;
    this.#diskFull = undefined;
    log.updateConfig(left.config);
    // The copy may have gone on behind the beginning of the hold.
    for (const run of this.#held ?? [])
      if (run.endOffset > log.logEndOffset) this.#queue(runFrom(run, log.logEndOffset).bytes);
    if (log.logEndOffset !== left.logEndOffset) {
      throw new Error(`${name} ends at ${log.logEndOffset} after its move, it should end at ${left.logEndOffset}`);
    }
    log.advanceLogStartOffset(left.logStartOffset);
    this.#beginEpoch();
  }

  /** Ends a hold: what waits is made durable and acknowledged. */
  goOn(): void {
    this.#held = undefined;
    if (this.#failure === undefined && this.log.unflushedMessages > 0n) this.#services.committer.enqueue(this, true);
    this.onProgress();
  }

  journalEntry(): JournalEntry<Committable> | undefined {
    const { topicId, index: partition, durableEndOffset } = this;
    // Nothing is added to what waits for its segment while that cannot keep up.
    const { bytes, limitBytes } = this.#services.unwritten;
    if (this.#failure !== undefined || bytes > limitBytes) return undefined;
    const next = this.#journaled?.next(durableEndOffset);
    return next && { ...next, topicId, partition, owner: this };
  }

  onJournaled(isCommitted: boolean): void {
    this.#journaled?.onJournaled(isCommitted);
    if (isCommitted) this.onProgress();
  }

  isInSegments(endOffset: bigint): boolean {
    return this.#failure !== undefined || this.log.recoveryPoint >= endOffset;
  }

  sync(): Promise<void> {
    return this.#failure === undefined ? this.log.sync() : Promise.resolve();
  }

  onProgress(): void {
    if (this.#failure !== undefined || this.#held !== undefined) return;
    const { durableEndOffset } = this;
    const { writtenEndOffset } = this.log;
    const isAllWritten = writtenEndOffset >= durableEndOffset;
    this.#journaled?.forgetBelow(isAllWritten ? durableEndOffset : writtenEndOffset);
    if (isAllWritten && this.#takingBack === undefined) this.#diskFull = undefined;
    const reached = this.#pending.takeReached(isAllWritten ? writtenEndOffset : durableEndOffset, durableEndOffset);
    const endOffset = reached.at(-1)?.endOffset ?? 0n;
    const hasMoved = endOffset > this.highWatermark;
    if (hasMoved) this.highWatermark = endOffset;
    for (const append of reached) append.listener.appended(append);
    if (hasMoved) this.#notify();
  }

  /** Whoever wants to write and cannot says so; they share what has to be done. */
  onWriteError(error: unknown): Promise<void> {
    if (this.#failure !== undefined) return Promise.resolve();
    if (!isDiskFull(error)) {
      this.#services.onDiskError(error);
      return Promise.resolve();
    }
    this.#takingBack ??= this.#takeBack(error).finally(() => {
      this.#takingBack = undefined;
    });
    return this.#takingBack;
  }

  /** Takes back what was not written, but for what the journal has: that stays in memory until there is room, and nothing is appended before. */
  async #takeBack(cause: unknown): Promise<void> {
    const { logger, onDiskError, tailCache, unwritten } = this.#services;
    const { topic, index: partition, log } = this;
    const refusal = new KafkaError('KAFKA_STORAGE_ERROR', `Cannot append to ${this.name}: the disk is full`, { cause });
    if (this.#diskFull === undefined)
      logger.error({ topic, partition, error: cause }, `${refusal.message}; what was not written is taken back`);
    // Nothing is decided on top of what is being taken back.
    this.#diskFull = refusal;
    this.#held = undefined;
    const { writtenEndOffset } = log;
    const kept = this.#journaled?.takeBack(writtenEndOffset);
    const endOffset = kept?.endOffset ?? writtenEndOffset;
    for (const { listener } of this.#pending.takeBeyond(endOffset)) listener.refused(refusal);
    if (this.#tail !== undefined) tailCache.clear(this.#tail);
    try {
      await log.truncateTo(writtenEndOffset, kept?.batches);
    } catch (error) {
      onDiskError(error);
      return;
    }
    this.#unwrittenBytes += kept?.sizeInBytes ?? 0;
    unwritten.bytes += kept?.sizeInBytes ?? 0;
    if (endOffset === writtenEndOffset) this.#diskFull = undefined;
  }

  /** For what is searched on the disk only. On a full disk the rest is searched. */
  async #writeForSearch(): Promise<void> {
    try {
      await this.write();
      this.onProgress();
    } catch (error) {
      await this.onWriteError(error);
    }
  }

  /** Known to clients before the first record of the epoch. */
  #beginEpoch(): void {
    this.log.leaderEpochs.begin(this.#leaderEpoch, this.log.logEndOffset);
  }

  #requireOnline(action: string): void {
    if (this.#failure === undefined) return;
    throw new KafkaError(this.#failure.code, `Cannot ${action} ${this.name}: ${this.#failure.message}`);
  }

  /** What a log rejects with, as readers are told it. */
  async #explained<T>(action: string, reading: Promise<T>, again: () => T | Promise<T>): Promise<T> {
    const { log } = this;
    try {
      return await reading;
    } catch (error) {
      // It was read where the partition is no longer.
      if (this.log !== log) return again();
      const about = { topic: this.topic, index: this.index, hasFailed: this.#failure !== undefined };
      throw readFailure(`${action} ${this.name}`, error, this.#services, about);
    }
  }

  #notify(): void {
    this.#watchers?.notify((error) => {
      const fields = { topic: this.topic, partition: this.index, error };
      this.#services.logger.error(fields, 'A watcher of the partition failed');
    });
  }
}

const NOBODY: AppendListener = { appended() {}, refused() {} };
