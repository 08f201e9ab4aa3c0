// Cuts the bytes of a connection into Kafka's frames (int32 length, then that many bytes) without trusting the length: memory is held
// only for bytes that have arrived, however they are cut into pieces.

/** A length that no honest peer sends; the connection must be closed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const LENGTH_BYTES = 4;
/** Pieces below this size are gathered in blocks of the second: kept one by one, each would cost a hundred times its bytes. */
const SMALL_PIECE_BYTES = 4 * 1024;
const BLOCK_BYTES = 16 * 1024;
const LENGTH_UNKNOWN = -1;

export class FrameReader {
  #maxFrameBytes: number;
  #limitName: string;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  #lengthBytes = 0;
  /** Of the frame under way, without its length. */
  #frameBytes = LENGTH_UNKNOWN;
  /** What has arrived of it: whole pieces, then the block that small ones are gathered in. */
  readonly #pieces: Buffer[] = [];
  #block: Buffer | undefined;
  #blockBytes = 0;
  #heldBytes = 0;

  /** `limitName` is what an error calls the limit, for whoever wants to change it. */
  constructor(maxFrameBytes: number, limitName: string) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#limitName = limitName;
  }

  /** Sets another limit for the frames that have not begun. */
  limit(maxFrameBytes: number, limitName: string): void {
    this.#maxFrameBytes = maxFrameBytes;
    this.#limitName = limitName;
  }

  /** Bytes held for a frame that is not complete. */
  get bufferedBytes(): number {
    return this.#lengthBytes + this.#heldBytes;
  }

  /** Bytes that a frame which has begun will have; 0 where none has, or its length is not there yet. */
  get announcedBytes(): number {
    return this.#frameBytes === LENGTH_UNKNOWN ? 0 : this.#frameBytes;
  }

  /**
   * Takes bytes and gives each frame that they complete, without its length, as a view where it lies in one piece.
   * Throws `FrameError` for a length below zero or above the limit.
   */
  push(bytes: Buffer, onFrame: (frame: Buffer) => void): void {
    let rest = bytes;
    for (;;) {
      if (this.#frameBytes === LENGTH_UNKNOWN) {
        const taken = rest.copy(this.#length, this.#lengthBytes);
        rest = rest.subarray(taken);
        this.#lengthBytes += taken;
        if (this.#lengthBytes < LENGTH_BYTES) return;
        this.#lengthBytes = 0;
        this.#frameBytes = this.#checkedLength(this.#length.readInt32BE(0));
      }
      const missingBytes = this.#frameBytes - this.#heldBytes;
      if (rest.length < missingBytes) {
        this.#hold(rest);
        return;
      }
      const frame = this.#complete(rest.subarray(0, missingBytes));
      rest = rest.subarray(missingBytes);
      onFrame(frame);
    }
  }

  #checkedLength(length: number): number {
    if (length < 0) throw new FrameError(`frame length ${length} is negative`);
    if (length > this.#maxFrameBytes) {
      throw new FrameError(`frame length ${length} is larger than ${this.#limitName} (${this.#maxFrameBytes})`);
    }
    return length;
  }

  #hold(piece: Buffer): void {
    if (piece.length >= SMALL_PIECE_BYTES) {
      this.#sealBlock();
      this.#pieces.push(piece);
    } else {
      if (this.#block !== undefined && this.#block.length - this.#blockBytes < piece.length) this.#sealBlock();
      // More than is missing of the frame never comes into a block.
      this.#block ??= Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, this.#frameBytes - this.#heldBytes));
      this.#blockBytes += piece.copy(this.#block, this.#blockBytes);
    }
    this.#heldBytes += piece.length;
  }

  #sealBlock(): void {
    if (this.#block === undefined) return;
    this.#pieces.push(this.#block.subarray(0, this.#blockBytes));
    this.#block = undefined;
    this.#blockBytes = 0;
  }

  #complete(last: Buffer): Buffer {
    const frameBytes = this.#frameBytes;
    this.#frameBytes = LENGTH_UNKNOWN;
    if (this.#heldBytes === 0) return last;
    this.#sealBlock();
    const frame = Buffer.concat([...this.#pieces.splice(0), last], frameBytes);
    this.#heldBytes = 0;
    return frame;
  }
}
