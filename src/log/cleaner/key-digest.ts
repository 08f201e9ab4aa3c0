// The MD5 of a record's key, without an object or a call into native code for the short keys that nearly all are: those cost a sixth this way.
// Hot path of compaction, watched by bench/compaction.ts.

import { hash } from 'node:crypto';

export const WORDS_PER_DIGEST = 4;

/** With its padding, a longer key does not fit into one block of the algorithm (RFC 1321). */
const LONGEST_KEY_OF_ONE_BLOCK = 55;
// As signed 32-bit numbers, which keeps all of the arithmetic in integers.
const START = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476] as const;
const SHIFTS = Int32Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);
const SINES = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));

export class KeyDigest {
  /** Of the key that was given last. */
  readonly words = new Uint32Array(WORDS_PER_DIGEST);
  readonly #block = new Int32Array(16);

  /** Takes the `length` bytes at `start`. */
  update(bytes: Buffer, start: number, length: number): void {
    if (length <= LONGEST_KEY_OF_ONE_BLOCK) {
      this.#digestBlock(bytes, start, length);
      return;
    }
    const digest = hash('md5', bytes.subarray(start, start + length), 'buffer');
    for (let word = 0; word < WORDS_PER_DIGEST; word++) this.words[word] = digest.readUInt32LE(word * 4);
  }

  #digestBlock(bytes: Buffer, start: number, length: number): void {
    const block = this.#block;
    block.fill(0);
    for (let at = 0; at < length; at++) {
      const word = at >> 2;
      block[word] = (block[word] as number) | ((bytes[start + at] as number) << ((at & 3) << 3));
    }
    block[length >> 2] = (block[length >> 2] as number) | (0x80 << ((length & 3) << 3));
    block[14] = length * 8;
    let a: number = START[0];
    let b: number = START[1];
    let c: number = START[2];
    let d: number = START[3];
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      let mixed = c ^ (b | ~d);
      let word = 7 * step;
      if (round === 0) {
        mixed = d ^ (b & (c ^ d));
        word = step;
      } else if (round === 1) {
        mixed = c ^ (d & (b ^ c));
        word = 5 * step + 1;
      } else if (round === 2) {
        mixed = b ^ c ^ d;
        word = 3 * step + 5;
      }
      const sum = (a + mixed + (block[word & 15] as number) + (SINES[step] as number)) | 0;
      const shift = SHIFTS[(round << 2) | (step & 3)] as number;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    }
    this.words[0] = a + START[0];
    this.words[1] = b + START[1];
    this.words[2] = c + START[2];
    this.words[3] = d + START[3];
  }
}
