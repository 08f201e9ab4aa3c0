// One partition on a local log: decides appends at once and in order, lets the committer make them durable, and serves readers.

import { type Log, OffsetOutOfRangeError } from '../../log/index.ts';
import {
  type BatchHeader,
  InvalidRecordBatchError,
  KafkaError,
  writeBaseOffset,
  writeLeaderEpoch,
} from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type {
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
import { decide } from '../sequencer.ts';
import { validateAppend } from '../validate-append.ts';
import type { Committable, Committer } from './committer.ts';
import { describeProducer } from './describe-producer.ts';
import { isDiskFull, isSystemError } from './disk-errors.ts';
import type { JournalEntry } from './journal/journal.ts';
import { JournaledAppends } from './journaled-appends.ts';
import { PendingAppends } from './pending-appends.ts';
import { readLog } from './read-log.ts';
import { sequencedBatches } from './sequenced-batches.ts';
import { Tail, type TailCache } from './tail-cache.ts';
import { readUnsyncedTail } from './unsynced-tail.ts';

/** What the partitions of one log directory share. */
export interface PartitionServices {
  readonly committer: Committer;
  readonly tailCache: TailCache;
  /** Wall time, milliseconds. */
  readonly now: () => number;
  readonly logger: Logger;
  /** False makes acks=all as durable as acks=1: `log.flush.on.acks.all`. */
  readonly flushOnAcksAll: boolean;
  /** Bytes that were appended and not yet written, of all partitions of the directory, and how many there should be at most. */
  readonly unwritten: { bytes: number; readonly limitBytes: number };
  readonly checkpointLogStartOffsets: () => Promise<void>;
  /** For an error of the disk that makes the whole directory unusable. */
  readonly onDiskError: (error: unknown) => void;
}

export class LocalPartition implements Partition, Committable {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  readonly log: Log;
  highWatermark: bigint;
  #leaderEpoch: number;
  readonly #services: PartitionServices;
  readonly #pending = new PendingAppends();
  // Made when first used: a broker has thousands of partitions that nobody writes to.
  #tail: Tail | undefined;
  #watchers: Set<() => void> | undefined;
  #journaled: JournaledAppends | undefined;
  /** Why nothing goes any more; why nothing is appended any more; why nothing is for the time being. */
  #failure: KafkaError | undefined;
  #suspension: KafkaError | undefined;
  #diskFull: KafkaError | undefined;
  #takingBack: Promise<void> | undefined;
  #unwrittenBytes = 0;

  constructor(log: Log, leaderEpoch: number, services: PartitionServices) {
    this.topic = log.topic;
    this.index = log.partition;
    this.topicId = log.topicId;
    this.log = log;
    this.highWatermark = log.logEndOffset;
    this.#leaderEpoch = leaderEpoch;
    this.#beginEpoch();
    this.#services = services;
  }

  get name(): string {
    return `${this.topic}-${this.index}`;
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
    const journaledEndOffset = this.#journaled?.journaledEndOffset ?? 0n;
    return recoveryPoint > journaledEndOffset ? recoveryPoint : journaledEndOffset;
  }

  get lastStableOffset(): bigint {
    const { highWatermark, log } = this;
    const firstUnstable = log.producers.firstUnstableOffset(highWatermark);
    if (firstUnstable === undefined || firstUnstable >= highWatermark) return highWatermark;
    return firstUnstable > log.logStartOffset ? firstUnstable : log.logStartOffset;
  }

  // Hot path: a header, a CRC and a handful of small objects per batch; bytes are neither parsed nor copied.
  append(records: Buffer, options: AppendOptions): Promise<AppendResult> {
    try {
      return this.#append(records, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #append(received: Buffer, options: AppendOptions): Promise<AppendResult> {
    this.#requireOnline('append to');
    const refusal = this.#suspension ?? this.#diskFull;
    if (refusal !== undefined) throw refusal;
    const { log, name } = this;
    const rules = { name, config: log.config, origin: options.origin, nowMs: this.#services.now() };
    const { records, batches, logAppendTimeMs } = validateAppend(received, rules);
    const { results, changes } = decide(log, sequencedBatches(records, batches, options));
    for (const result of results) {
      if (result.outcome === 'refused')
        throw new KafkaError(result.error, `Cannot append to ${name}: ${result.message}`);
      if (result.outcome === 'duplicate') {
        const time = logAppendTimeMs < 0n ? -1n : result.timestamp;
        return this.#commit(this.#resultOf(result.baseOffset, result.lastOffset, time), options.durability);
      }
    }
    const baseOffset = log.logEndOffset;
    let nextOffset = baseOffset;
    for (const { position, lastOffsetDelta } of batches) {
      writeBaseOffset(records, position, nextOffset);
      writeLeaderEpoch(records, position, this.#leaderEpoch);
      nextOffset += BigInt(lastOffsetDelta) + 1n;
    }
    log.append(records);
    this.#unwrittenBytes += records.length;
    this.#services.unwritten.bytes += records.length;
    if (log.logEndOffset !== changes.logEndOffset) {
      throw new Error(`${name} ends at ${log.logEndOffset} after an append, it should end at ${changes.logEndOffset}`);
    }
    this.#cache(records, batches, baseOffset, options.origin);
    return this.#commit(this.#resultOf(baseOffset, nextOffset - 1n, logAppendTimeMs), options.durability, records);
  }

  /** What coordinators write is not read back by consumers: it is kept only where it would leave a gap. */
  #cache(records: Buffer, batches: readonly BatchHeader[], baseOffset: bigint, origin: AppendOptions['origin']): void {
    if (origin === 'coordinator' && this.#tail?.baseOffset === undefined) return;
    this.#tail ??= new Tail();
    let nextOffset = baseOffset;
    for (const { position, sizeInBytes, lastOffsetDelta } of batches) {
      const lastOffset = nextOffset + BigInt(lastOffsetDelta);
      const batch = records.subarray(position, position + sizeInBytes);
      this.#services.tailCache.add(this.#tail, batch, nextOffset, lastOffset);
      nextOffset = lastOffset + 1n;
    }
  }

  #resultOf(baseOffset: bigint, lastOffset: bigint, logAppendTimeMs: bigint): AppendResult {
    return { baseOffset, lastOffset, logAppendTimeMs, logStartOffset: this.log.logStartOffset };
  }

  /** Resolves when everything that is in the log by now has the durability, which includes a batch that was sent before. */
  #commit(result: AppendResult, asked: Durability, appended?: Buffer): Promise<AppendResult> {
    const { log, durableEndOffset } = this;
    const { flushOnAcksAll, committer, unwritten } = this.#services;
    const hasTooMuchUnflushed = log.logEndOffset - durableEndOffset >= log.config['flush.messages'];
    const wanted = asked === 'synced' && !flushOnAcksAll ? 'written' : asked;
    const durability = hasTooMuchUnflushed ? 'synced' : wanted;
    const needsSync = durability === 'synced';
    const endOffset = log.logEndOffset;
    if (appended === undefined) {
      const isCommitted = result.lastOffset < (needsSync ? durableEndOffset : this.highWatermark);
      if (isCommitted || asked === 'none') return Promise.resolve(result);
    } else if (needsSync) {
      this.#journaled ??= new JournaledAppends();
      this.#journaled.add({ baseOffset: result.baseOffset, endOffset, batches: appended });
    }
    committer.enqueue(this, needsSync);
    // Whoever writes without waiting waits all the same once the disk cannot follow: memory has to have an end.
    if (asked !== 'none' || unwritten.bytes > unwritten.limitBytes) {
      return new Promise((resolve, reject) => {
        this.#pending.push({ endOffset, durability, resolve, reject, result });
      });
    }
    this.#pending.push({ endOffset, durability, resolve: ignore, reject: ignore, result });
    return Promise.resolve(result);
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
    const result = this.#resultOf(baseOffset, endOffset - 1n, -1n);
    await new Promise((resolve, reject) => {
      if (batches !== undefined) {
        this.#journaled ??= new JournaledAppends();
        this.#journaled.add({ baseOffset, endOffset, batches });
      }
      this.#pending.push({ endOffset, durability: 'synced', resolve, reject, result });
      this.#services.committer.enqueue(this, true);
    });
  }

  read(options: ReadOptions): ReadResult | Promise<ReadResult> {
    this.#requireOnline('read');
    const { offset } = options;
    if (offset < this.log.logStartOffset || offset > this.log.logEndOffset) {
      throw new KafkaError(
        'OFFSET_OUT_OF_RANGE',
        `Cannot read ${this.name} at offset ${offset}: it has ${this.log.logStartOffset} to ${this.log.logEndOffset}`,
      );
    }
    const bounds = {
      highWatermark: this.highWatermark,
      lastStableOffset: this.lastStableOffset,
      logStartOffset: this.log.logStartOffset,
    };
    const result = readLog(this.log, { tail: this.#tail, journaled: this.#journaled }, options, bounds);
    return result instanceof Promise ? this.#explained('read', result) : result;
  }

  async findByTimestamp(timestampMs: bigint, limit = this.highWatermark): Promise<TimestampedOffset | undefined> {
    this.#requireOnline('search');
    return this.#explained('search', this.#findByTimestamp(timestampMs, limit));
  }

  async findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    this.#requireOnline('search');
    return this.#explained('search', this.#findMaxTimestamp());
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
    this.#watchers ??= new Set();
    // A function of its own, so that watching twice with the same listener is two watches.
    const watcher = () => listener();
    this.#watchers.add(watcher);
    return () => this.#watchers?.delete(watcher);
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
    for (const append of this.#pending.takeAll()) append.reject(error);
    if (this.#tail !== undefined) this.#services.tailCache.clear(this.#tail);
    this.#notify();
  }

  async write(): Promise<void> {
    const bytes = this.#unwrittenBytes;
    this.#unwrittenBytes = 0;
    try {
      if (this.#failure === undefined) await this.log.write();
    } finally {
      this.#services.unwritten.bytes -= bytes;
    }
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
    if (this.#failure !== undefined) return;
    const { durableEndOffset } = this;
    const { writtenEndOffset } = this.log;
    const isAllWritten = writtenEndOffset >= durableEndOffset;
    this.#journaled?.forgetBelow(isAllWritten ? durableEndOffset : writtenEndOffset);
    if (isAllWritten && this.#takingBack === undefined) this.#diskFull = undefined;
    const reached = this.#pending.takeReached(isAllWritten ? writtenEndOffset : durableEndOffset, durableEndOffset);
    const last = reached.at(-1);
    if (last === undefined) return;
    const hasMoved = last.endOffset > this.highWatermark;
    if (hasMoved) this.highWatermark = last.endOffset;
    for (const { resolve, result } of reached) resolve(result);
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
    const { writtenEndOffset } = log;
    const kept = this.#journaled?.takeBack(writtenEndOffset);
    const endOffset = kept?.endOffset ?? writtenEndOffset;
    for (const append of this.#pending.takeBeyond(endOffset)) append.reject(refusal);
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

  async #findByTimestamp(timestampMs: bigint, limit: bigint): Promise<TimestampedOffset | undefined> {
    if (limit > this.log.writtenEndOffset) await this.#writeForSearch();
    return this.log.findByTimestamp(timestampMs, limit);
  }

  async #findMaxTimestamp(): Promise<TimestampedOffset | undefined> {
    await this.#writeForSearch();
    return this.log.findMaxTimestamp();
  }

  /** Known to clients before the first record of the epoch. A log that knows a newer epoch keeps what it knows. */
  #beginEpoch(): void {
    const { leaderEpochs, logEndOffset } = this.log;
    const latest = leaderEpochs.latest?.leaderEpoch ?? -1;
    if (this.#leaderEpoch > latest) leaderEpochs.assign(this.#leaderEpoch, logEndOffset);
  }

  #requireOnline(action: string): void {
    if (this.#failure === undefined) return;
    throw new KafkaError(this.#failure.code, `Cannot ${action} ${this.name}: ${this.#failure.message}`);
  }

  /** What a log rejects with, as readers are told it. */
  async #explained<T>(action: string, reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      throw this.#readFailure(action, error);
    }
  }

  #readFailure(action: string, error: unknown): KafkaError {
    if (error instanceof OffsetOutOfRangeError)
      return new KafkaError('OFFSET_OUT_OF_RANGE', error.message, { cause: error });
    const { logger, onDiskError } = this.#services;
    if (error instanceof InvalidRecordBatchError) {
      // The log is as it was sent: records that cannot be inflated are their producer's doing.
      logger.warn({ topic: this.topic, partition: this.index, error }, `Cannot ${action} ${this.name}`);
      return new KafkaError(error.code, `Cannot ${action} ${this.name}: ${error.message}`, { cause: error });
    }
    if (this.#failure === undefined) {
      if (isSystemError(error) && !isDiskFull(error)) onDiskError(error);
      else logger.error({ topic: this.topic, partition: this.index, error }, `Cannot ${action} ${this.name}`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return new KafkaError('KAFKA_STORAGE_ERROR', `Cannot ${action} ${this.name}: ${reason}`, { cause: error });
  }

  #notify(): void {
    if (this.#watchers === undefined) return;
    // A copy, because a watcher may begin another watch, which is for the next time.
    for (const watcher of [...this.#watchers]) {
      if (!this.#watchers.has(watcher)) continue;
      try {
        watcher();
      } catch (error) {
        // A waiting fetch that fails must not cost the others, nor the append that woke it, their answer.
        this.#services.logger.error(
          { topic: this.topic, partition: this.index, error },
          'A watcher of the partition failed',
        );
      }
    }
  }
}

function ignore(): void {}
