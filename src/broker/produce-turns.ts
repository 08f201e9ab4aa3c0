// Keeps the produce requests of a connection in order where one of them has to wait before it can write (KIP-890).

import type { Connection } from './network/connection.ts';

export class ProduceTurns {
  readonly #last = new WeakMap<Connection, Promise<void>>();

  /**
   * Does the work, if there is any, when the requests before have begun to write. Undefined when the caller may write at once; otherwise it
   * may as soon as the promise resolves, in the same turn.
   */
  take(connection: Connection, work: () => Promise<void> | undefined): Promise<void> | undefined {
    const previous = this.#last.get(connection);
    const done = previous === undefined ? work() : previous.then(work);
    if (done === undefined) return undefined;
    const turn = done.finally(() => {
      if (this.#last.get(connection) === turn) this.#last.delete(connection);
    });
    this.#last.set(connection, turn);
    return turn;
  }
}
