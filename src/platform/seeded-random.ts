// Chance that a seed repeats: the sfc32 generator of Chris Doty-Humphrey, small, fast and well spread. Not for secrets.

import type { Random } from './random.ts';

/** The same seed gives the same sequence on every machine. */
export class SeededRandom implements Random {
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.seed = seed;
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = 0x9e3779b9 | 0;
    // Close seeds start alike; a few rounds pull their sequences apart.
    for (let round = 0; round < 16; round++) this.#next();
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let index = 0; index < length; index++) bytes[index] = this.#next();
    return bytes;
  }

  integer(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound <= 0)
      throw new RangeError(`Cannot choose below ${bound}: it must be a positive whole number`);
    const fraction = ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53;
    return Math.floor(fraction * bound);
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}
