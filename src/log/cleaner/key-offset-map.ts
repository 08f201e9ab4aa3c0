// The newest offset of each key, in memory of a fixed size: keys are kept as their MD5, 24 bytes an entry however long they are.

import { hash } from 'node:crypto';

export const BYTES_PER_KEY = 24;

const WORDS_PER_HASH = 4;

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
  readonly #hashes: Uint32Array;
  /** Offset + 1; 0 in an empty slot. */
  readonly #offsets: BigInt64Array;
  #size = 0;
  #latestOffset = -1n;

  /** Room for `capacity` keys in a table that is then full to `loadFactor`. */
  constructor(capacity: number, loadFactor: number) {
    this.capacity = capacity;
    this.#slots = Math.max(Math.ceil(capacity / loadFactor), capacity + 1);
    this.#hashes = new Uint32Array(this.#slots * WORDS_PER_HASH);
    this.#offsets = new BigInt64Array(this.#slots);
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.capacity;
  }

  get memoryBytes(): number {
    return this.#hashes.byteLength + this.#offsets.byteLength;
  }

  /** Everything up to it is in the map. */
  get latestOffset(): bigint {
    return this.#latestOffset;
  }

  advanceTo(offset: bigint): void {
    if (offset > this.#latestOffset) this.#latestOffset = offset;
  }

  /** Offsets must be put in rising order. The caller has seen that the map is not full. */
  put(key: Buffer, offset: bigint): void {
    const digest = digestOf(key);
    const slot = this.#find(digest);
    if (this.#offsets[slot] === 0n) {
      if (this.isFull) throw new RangeError(`Cannot map another key: the map is full with ${this.#size}`);
      for (let word = 0; word < WORDS_PER_HASH; word++)
        this.#hashes[slot * WORDS_PER_HASH + word] = digest.readUInt32LE(word * 4);
      this.#size++;
    }
    this.#offsets[slot] = offset + 1n;
  }

  /** -1 for a key that is not there. */
  get(key: Buffer): bigint {
    return (this.#offsets[this.#find(digestOf(key))] ?? 0n) - 1n;
  }

  /** The slot that holds the hash, or the empty one where it would go. There is one, because the table is never full. */
  #find(digest: Buffer): number {
    const first = digest.readUInt32LE(0);
    const second = digest.readUInt32LE(4);
    const third = digest.readUInt32LE(8);
    const fourth = digest.readUInt32LE(12);
    let slot = first % this.#slots;
    for (;;) {
      if (this.#offsets[slot] === 0n) return slot;
      const at = slot * WORDS_PER_HASH;
      const isSame =
        this.#hashes[at] === first &&
        this.#hashes[at + 1] === second &&
        this.#hashes[at + 2] === third &&
        this.#hashes[at + 3] === fourth;
      if (isSame) return slot;
      slot = slot + 1 === this.#slots ? 0 : slot + 1;
    }
  }
}

function digestOf(key: Buffer): Buffer {
  return hash('md5', key, 'buffer');
}
