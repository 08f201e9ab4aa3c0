// The newest batches of all partitions in memory, so that a consumer at the tail costs no disk read and no copy. Small ones of a partition are
// put together, so that nothing is kept of each but its bytes. What was appended first goes first. Hot path: every appended batch passes here.

import { BatchRun, batchesBelow, runFrom } from './batch-run.ts';

/** What an entry costs beside its bytes: itself, its view, its place in the tail. */
const ENTRY_OVERHEAD_BYTES = 256;
/** Batches up to this size are copied, those of a partition together: a view would pin the whole frame that they came in. */
const COPY_LIMIT_BYTES = 4096;
/** What a partition has room for in one piece: as much as for its first batch, then twice as much each time, up to this. */
const LARGEST_BLOCK_BYTES = 16 * 1024;
/** Blocks below this size are cut from slabs. */
const SMALLEST_OWN_BLOCK_BYTES = 4096;
/** The same for a larger batch that is less than this share of its frame. */
const SMALLEST_SHARE_OF_FRAME = 1 / 8;
const SLAB_BYTES = 64 * 1024;

/** Bounded by `limitBytes`, counted as what it keeps alive: whole frames, not just the batches in them. */
export class TailCache {
  readonly #limitBytes: number;
  readonly #memories = new Map<ArrayBufferLike, Memory>();
  #sizeInBytes = 0;
  #oldest: CachedRun | undefined;
  #newest: CachedRun | undefined;
  #slab: Buffer | undefined;
  #slabUsed = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  /** The batches as they are to be kept: where they are, or as a copy. Their bytes must be final. */
  keepable(tail: Tail, bytes: Buffer): Buffer {
    if (bytes.length > this.#limitBytes) return bytes;
    if (bytes.length > COPY_LIMIT_BYTES) {
      const share = bytes.length / bytes.buffer.byteLength;
      return share >= SMALLEST_SHARE_OF_FRAME ? bytes : copied(bytes, Buffer.allocUnsafeSlow(bytes.length));
    }
    if (!tail.hasRoom(bytes.length)) tail.begin(this.#block(tail.nextBlockBytes(bytes.length)));
    return copied(bytes, tail.room(bytes.length));
  }

  /** Takes the batches that follow the last one of this tail, as `keepable` gave them. */
  add(tail: Tail, baseOffset: bigint, endOffset: bigint, bytes: Buffer): void {
    // Without these batches there would be a gap.
    if (bytes.length > this.#limitBytes) {
      this.clear(tail);
      return;
    }
    if (tail.extend(baseOffset, endOffset, bytes)) return;
    const memory = this.#memoryOf(bytes);
    memory.runs++;
    this.#sizeInBytes += ENTRY_OVERHEAD_BYTES;
    const entry: CachedRun = { tail, run: new BatchRun(baseOffset, endOffset, bytes), memory, next: undefined };
    tail.push(entry);
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.next = entry;
    this.#newest = entry;
    while (this.#sizeInBytes > this.#limitBytes && this.#oldest !== undefined) this.#dropOldest(this.#oldest);
  }

  /** Forgets everything of this partition. */
  clear(tail: Tail): void {
    for (const entry of tail.takeAll()) this.#release(entry);
  }

  #dropOldest(entry: CachedRun): void {
    this.#oldest = entry.next;
    if (entry.next === undefined) this.#newest = undefined;
    this.#sizeInBytes -= ENTRY_OVERHEAD_BYTES;
    if (entry.memory === undefined) return;
    entry.tail.shift();
    this.#release(entry);
  }

  /** An entry that was released early stays in the chain, empty, until its turn comes. */
  #release(entry: CachedRun): void {
    const { memory } = entry;
    if (memory === undefined) return;
    entry.memory = undefined;
    entry.run = NO_RUN;
    memory.runs--;
    if (memory.runs > 0) return;
    this.#memories.delete(memory.buffer);
    this.#sizeInBytes -= memory.buffer.byteLength;
    if (this.#slab?.buffer === memory.buffer) this.#slab = undefined;
  }

  #block(bytes: number): Buffer {
    if (bytes >= SMALLEST_OWN_BLOCK_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (this.#slab === undefined || this.#slabUsed + bytes > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    this.#slabUsed += bytes;
    return this.#slab.subarray(this.#slabUsed - bytes, this.#slabUsed);
  }

  #memoryOf(bytes: Buffer): Memory {
    const known = this.#memories.get(bytes.buffer);
    if (known !== undefined) return known;
    const memory = { buffer: bytes.buffer, runs: 0 };
    this.#memories.set(bytes.buffer, memory);
    this.#sizeInBytes += bytes.buffer.byteLength;
    return memory;
  }
}

/** The cached batches of one partition: without gaps, up to the end of its log. */
export class Tail {
  #entries: CachedRun[] = [];
  /** Entries before it are gone; they are cut off together, now and then. */
  #first = 0;
  /** Where the next small batch goes, if there is room for it. */
  #block: Buffer = EMPTY;
  #blockUsed = 0;

  /** The first offset that is here; undefined when nothing is. */
  get baseOffset(): bigint | undefined {
    return this.#entries[this.#first]?.run.baseOffset;
  }

  /**
   * Whole batches from the one that holds `offset` on, all of them below `endOffset`, at most `maxBytes` together: the first one
   * may be larger if `minOneBatch`. Undefined when the batch that holds `offset` is not here.
   */
  read(offset: bigint, endOffset: bigint, maxBytes: number, minOneBatch: boolean): Buffer[] | undefined {
    const first = this.#entries[this.#first];
    if (first === undefined || offset < first.run.baseOffset) return undefined;
    const found: Buffer[] = [];
    let left = maxBytes;
    for (let index = this.#indexOf(offset); index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry === undefined || entry.run.baseOffset >= endOffset) break;
      const run = runFrom(entry.run, offset);
      const batches = batchesBelow(run, endOffset, left, minOneBatch && found.length === 0);
      if (batches.length > 0) found.push(batches);
      left -= batches.length;
      if (batches.length < run.sizeInBytes) break;
    }
    return found;
  }

  hasRoom(bytes: number): boolean {
    return this.#blockUsed + bytes <= this.#block.length;
  }

  /** How large a block should be that begins with so many bytes. */
  nextBlockBytes(bytes: number): number {
    return Math.max(bytes, Math.min(2 * this.#block.length, LARGEST_BLOCK_BYTES));
  }

  begin(block: Buffer): void {
    this.#block = block;
    this.#blockUsed = 0;
  }

  /** Takes so many bytes of the block, behind the newest ones. */
  room(bytes: number): Buffer {
    const start = this.#blockUsed;
    this.#blockUsed = start + bytes;
    return this.#block.subarray(start, start + bytes);
  }

  /** Whether the batches could be joined to the newest that are here. */
  extend(baseOffset: bigint, endOffset: bigint, bytes: Buffer): boolean {
    const newest = this.#entries.at(-1);
    return newest?.memory !== undefined && newest.run.extend(baseOffset, endOffset, bytes);
  }

  push(entry: CachedRun): void {
    // Room for one: most partitions of a broker with thousands have no more, and `push` would make room for many.
    if (this.#entries.length === 0) this.#entries = [entry];
    else this.#entries.push(entry);
  }

  shift(): void {
    this.#first++;
    if (this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
    if (this.#entries.length === 0) this.begin(EMPTY);
  }

  takeAll(): CachedRun[] {
    const entries = this.#entries.slice(this.#first);
    this.#entries = [];
    this.#first = 0;
    this.begin(EMPTY);
    return entries;
  }

  /** The first entry that ends behind `offset`. */
  #indexOf(offset: bigint): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.run.endOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface CachedRun {
  readonly tail: Tail;
  run: BatchRun;
  /** Undefined once it is released. */
  memory: Memory | undefined;
  next: CachedRun | undefined;
}

/** The memory behind one or more runs. */
interface Memory {
  readonly buffer: ArrayBufferLike;
  runs: number;
}

const EMPTY = Buffer.alloc(0);
const NO_RUN = new BatchRun(0n, 0n, EMPTY);

function copied(bytes: Buffer, target: Buffer): Buffer {
  bytes.copy(target);
  return target;
}
