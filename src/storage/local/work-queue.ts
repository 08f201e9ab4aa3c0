// Work on items, some at a time, each item by one worker at a time. An item that is added while it is worked on has another turn.

/** `work` must not reject: whoever does the work knows what a failure means. */
export class WorkQueue<Item> {
  readonly #concurrency: number;
  readonly #work: (item: Item) => Promise<void>;
  /** In the order in which they were added; adding one twice is adding it once. */
  readonly #waiting = new Set<Item>();
  readonly #running = new Set<Item>();
  readonly #onIdle: (() => void)[] = [];

  constructor(concurrency: number, work: (item: Item) => Promise<void>) {
    this.#concurrency = concurrency;
    this.#work = work;
  }

  /** Adds without starting, for callers that gather before they call `start`. */
  add(item: Item): void {
    this.#waiting.add(item);
  }

  start(): void {
    if (this.#running.size >= this.#concurrency) return;
    for (const item of this.#waiting) {
      if (this.#running.has(item)) continue;
      this.#waiting.delete(item);
      this.#running.add(item);
      void this.#run(item);
      if (this.#running.size >= this.#concurrency) return;
    }
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#running.size === 0;
  }

  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    this.start();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  async #run(item: Item): Promise<void> {
    await this.#work(item);
    this.#running.delete(item);
    this.start();
    if (!this.isIdle) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
