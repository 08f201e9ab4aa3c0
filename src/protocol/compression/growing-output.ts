// A buffer that grows by doubling up to a limit, for formats that do not say how long their content is.

import { tooLarge } from './compression-error.ts';
import type { CompressionType } from './compression-type.ts';

export class GrowingOutput {
  /** Replaced when it grows: read it again after every `reserve`. */
  buffer: Buffer;
  /** Bytes written so far. */
  length = 0;
  readonly #type: CompressionType;
  readonly #maxBytes: number;

  constructor(type: CompressionType, expectedBytes: number, maxBytes: number) {
    this.#type = type;
    this.#maxBytes = maxBytes;
    this.buffer = Buffer.allocUnsafe(Math.min(expectedBytes, maxBytes));
  }

  /** Makes room for up to `bytes` more and gives the end of the room, which is nearer where the limit is. */
  reserve(bytes: number): number {
    const wanted = Math.min(this.length + bytes, this.#maxBytes);
    if (wanted > this.buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(wanted, this.buffer.length * 2), this.#maxBytes));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
    return wanted;
  }

  append(source: Buffer, start: number, end: number): void {
    const stop = this.reserve(end - start);
    if (stop - this.length < end - start) throw tooLarge(this.#type, this.#maxBytes);
    source.copy(this.buffer, this.length, start, end);
    this.length += end - start;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
