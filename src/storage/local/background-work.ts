// Work that nobody waits for but the end: what is under way, and what is planned for later.

import type { Clock, Timer } from '../../platform/index.ts';

export class BackgroundWork {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #planned = new Set<Timer>();
  readonly #running = new Set<Promise<void>>();

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  run(work: Promise<void>): void {
    const watched = work.catch(this.#onError);
    this.#running.add(watched);
    void watched.then(() => this.#running.delete(watched));
  }

  later(delayMs: number, work: () => Promise<void>): void {
    const timer = this.#clock.schedule(delayMs, () => {
      this.#planned.delete(timer);
      this.run(work());
    });
    this.#planned.add(timer);
  }

  /** What is planned will not be done. */
  cancelPlanned(): void {
    for (const timer of this.#planned) timer.cancel();
    this.#planned.clear();
  }

  /** Resolves when what is under way now has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}
