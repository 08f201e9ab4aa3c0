// Runs one task at a time, in the order in which they came.

const NOBODY: Promise<unknown> = Promise.resolve();

export class SerialQueue {
  /** Undefined while nothing runs: there are two queues for each of very many logs. */
  #last: Promise<unknown> | undefined;

  /** Runs `task` when those before it are done, whether they failed or not. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = (this.#last ?? NOBODY).then(task, task);
    // Whoever asked for it has the error; the next task only waits for the end.
    const forget = () => {
      if (this.#last === last) this.#last = undefined;
    };
    const last = result.then(forget, forget);
    this.#last = last;
    return result;
  }
}
