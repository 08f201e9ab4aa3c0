// The slower, tighter lz4 of `compression.lz4.level` other than the default: hash chains over blocks of 64 KB, searched the deeper
// the higher the level. Any LZ4 decoder reads the result. The default level is the fast compressor's, as in Kafka.

import { LZ4_BLOCK_BYTES } from './lz4-block.ts';

const HASH_BITS = 15;
const MIN_MATCH = 4;
// The format wants the last match to start 12 bytes before the end of a block, and its last 5 bytes to be literals.
const LAST_MATCH_START_BYTES = 12;
const LAST_LITERAL_BYTES = 5;
const NONE = -1;

export class Lz4ChainCompressor {
  readonly #attempts: number;
  readonly #head = new Int32Array(1 << HASH_BITS);
  readonly #previous = new Int32Array(LZ4_BLOCK_BYTES);
  #input: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  #indexed = 0;
  #matchPosition = 0;

  constructor(level: number) {
    this.#attempts = 2 ** (level - 1);
  }

  /** Compresses `input[start, end)`, at most LZ4_BLOCK_BYTES, to `output` at `to`; gives the position behind it. Room: `worstCaseBytes`. */
  compress(input: Buffer, start: number, end: number, output: Buffer, to: number): number {
    this.#input = input;
    this.#start = start;
    this.#end = end;
    this.#indexed = start;
    this.#head.fill(NONE);
    const lastStart = end - LAST_MATCH_START_BYTES;
    let position = start;
    let literalStart = start;
    let at = to;
    while (position <= lastStart) {
      let length = this.#findMatch(position);
      if (length < MIN_MATCH) {
        position++;
        continue;
      }
      let match = this.#matchPosition;
      // A longer match that starts one byte later is worth the literal.
      while (position < lastStart) {
        const next = this.#findMatch(position + 1);
        if (next <= length) break;
        position++;
        length = next;
        match = this.#matchPosition;
      }
      at = writeSequence(output, at, input, literalStart, position, position - match, length);
      position += length;
      literalStart = position;
    }
    return writeLiterals(output, at, input, literalStart, end, 0);
  }

  /** Length of the longest earlier match that the level's number of attempts finds; its place is in #matchPosition. */
  #findMatch(position: number): number {
    this.#indexUpTo(position);
    const input = this.#input;
    const limit = this.#end - LAST_LITERAL_BYTES;
    const maxLength = limit - position;
    let best = MIN_MATCH - 1;
    let candidate = this.#head[hash(input, position)] as number;
    for (let attempts = this.#attempts; candidate !== NONE && attempts > 0; attempts--) {
      if (input[candidate + best] === input[position + best]) {
        let length = 0;
        while (length < maxLength && input[candidate + length] === input[position + length]) length++;
        if (length > best) {
          best = length;
          this.#matchPosition = candidate;
          if (length === maxLength) return length;
        }
      }
      candidate = this.#previous[candidate - this.#start] as number;
    }
    return best;
  }

  #indexUpTo(position: number): void {
    for (; this.#indexed < position; this.#indexed++) {
      const slot = hash(this.#input, this.#indexed);
      this.#previous[this.#indexed - this.#start] = this.#head[slot] as number;
      this.#head[slot] = this.#indexed;
    }
  }
}

function hash(input: Buffer, position: number): number {
  return Math.imul(input.readInt32LE(position), 0x9e3779b1) >>> (32 - HASH_BITS);
}

function writeSequence(
  output: Buffer,
  to: number,
  input: Buffer,
  literalStart: number,
  literalEnd: number,
  distance: number,
  length: number,
): number {
  const matchCode = length - MIN_MATCH;
  let at = writeLiterals(output, to, input, literalStart, literalEnd, Math.min(matchCode, 15));
  output[at++] = distance & 0xff;
  output[at++] = distance >>> 8;
  return matchCode < 15 ? at : writeLength(output, at, matchCode - 15);
}

/** The token and the literals; `matchBits` are the token's lower half. */
function writeLiterals(
  output: Buffer,
  to: number,
  input: Buffer,
  start: number,
  end: number,
  matchBits: number,
): number {
  const count = end - start;
  let at = to;
  output[at++] = (Math.min(count, 15) << 4) | matchBits;
  if (count >= 15) at = writeLength(output, at, count - 15);
  input.copy(output, at, start, end);
  return at + count;
}

function writeLength(output: Buffer, to: number, length: number): number {
  let at = to;
  let left = length;
  for (; left >= 255; left -= 255) output[at++] = 255;
  output[at++] = left;
  return at;
}
