// Removes files some time after they were taken out of a log, so that whoever still reads them can finish.

import type { Clock, Disk, Timer } from '../platform/index.ts';
import type { Logger } from '../telemetry/index.ts';

export class DelayedRemoval {
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #logger: Logger;
  #timers: Timer[] = [];

  constructor(clock: Clock, disk: Disk, logger: Logger) {
    this.#clock = clock;
    this.#disk = disk;
    this.#logger = logger;
  }

  schedule(paths: readonly string[], delayMs: number): void {
    if (paths.length === 0) return;
    const timer = this.#clock.schedule(delayMs, () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
      void this.#remove(paths);
    });
    this.#timers.push(timer);
  }

  /** What is still to be removed stays: the next start of the log removes it. */
  cancel(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }

  /** Owns its failure: a file that stays is removed by the next start. */
  async #remove(paths: readonly string[]): Promise<void> {
    try {
      for (const path of paths) await this.#disk.remove(path);
    } catch (error) {
      this.#logger.warn({ paths, error }, 'could not remove files of deleted segments');
    }
  }
}
