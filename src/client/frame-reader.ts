// Cuts a byte stream into the protocol's frames: four bytes of length, then that many bytes. Nothing is kept beyond one frame.

/** A length that no honest broker sends. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const PREFIX_BYTES = 4;

export class FrameReader {
  readonly #maxFrameBytes: number;
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Takes what arrived and returns the frames that it completes, without their lengths; they are views where no frame was split. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.#bufferedBytes < PREFIX_BYTES) return frames;
      const length = this.#peekLength();
      if (length < 0 || length > this.#maxFrameBytes) {
        throw new FrameError(`a frame of ${length} bytes, the limit is ${this.#maxFrameBytes}`);
      }
      if (this.#bufferedBytes < PREFIX_BYTES + length) return frames;
      const bytes = this.#joined();
      frames.push(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
      const rest = bytes.subarray(PREFIX_BYTES + length);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#bufferedBytes = rest.length;
    }
  }

  #peekLength(): number {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= PREFIX_BYTES) return first.readInt32BE(0);
    return this.#joined().readInt32BE(0);
  }

  /** A frame in many chunks is joined once, when it is complete; only a split length is joined earlier. */
  #joined(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const joined = Buffer.concat(this.#chunks, this.#bufferedBytes);
    this.#chunks = [joined];
    return joined;
  }
}
