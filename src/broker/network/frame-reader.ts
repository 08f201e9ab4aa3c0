// Cuts the bytes of a connection into Kafka's frames (int32 length, then that many bytes) without trusting the length:
// memory is only held for bytes that have arrived.

/** A length that no request can have; the connection must be closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const LENGTH_BYTES = 4;

export class FrameReader {
  readonly #maxFrameBytes: number;
  readonly #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  /** Length of the frame under way; -1 while its four length bytes are not there. */
  #frameBytes = -1;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes held for a frame that is not complete. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /**
   * Takes bytes and gives each frame that they complete, without its length, as a view where it lies in one chunk.
   * Throws `FrameError` for a length below zero or above the limit.
   */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    let rest = chunk;
    if (this.#bufferedBytes > 0) {
      this.#chunks.push(chunk);
      this.#bufferedBytes += chunk.length;
      if (this.#bufferedBytes < this.#neededBytes()) return;
      rest = Buffer.concat(this.#chunks, this.#bufferedBytes);
      this.#chunks.length = 0;
      this.#bufferedBytes = 0;
      this.#frameBytes = -1;
    }
    let position = 0;
    while (rest.length - position >= LENGTH_BYTES) {
      const frameBytes = this.#checkedLength(rest.readInt32BE(position));
      const end = position + LENGTH_BYTES + frameBytes;
      if (end > rest.length) {
        this.#frameBytes = frameBytes;
        break;
      }
      onFrame(rest.subarray(position + LENGTH_BYTES, end));
      position = end;
    }
    if (position < rest.length) {
      this.#chunks.push(rest.subarray(position));
      this.#bufferedBytes = rest.length - position;
    }
  }

  /** Bytes with which the buffered ones make a length, or a whole frame: nothing is joined before they are there. */
  #neededBytes(): number {
    return LENGTH_BYTES + Math.max(this.#frameBytes, 0);
  }

  #checkedLength(length: number): number {
    if (length < 0) throw new FrameError(`frame length ${length} is negative`);
    if (length > this.#maxFrameBytes) {
      throw new FrameError(`frame length ${length} is larger than socket.request.max.bytes (${this.#maxFrameBytes})`);
    }
    return length;
  }
}
