// The moves of partitions between the log directories of a broker: which are under way, how many at a time, and how fast.

import type { Clock } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { StorageConfig } from '../storage-config.ts';
import type { LocalHostedPartition } from './hosted-partition.ts';
import { Limiter } from './limiter.ts';
import type { LogDirectory } from './log-directory.ts';
import type { LocalPartition } from './partition.ts';
import { PartitionMove, type PartitionMoveOptions } from './partition-move.ts';
import { WorkPace } from './work-pace.ts';

export interface PartitionMovesOptions extends Pick<PartitionMoveOptions, 'clock' | 'logger' | 'assignDirectory'> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: StorageConfig;
  readonly directories: () => readonly LogDirectory[];
  /** Resolves when the partition is not being compacted; it will not be while it moves. */
  readonly releaseFromCleaner: (partition: LocalPartition) => Promise<void>;
}

export class PartitionMoves {
  readonly #options: PartitionMovesOptions;
  readonly #limiter: Limiter;
  readonly #moves = new Map<string, PartitionMove>();
  /** Those that have their turn. */
  #running = 0;
  /** Requests are carried out one after the other. */
  #requests: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: PartitionMovesOptions, directoryCount: number) {
    this.#options = options;
    this.#limiter = new Limiter(options.config['num.replica.alter.log.dirs.threads'] ?? directoryCount);
  }

  has(name: string): boolean {
    return this.#moves.has(name);
  }

  /**
   * Begins to move the partition, instead of elsewhere where it is on its way already; where it is in that directory it stays there. Resolves when
   * that is known to the disk. Rejects as loading does, and with errors of the disk.
   */
  move(hosted: LocalHostedPartition, target: LogDirectory): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#moves.get(hosted.name)?.target === target) return;
      const partition = await hosted.load();
      await this.#cancel(hosted.name);
      if (hosted.directory === undefined || hosted.directory === target || this.#isStopped) return;
      await this.#begin(hosted, partition, hosted.directory, target);
    });
  }

  /** The partition stays where it is, or has moved before this resolves. */
  cancel(name: string): Promise<void> {
    return this.#inTurn(() => this.#cancel(name));
  }

  /** What was copied stays, so that the next start goes on with the moves. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#requests;
    await Promise.all(Array.from(this.#moves.values(), (move) => move.stop()));
  }

  async #begin(
    hosted: LocalHostedPartition,
    partition: LocalPartition,
    source: LogDirectory,
    target: LogDirectory,
  ): Promise<void> {
    const { config, clock, releaseFromCleaner } = this.#options;
    const future = await target.futures.open(hosted);
    const bytesPerSecond = () =>
      (config['replica.alter.log.dirs.io.max.bytes.per.second'] ?? Number.MAX_VALUE) / this.#running;
    let pace: WorkPace | undefined;
    const move = new PartitionMove({
      ...this.#options,
      ...{ hosted, partition, source, target, future },
      pace: (bytes, signal) => {
        pace ??= new WorkPace(clock, bytesPerSecond, signal);
        return pace.rest(bytes);
      },
    });
    this.#moves.set(hosted.name, move);
    await releaseFromCleaner(partition);
    const whenDone = this.#limiter.run(async () => {
      this.#running++;
      await move.run();
      this.#running--;
    });
    void whenDone.then(() => {
      if (this.#moves.get(hosted.name) === move) this.#moves.delete(hosted.name);
    });
  }

  async #cancel(name: string): Promise<void> {
    const move = this.#moves.get(name);
    this.#moves.delete(name);
    await move?.stop();
    for (const directory of this.#options.directories()) {
      if (directory.isOnline) await directory.futures.discard(name);
    }
  }

  #inTurn(request: () => Promise<void>): Promise<void> {
    const done = this.#requests.then(request);
    this.#requests = done.catch(() => {});
    return done;
  }
}
