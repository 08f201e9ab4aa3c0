// The move of one partition to another log directory (KIP-113): a copy catches up while the partition goes on where it is; then, with nothing
// acknowledged for a moment, the copy takes its place. Whatever stops it on the way, all that was acknowledged is where the metadata says.

import { type Log, OffsetOutOfRangeError } from '../../log/index.ts';
import { type Clock, sleep } from '../../platform/index.ts';
import { KafkaError, readBatchHeader } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { isDiskFull, isSystemError } from './disk-errors.ts';
import type { LocalHostedPartition } from './hosted-partition.ts';
import type { LogDirectory } from './log-directory.ts';
import type { LocalPartition } from './partition.ts';

export interface PartitionMoveOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hosted: LocalHostedPartition;
  readonly partition: LocalPartition;
  readonly source: LogDirectory;
  readonly target: LogDirectory;
  /** Of `target`, still empty. */
  readonly future: Log;
  /** Resolves when the next bytes may be copied, after so many. */
  readonly pace: (bytes: number, signal: AbortSignal) => Promise<void>;
  /** Resolves when the metadata says that the partition is in the directory, and will say so after any crash. */
  readonly assignDirectory: (hosted: LocalHostedPartition, directoryId: string) => Promise<void>;
}

/** Read and written at a time, unless segments are smaller. */
const CHUNK_BYTES = 1024 * 1024;
/** Copied between two syncs, so that the last one, for which producers wait, is short. */
const SYNC_BYTES = 64 * 1024 * 1024;
const DISK_FULL_RETRY_MS = 10_000;

/** The disk that it is to leave became full just then. */
class HoldEndedError extends Error {}

export class PartitionMove {
  readonly #options: PartitionMoveOptions;
  readonly #stopping = new AbortController();
  #future: Log;
  #running: Promise<void> | undefined;

  constructor(options: PartitionMoveOptions) {
    this.#options = options;
    this.#future = options.future;
  }

  get target(): LogDirectory {
    return this.#options.target;
  }

  /** Resolves, and never rejects, when the partition has moved, or will not: then it is where it was, and the copy is left. */
  run(): Promise<void> {
    this.#running = this.#run();
    return this.#running;
  }

  /** Resolves when nothing is under way any more. It may have moved before. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the move was stopped'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { hosted, source, target, logger, assignDirectory } = this.#options;
    const fields = { topic: hosted.topic, partition: hosted.index, from: source.path, to: target.path };
    try {
      // From here on the metadata tells which of two directories has all there is.
      await assignDirectory(hosted, source.id);
      while (!(await this.#attempt())) await this.#waitForRoom();
      logger.info(fields, `Moved ${hosted.name} to ${target.path}`);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      if (target.isOnline && source.isOnline && isSystemError(error)) target.takeOffline(error);
      else logger.error({ ...fields, error }, `Cannot move ${hosted.name} to ${target.path}; it stays where it is`);
    }
  }

  /** False when there is no room, here or there. */
  async #attempt(): Promise<boolean> {
    try {
      await this.#copy(false);
      await this.#future.sync();
      await this.#copy(false);
      await this.#takePlace();
      return true;
    } catch (error) {
      const { logger, hosted, target } = this.#options;
      if (!isDiskFull(error) && !(error instanceof HoldEndedError)) throw error;
      logger.warn({ error }, `Cannot go on moving ${hosted.name} to ${target.path} now: a disk is full`);
      return false;
    }
  }

  async #waitForRoom(): Promise<void> {
    const { clock, hosted, target } = this.#options;
    await sleep(clock, DISK_FULL_RETRY_MS, this.#stopping.signal);
    try {
      await this.#future.truncateTo(this.#future.writtenEndOffset);
    } catch {
      // It was closed already: another one is begun.
      await target.futures.discard(hosted.name);
      this.#future = await target.futures.open(hosted);
    }
  }

  /** Copies what the partition has and the copy lacks: all of it if `isExact`, for a partition that is held, else until little is left. */
  async #copy(isExact: boolean): Promise<void> {
    const { partition, pace } = this.#options;
    const chunkBytes = Math.min(CHUNK_BYTES, partition.config['segment.bytes']);
    let unsyncedBytes = 0;
    for (;;) {
      this.#stopping.signal.throwIfAborted();
      await this.#followStart();
      const future = this.#future;
      if (future.logEndOffset >= partition.logEndOffset) return;
      const bytes = await this.#copyFrom(future.logEndOffset, chunkBytes);
      unsyncedBytes += bytes;
      if (isExact && !partition.isHeld) throw new HoldEndedError(`${partition.name} could not be held`);
      if (isExact) continue;
      if (bytes < chunkBytes / 2 && future.logEndOffset >= partition.log.writtenEndOffset) return;
      if (unsyncedBytes >= SYNC_BYTES) {
        await future.sync();
        unsyncedBytes = 0;
      }
      await pace(bytes, this.#stopping.signal);
    }
  }

  async #copyFrom(offset: bigint, maxBytes: number): Promise<number> {
    const { partition } = this.#options;
    let chunks = await this.#read(offset, maxBytes);
    if (chunks?.length === 0) {
      await this.#writePartition();
      chunks = await this.#read(offset, maxBytes);
    }
    if (chunks === undefined) return 0;
    if (chunks.length === 0)
      throw new Error(
        `nothing of ${partition.name} can be read from ${offset} on, it ends at ${partition.logEndOffset}`,
      );
    let bytes = 0;
    for (const chunk of chunks) {
      await this.#append(chunk);
      bytes += chunk.length;
    }
    await this.#future.write();
    return bytes;
  }

  /** Undefined where the offset is gone: retention was here. */
  async #read(offset: bigint, maxBytes: number): Promise<readonly Buffer[] | undefined> {
    const { partition, source } = this.#options;
    try {
      return await partition.readAny(offset, maxBytes);
    } catch (error) {
      if (error instanceof OffsetOutOfRangeError) return undefined;
      if (isSystemError(error) && source.isOnline) source.takeOffline(error);
      throw error;
    }
  }

  /** What was appended and is neither in memory nor on the disk has to be written before it can be read. */
  async #writePartition(): Promise<void> {
    const { partition } = this.#options;
    try {
      await partition.write();
    } catch (error) {
      await partition.onWriteError(error);
      throw error;
    }
    partition.onProgress();
  }

  async #append(batches: Buffer): Promise<void> {
    const future = this.#future;
    const { logStartOffset } = future;
    const { baseOffset } = readBatchHeader(batches, 0);
    const isFirst = future.logEndOffset === logStartOffset;
    // The log may start within a batch.
    if (isFirst && baseOffset < logStartOffset) await future.truncateFullyAndStartAt(baseOffset);
    future.append(batches);
    future.advanceLogStartOffset(logStartOffset);
  }

  /** Drops what was deleted from the partition meanwhile. */
  async #followStart(): Promise<void> {
    const { clock, partition } = this.#options;
    const future = this.#future;
    const { logStartOffset } = partition;
    if (future.logEndOffset < logStartOffset) {
      await future.truncateFullyAndStartAt(logStartOffset);
    } else if (future.logStartOffset < logStartOffset) {
      future.advanceLogStartOffset(logStartOffset);
      await future.deleteOldSegments(clock.now(), future.logEndOffset);
    }
  }

  /** The copy becomes the partition's log. Until both directories tell so, nothing is acknowledged: either of them would do after a crash. */
  async #takePlace(): Promise<void> {
    const { hosted, partition, source, target } = this.#options;
    const { log: left } = partition;
    await partition.hold();
    try {
      await this.#copy(true);
      // Both can be tried again while the disk is full, closing cannot.
      await this.#future.write();
      await this.#future.sync();
      if (!partition.isHeld) throw new HoldEndedError(`${partition.name} could not be held`);
      this.#future.leaderEpochs.copyFrom(left.leaderEpochs);
      await target.futures.promote(hosted.name, source.checkpoints.cleanerOffsets.offsetOf(hosted.name));
    } catch (error) {
      partition.goOn();
      throw error;
    }
    await this.#goOnInTarget();
    await source.leave(hosted.name, left, partition.config['file.delete.delay.ms']);
    partition.goOn();
  }

  /** The metadata may say already that the partition is there, so it goes on there or not at all. */
  async #goOnInTarget(): Promise<void> {
    const { hosted, partition, target, assignDirectory } = this.#options;
    try {
      await assignDirectory(hosted, target.id);
      await target.admit(hosted, partition);
      hosted.moveTo(target);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      partition.fail(new KafkaError('KAFKA_STORAGE_ERROR', `its move to ${target.path} failed: ${reason}`, { cause }));
      throw cause;
    }
  }
}
