// Work that comes round: the next turn is planned when the last one has ended, so that turns never overlap.

import type { Clock, Timer } from '../../platform/index.ts';

export interface PeriodicTaskOptions {
  readonly clock: Clock;
  readonly initialDelayMs: number;
  /** Asked after each turn, and by `replan`. */
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
  /** What is waited for now; undefined during a turn. */
  #wait: { readonly sinceMs: number; readonly delayMs: number } | undefined;

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

  /** The interval may have changed: a wait that has begun ends when the new one is over. */
  replan(): void {
    const delayMs = this.#options.intervalMs();
    if (this.#wait === undefined || this.#wait.delayMs === delayMs) return;
    this.#timer?.cancel();
    this.#plan(delayMs, this.#wait.sinceMs);
  }

  #plan(delayMs: number, sinceMs = this.#options.clock.monotonic()): void {
    this.#wait = { sinceMs, delayMs };
    // Kafka writes "never" as the largest long.
    if (this.#isStopped || delayMs >= Number.MAX_SAFE_INTEGER) return;
    const { clock } = this.#options;
    this.#timer = clock.schedule(Math.max(0, sinceMs + delayMs - clock.monotonic()), () => {
      this.#wait = undefined;
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
