// The newest batches of all partitions, in the buffers they came in, so that a consumer at the tail costs no disk read and no copy.
// What was appended first goes first. Hot path: every appended batch passes here.

import type { BatchHeader } from '../../protocol/index.ts';

/** What an entry costs beside its bytes: itself, its view, its place in the tail. */
const ENTRY_OVERHEAD_BYTES = 256;
/** Batches up to this size are copied together: a view would pin the whole frame that they came in. */
const COPY_LIMIT_BYTES = 4096;
/** The same for a larger batch that is less than this share of its frame. */
const SMALLEST_SHARE_OF_FRAME = 1 / 8;
const SLAB_BYTES = 64 * 1024;

/** Bounded by `limitBytes`, counted as what it keeps alive: whole frames, not just the batches in them. */
export class TailCache {
  readonly #limitBytes: number;
  readonly #memories = new Map<ArrayBufferLike, Memory>();
  #sizeInBytes = 0;
  #oldest: CachedBatch | undefined;
  #newest: CachedBatch | undefined;
  #slab: Buffer | undefined;
  #slabUsed = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  /** Takes one batch, which must follow the last one of this tail. The bytes must not change any more. */
  add(tail: Tail, bytes: Buffer, baseOffset: bigint, lastOffset: bigint): void {
    // Without this batch there would be a gap.
    if (bytes.length > this.#limitBytes) {
      this.clear(tail);
      return;
    }
    const kept = this.#keepable(bytes);
    const memory = this.#memoryOf(kept);
    memory.batches++;
    this.#sizeInBytes += ENTRY_OVERHEAD_BYTES;
    const entry: CachedBatch = { tail, bytes: kept, baseOffset, lastOffset, memory, next: undefined };
    tail.push(entry);
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.next = entry;
    this.#newest = entry;
    while (this.#sizeInBytes > this.#limitBytes && this.#oldest !== undefined) this.#dropOldest(this.#oldest);
  }

  /** Takes batches that follow one another in `records`, the first with `baseOffset`. */
  addAll(tail: Tail, records: Buffer, batches: readonly BatchHeader[], baseOffset: bigint): void {
    let nextOffset = baseOffset;
    for (const { position, sizeInBytes, lastOffsetDelta } of batches) {
      const lastOffset = nextOffset + BigInt(lastOffsetDelta);
      this.add(tail, records.subarray(position, position + sizeInBytes), nextOffset, lastOffset);
      nextOffset = lastOffset + 1n;
    }
  }

  /** Forgets everything of this partition. */
  clear(tail: Tail): void {
    for (const entry of tail.takeAll()) this.#release(entry);
  }

  #dropOldest(entry: CachedBatch): void {
    this.#oldest = entry.next;
    if (entry.next === undefined) this.#newest = undefined;
    this.#sizeInBytes -= ENTRY_OVERHEAD_BYTES;
    if (entry.memory === undefined) return;
    entry.tail.shift();
    this.#release(entry);
  }

  /** An entry that was released early stays in the chain, empty, until its turn comes. */
  #release(entry: CachedBatch): void {
    const { memory } = entry;
    if (memory === undefined) return;
    entry.memory = undefined;
    entry.bytes = EMPTY;
    memory.batches--;
    if (memory.batches > 0) return;
    this.#memories.delete(memory.buffer);
    this.#sizeInBytes -= memory.buffer.byteLength;
    if (this.#slab?.buffer === memory.buffer) this.#slab = undefined;
  }

  #keepable(bytes: Buffer): Buffer {
    const share = bytes.length / bytes.buffer.byteLength;
    if (share === 1 || (bytes.length > COPY_LIMIT_BYTES && share >= SMALLEST_SHARE_OF_FRAME)) return bytes;
    if (bytes.length > COPY_LIMIT_BYTES) {
      const copy = Buffer.allocUnsafeSlow(bytes.length);
      bytes.copy(copy);
      return copy;
    }
    if (this.#slab === undefined || this.#slabUsed + bytes.length > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    const copy = this.#slab.subarray(this.#slabUsed, this.#slabUsed + bytes.length);
    bytes.copy(copy);
    this.#slabUsed += bytes.length;
    return copy;
  }

  #memoryOf(bytes: Buffer): Memory {
    const known = this.#memories.get(bytes.buffer);
    if (known !== undefined) return known;
    const memory = { buffer: bytes.buffer, batches: 0 };
    this.#memories.set(bytes.buffer, memory);
    this.#sizeInBytes += bytes.buffer.byteLength;
    return memory;
  }
}

/** The cached batches of one partition: without gaps, up to the end of its log. */
export class Tail {
  #entries: CachedBatch[] = [];
  /** Entries before it are gone; they are cut off together, now and then. */
  #first = 0;

  /** The first offset that is here; undefined when nothing is. */
  get baseOffset(): bigint | undefined {
    return this.#entries[this.#first]?.baseOffset;
  }

  /**
   * Whole batches from the one that holds `offset` on, all of them below `endOffset`, at most `maxBytes` together: the first one
   * may be larger if `minOneBatch`. Undefined when the batch that holds `offset` is not here.
   */
  read(offset: bigint, endOffset: bigint, maxBytes: number, minOneBatch: boolean): Buffer[] | undefined {
    const first = this.#entries[this.#first];
    if (first === undefined || offset < first.baseOffset) return undefined;
    const batches: Buffer[] = [];
    let left = maxBytes;
    for (let index = this.#indexOf(offset); index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.lastOffset >= endOffset) break;
      left -= entry.bytes.length;
      if (left < 0 && !(minOneBatch && batches.length === 0)) break;
      batches.push(entry.bytes);
    }
    return batches;
  }

  push(entry: CachedBatch): void {
    // Room for one: most partitions of a broker with thousands have no more, and `push` would make room for many.
    if (this.#entries.length === 0) this.#entries = [entry];
    else this.#entries.push(entry);
  }

  shift(): void {
    this.#first++;
    if (this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  takeAll(): CachedBatch[] {
    const entries = this.#entries.slice(this.#first);
    this.#entries = [];
    this.#first = 0;
    return entries;
  }

  /** The first entry that ends at or after `offset`. */
  #indexOf(offset: bigint): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface CachedBatch {
  readonly tail: Tail;
  bytes: Buffer;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** Undefined once it is released. */
  memory: Memory | undefined;
  next: CachedBatch | undefined;
}

/** The memory behind one or more batches. */
interface Memory {
  readonly buffer: ArrayBufferLike;
  batches: number;
}

const EMPTY = Buffer.alloc(0);
