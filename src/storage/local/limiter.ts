// Bounds how many of many asynchronous actions are under way at once.

export class Limiter {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs the action when its turn comes, in the order of the calls. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on, so that a newcomer cannot take it from the one that waits.
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Runs the action on every item; rejects with the first failure when all have ended. */
  async forEach<T>(items: Iterable<T>, action: (item: T) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(Array.from(items, (item) => this.run(() => action(item))));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
