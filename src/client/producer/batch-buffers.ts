// Buffers that batches are built in, used again and again: fresh ones would cost more in garbage collection and page faults than everything else
// that a producer does. bench/client-produce.ts watches it.

export class BatchBuffers {
  readonly #bytes: number;
  readonly #limit: number;
  readonly #free: Buffer[] = [];

  /** All have `bytes`. At most `limitBytes` are kept together; what comes back beyond is left to the garbage collector. */
  constructor(bytes: number, limitBytes: number) {
    this.#bytes = bytes;
    this.#limit = Math.floor(limitBytes / bytes);
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes);
  }

  /** Only what nobody reads any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < this.#limit) this.#free.push(buffer);
  }
}
