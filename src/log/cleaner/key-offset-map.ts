// The newest offset of each key, in memory of a fixed size: keys are kept as their MD5, 24 bytes an entry however long they are.

import { KeyDigest, WORDS_PER_DIGEST } from './key-digest.ts';

export const BYTES_PER_KEY = 24;

/** Entries that a map may hold in `memoryBytes` when it is filled to `loadFactor` at most. */
export function mappableKeys(memoryBytes: number, loadFactor: number): number {
  return Math.floor(Math.floor(memoryBytes / BYTES_PER_KEY) * loadFactor);
}

/**
 * An open-addressing table. Two keys with the same MD5 would count as one, as in Apache Kafka: it takes an attacker who writes both. Fresh
 * memory is zeros that the system has not given yet, so a table costs only the pages that it uses.
 */
export class KeyOffsetMap {
  readonly capacity: number;
  readonly #slots: number;
  readonly #digests: Uint32Array;
  /** Offset + 1; 0 in an empty slot. */
  readonly #offsets: BigInt64Array;
  readonly #digest = new KeyDigest();
  #size = 0;
  #latestOffset = -1n;

  /** Room for `capacity` keys in a table that is then full to `loadFactor`. */
  constructor(capacity: number, loadFactor: number) {
    this.capacity = capacity;
    this.#slots = Math.max(Math.ceil(capacity / loadFactor), capacity + 1);
    this.#digests = new Uint32Array(this.#slots * WORDS_PER_DIGEST);
    this.#offsets = new BigInt64Array(this.#slots);
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.capacity;
  }

  get memoryBytes(): number {
    return this.#digests.byteLength + this.#offsets.byteLength;
  }

  /** Everything up to it is in the map. */
  get latestOffset(): bigint {
    return this.#latestOffset;
  }

  advanceTo(offset: bigint): void {
    if (offset > this.#latestOffset) this.#latestOffset = offset;
  }

  /** Offsets must be put in rising order. The key is the `length` bytes at `start`. The caller has seen that the map is not full. */
  put(bytes: Buffer, start: number, length: number, offset: bigint): void {
    const slot = this.#find(bytes, start, length);
    if (this.#offsets[slot] === 0n) {
      if (this.isFull) throw new RangeError(`Cannot map another key: the map is full with ${this.#size}`);
      this.#digests.set(this.#digest.words, slot * WORDS_PER_DIGEST);
      this.#size++;
    }
    this.#offsets[slot] = offset + 1n;
  }

  /** -1 for a key that is not there. */
  get(bytes: Buffer, start: number, length: number): bigint {
    return (this.#offsets[this.#find(bytes, start, length)] ?? 0n) - 1n;
  }

  /** The slot that holds the key's digest, or the empty one where it would go. There is one, because the table is never full. */
  #find(bytes: Buffer, start: number, length: number): number {
    this.#digest.update(bytes, start, length);
    const { words } = this.#digest;
    const digests = this.#digests;
    let slot = (words[0] as number) % this.#slots;
    for (;;) {
      const at = slot * WORDS_PER_DIGEST;
      const isSame =
        digests[at] === words[0] &&
        digests[at + 1] === words[1] &&
        digests[at + 2] === words[2] &&
        digests[at + 3] === words[3];
      if (isSame || this.#offsets[slot] === 0n) return slot;
      slot = slot + 1 === this.#slots ? 0 : slot + 1;
    }
  }
}
