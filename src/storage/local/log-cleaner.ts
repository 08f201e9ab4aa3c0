// Compacts logs in the background: always the one whose dirty part is the largest share of it, one at a time, until none is worth the work.

import { type CleanableRange, cleanableRange, cleanLog, isWorthCleaning } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { StorageConfig } from '../storage-config.ts';
import { isDiskFull, isSystemError } from './disk-errors.ts';
import type { LogDirectory } from './log-directory.ts';
import type { LocalPartition } from './partition.ts';
import { PeriodicTask } from './periodic-task.ts';
import { WorkPace } from './work-pace.ts';

export interface LogCleanerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: StorageConfig;
  readonly directories: () => readonly LogDirectory[];
  /** Whether the partition is on its way to another directory: what was copied must not be compacted apart from the rest. */
  readonly isMoving: (partition: LocalPartition) => boolean;
}

interface LogToClean {
  readonly directory: LogDirectory;
  readonly partition: LocalPartition;
  readonly range: CleanableRange;
}

/** Bytes at most that are worked on before others get their turn, however large the buffer may be: a millisecond or two. */
const LARGEST_SLICE_BYTES = 128 * 1024;

export class LogCleaner {
  readonly #options: LogCleanerOptions;
  #task: PeriodicTask | undefined;
  readonly #stopping = new AbortController();
  #current: { readonly partition: LocalPartition; readonly whenDone: Promise<unknown> } | undefined;
  /** Those that cannot be compacted until the next start, because something in them is not right. */
  readonly #uncleanable = new WeakSet<LocalPartition>();

  constructor(options: LogCleanerOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, config, logger } = this.#options;
    this.#task = new PeriodicTask({
      clock,
      initialDelayMs: config['log.cleaner.backoff.ms'],
      intervalMs: () => config['log.cleaner.backoff.ms'],
      run: () => this.#run(),
      onError: (error) => logger.error({ error }, 'Compaction failed'),
    });
  }

  /** For a partition that moves: resolves when it is not being compacted. */
  async release(partition: LocalPartition): Promise<void> {
    if (this.#current?.partition === partition) await this.#current.whenDone;
  }

  /** Settings may have changed: `log.cleaner.backoff.ms` counts at once. */
  reconfigure(): void {
    this.#task?.replan();
  }

  /** Gives up what is under way; what has been replaced stays so. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the cleaner is stopping'));
    await this.#task?.stop();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const dirtiest = await this.#findDirtiest();
      if (dirtiest === undefined || !(await this.#cleanOrExplain(dirtiest))) return;
    }
  }

  async #findDirtiest(): Promise<LogToClean | undefined> {
    let dirtiest: LogToClean | undefined;
    for (const directory of this.#options.directories()) {
      for (const partition of [...directory.partitions.values()]) {
        if (!partition.config['cleanup.policy'].includes('compact') || this.#uncleanable.has(partition)) continue;
        if (this.#options.isMoving(partition)) continue;
        const range = await this.#rangeOf(directory, partition);
        if (range === undefined || !isWorthCleaning(range, partition.config['min.cleanable.dirty.ratio'])) continue;
        if (dirtiest === undefined || range.ratio > dirtiest.range.ratio) dirtiest = { directory, partition, range };
      }
    }
    return dirtiest;
  }

  async #rangeOf(directory: LogDirectory, partition: LocalPartition): Promise<CleanableRange | undefined> {
    try {
      const checkpoint = directory.checkpoints.cleanerOffsets.offsetOf(partition.name);
      const { log, lastStableOffset } = partition;
      return await cleanableRange(log, checkpoint, lastStableOffset, this.#options.clock.now());
    } catch (error) {
      this.#onError(directory, partition, error);
      return undefined;
    }
  }

  /** False when looking for the next one should wait. */
  async #cleanOrExplain(toClean: LogToClean): Promise<boolean> {
    try {
      const cleaning = this.#clean(toClean);
      this.#current = { partition: toClean.partition, whenDone: cleaning.catch(() => {}) };
      return await cleaning;
    } catch (error) {
      this.#onError(toClean.directory, toClean.partition, error);
      return !isDiskFull(error) && toClean.partition.log.isUsable;
    }
  }

  async #clean({ directory, partition, range }: LogToClean): Promise<boolean> {
    const { clock, config, logger } = this.#options;
    const bytesPerSecond = () => config['log.cleaner.io.max.bytes.per.second'];
    const pace = new WorkPace(clock, bytesPerSecond, this.#stopping.signal);
    const startMs = clock.monotonic();
    const result = await cleanLog(partition.log, range, {
      mapBytes: config['log.cleaner.dedupe.buffer.size'],
      mapLoadFactor: config['log.cleaner.io.buffer.load.factor'],
      sliceBytes: Math.min(Math.ceil(config['log.cleaner.io.buffer.size'] / 2), LARGEST_SLICE_BYTES),
      nowMs: clock.now(),
      pace: async (bytes) => {
        await pace.rest(bytes);
        if (!this.#isServing(directory, partition)) throw new Error(`${partition.name} is no longer served`);
      },
    });
    if (result === undefined) return false;
    partition.forgetTail();
    if (!this.#isServing(directory, partition)) return true;
    directory.checkpoints.cleanerOffsets.set(partition.name, result.endOffset);
    await directory.checkpoints.cleanerOffsets.write();
    const fields = { topic: partition.topic, partition: partition.index, ...result };
    logger.info({ ...fields, durationMs: clock.monotonic() - startMs }, `Compacted ${partition.name}`);
    return true;
  }

  #onError(directory: LogDirectory, partition: LocalPartition, error: unknown): void {
    if (this.#stopping.signal.aborted || !this.#isServing(directory, partition)) return;
    const { logger } = this.#options;
    const fields = { topic: partition.topic, partition: partition.index, error };
    const { log } = partition;
    if (log.isOver || (isSystemError(error) && !isDiskFull(error))) {
      directory.takeOffline(error);
    } else if (isDiskFull(error) || !log.isUsable) {
      // What a full disk refused is being taken back, or soon will be.
      logger.warn(fields, `Cannot compact ${partition.name}: the disk is full`);
    } else {
      this.#uncleanable.add(partition);
      logger.error(fields, `Cannot compact ${partition.name}; it is left as it is until the next start`);
    }
  }

  #isServing(directory: LogDirectory, partition: LocalPartition): boolean {
    if (this.#options.isMoving(partition)) return false;
    return directory.isOnline && directory.partitions.get(partition.name) === partition;
  }
}
