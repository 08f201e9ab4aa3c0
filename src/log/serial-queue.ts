// Runs one task at a time, in the order in which they came.

export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `task` when those before it are done, whether they failed or not. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    // Whoever asked for it has the error; the next task only waits for the end.
    this.#last = result.catch(() => {});
    return result;
  }
}
