// Bytes in memory that grow while what follows stands right behind them: many small appends of a partition are one object to keep, and one piece to
// write. Hot path: each append grows some of them, and makes nothing that has to be collected.

export class GrowingBytes {
  #view: Buffer;
  #length: number;

  constructor(bytes: Buffer) {
    this.#view = bytes;
    this.#length = bytes.length;
  }

  get length(): number {
    return this.#length;
  }

  /** What is there by now; a view that does not grow with it. */
  get bytes(): Buffer {
    const { buffer, byteOffset, length } = this.#view;
    if (length !== this.#length) this.#view = Buffer.from(buffer, byteOffset, this.#length);
    return this.#view;
  }

  /** False, and nothing happens, where `next` stands elsewhere in memory. */
  extend(next: Buffer): boolean {
    const { buffer, byteOffset } = this.#view;
    if (byteOffset + this.#length !== next.byteOffset || buffer !== next.buffer) return false;
    this.#length += next.length;
    return true;
  }
}
