// One direction of an in-memory connection: bytes in order, with a bounded stretch that counts as handed to the system.

/** What the reading side of a pipe does with what arrives. */
export interface PipeReader {
  onData(chunk: Buffer): void;
  /** The writer ended, and everything before the end has been read. */
  onEnd(): void;
}

export class MemoryPipe {
  readonly #capacityBytes: number;
  readonly #defer: (callback: () => void) => void;
  readonly #onDrain: () => void;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #needsDrain = false;
  #isEnded = false;
  #isScheduled = false;
  #isFlowing = false;
  #reader: PipeReader | undefined;

  /** `onDrain` tells the writer that all of its bytes fit in the system's stretch again. */
  constructor(capacityBytes: number, defer: (callback: () => void) => void, onDrain: () => void) {
    this.#capacityBytes = capacityBytes;
    this.#defer = defer;
    this.#onDrain = onDrain;
  }

  /** Bytes behind the stretch that the system holds. */
  get bufferedBytes(): number {
    return Math.max(this.#bytes - this.#capacityBytes, 0);
  }

  read(reader: PipeReader): void {
    this.#reader = reader;
    this.setFlowing(true);
  }

  setFlowing(isFlowing: boolean): void {
    this.#isFlowing = isFlowing;
    this.#schedule();
  }

  write(chunks: readonly Buffer[]): boolean {
    if (this.#isEnded) return false;
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
    }
    this.#schedule();
    this.#needsDrain ||= this.bufferedBytes > 0;
    return !this.#needsDrain;
  }

  /** The reader still gets everything that was written. */
  end(): void {
    this.#isEnded = true;
    this.#schedule();
  }

  /** The reader still gets what the system holds; the rest is dropped. */
  cut(): void {
    if (this.bufferedBytes > 0) this.#chunks = [this.#take(this.#capacityBytes)];
    this.#bytes = this.#chunks.reduce((bytes, chunk) => bytes + chunk.length, 0);
    this.end();
  }

  /** Nobody reads any more: what is there and what comes is dropped. */
  abandon(): void {
    this.#reader = undefined;
    this.#chunks = [];
    this.#bytes = 0;
    this.#isEnded = true;
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#canDeliver()) return;
    this.#isScheduled = true;
    this.#defer(() => {
      this.#isScheduled = false;
      if (this.#canDeliver()) this.#deliver();
    });
  }

  #canDeliver(): boolean {
    return this.#reader !== undefined && this.#isFlowing && (this.#bytes > 0 || this.#isEnded);
  }

  /** As TCP does, it keeps the bytes but not the borders of the chunks; one turn hands over what the system held. */
  #deliver(): void {
    const reader = this.#reader;
    if (this.#bytes > 0) reader?.onData(this.#take(this.#capacityBytes));
    else {
      this.#reader = undefined;
      reader?.onEnd();
      return;
    }
    if (this.#needsDrain && this.bufferedBytes === 0) {
      this.#needsDrain = false;
      if (!this.#isEnded) this.#onDrain();
    }
    this.#schedule();
  }

  /** A copy, because the receiver owns what it gets while the sender may write the same buffer again. */
  #take(limit: number): Buffer {
    const taken = Buffer.allocUnsafe(Math.min(limit, this.#bytes));
    let filled = 0;
    let whole = 0;
    for (const chunk of this.#chunks) {
      const count = chunk.copy(taken, filled);
      filled += count;
      if (count < chunk.length) {
        this.#chunks[whole] = chunk.subarray(count);
        break;
      }
      whole++;
    }
    this.#chunks.splice(0, whole);
    this.#bytes -= taken.length;
    return taken;
  }
}
