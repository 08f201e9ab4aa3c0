// Work that comes round: the next turn is planned when the last one has ended, so that turns never overlap.

import type { Clock, Timer } from '../../platform/index.ts';

export interface PeriodicTaskOptions {
  readonly clock: Clock;
  readonly initialDelayMs: number;
  /** Asked after each turn. */
  readonly intervalMs: () => number;
  readonly run: () => Promise<void>;
  /** A turn that failed; the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

export class PeriodicTask {
  readonly #options: PeriodicTaskOptions;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: PeriodicTaskOptions) {
    this.#options = options;
    this.#plan(options.initialDelayMs);
  }

  /** Resolves when no turn is under way and none will come. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #plan(delayMs: number): void {
    // Kafka writes "never" as the largest long.
    if (this.#isStopped || delayMs >= Number.MAX_SAFE_INTEGER) return;
    this.#timer = this.#options.clock.schedule(delayMs, () => {
      this.#running = this.#turn();
    });
  }

  async #turn(): Promise<void> {
    try {
      await this.#options.run();
    } catch (error) {
      this.#options.onError(error);
    }
    this.#plan(this.#options.intervalMs());
  }
}
