// Who wants to know when a partition has moved on.

export class Watchers {
  readonly #watchers = new Set<() => void>();

  /** Returns how to stop. */
  add(listener: () => void): () => void {
    // A function of its own, so that watching twice with the same listener is two watches.
    const watcher = () => listener();
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Calls all of them. One that throws must not cost the others, nor the append that woke it, their answer. */
  notify(onError: (error: unknown) => void): void {
    // A copy, because a watcher may begin another watch, which is for the next time.
    for (const watcher of [...this.#watchers]) {
      if (!this.#watchers.has(watcher)) continue;
      try {
        watcher();
      } catch (error) {
        onError(error);
      }
    }
  }
}
