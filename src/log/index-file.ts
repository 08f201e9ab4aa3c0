// A file of entries of one size whose keys rise, searched where it is: only the entries that are not written yet are in memory, so that an
// index costs nothing while nobody asks it.

import { makeEmpty } from '../platform/index.ts';
import type { OpenFiles } from './open-files.ts';
import { type SegmentFileKind, type SegmentFileSuffix, segmentFileName } from './segment-files.ts';

/** Where a segment is. Shared by its indexes, which make their paths of it when they need them: there are very many of them. */
export interface IndexPlace {
  readonly directory: string;
  readonly baseOffset: bigint;
  /** Of files that compaction is writing; none unless given. */
  readonly suffix?: SegmentFileSuffix;
}

/** How to read an index: bytes of an entry, and the key that rises from entry to entry. */
export interface IndexLayout {
  readonly kind: SegmentFileKind;
  readonly entryBytes: number;
  keyAt(entries: Buffer, position: number): bigint;
}

// One probe of the file reads this many entries: a page or so, for the price of one.
const ENTRIES_PER_PROBE = 512;
const NOTHING = Buffer.alloc(0);

export class IndexFile {
  readonly #files: OpenFiles;
  readonly #layout: IndexLayout;
  readonly #place: IndexPlace;
  #writtenEntries: number;
  /** False before the first write of an index that begins anew: what stands under its name does not count. */
  #isOnDisk: boolean;
  #pending: Buffer = NOTHING;
  #pendingEntries = 0;
  /** A write did not come to its end: there may be more in the file than was written. */
  #isTorn = false;

  /** Without `writtenEntries` it begins anew: its file is made, empty, by the first write. */
  constructor(files: OpenFiles, place: IndexPlace, layout: IndexLayout, writtenEntries?: number) {
    this.#files = files;
    this.#place = place;
    this.#layout = layout;
    this.#writtenEntries = writtenEntries ?? 0;
    this.#isOnDisk = writtenEntries !== undefined;
  }

  get path(): string {
    const { directory, baseOffset, suffix = '' } = this.#place;
    return `${directory}/${segmentFileName(baseOffset, this.#layout.kind)}${suffix}`;
  }

  get entryCount(): number {
    return this.#writtenEntries + this.#pendingEntries;
  }

  get isOnDisk(): boolean {
    return this.#isOnDisk;
  }

  get pendingEntries(): number {
    return this.#pendingEntries;
  }

  /** Returns where the caller puts the bytes of one new entry. */
  append(): { entries: Buffer; position: number } {
    const { entryBytes } = this.#layout;
    const position = this.#pendingEntries * entryBytes;
    if (position + entryBytes > this.#pending.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#pending.length * 2, entryBytes * 8));
      this.#pending.copy(larger, 0, 0, position);
      this.#pending = larger;
    }
    this.#pendingEntries++;
    return { entries: this.#pending, position };
  }

  /** Hands the pending entries to the system, and makes the file when it is missing. Not to be called while a call is under way. */
  async write(): Promise<void> {
    const { entryBytes } = this.#layout;
    const count = this.#pendingEntries;
    const bytes = this.#pending.subarray(0, count * entryBytes);
    this.#isTorn = true;
    await this.#files.use(
      this.path,
      async (file) => {
        if (!this.#isOnDisk) await makeEmpty(file);
        await file.write([bytes], this.#writtenEntries * entryBytes);
      },
      true,
    );
    this.#isOnDisk = true;
    this.#isTorn = false;
    // What was appended meanwhile moves to the front, in a buffer of its own, so that an idle index holds no memory.
    const left = this.#pending.subarray(count * entryBytes, this.#pendingEntries * entryBytes);
    this.#pending = left.length === 0 ? NOTHING : Buffer.from(left);
    this.#pendingEntries -= count;
    this.#writtenEntries += count;
  }

  sync(): Promise<void> {
    return this.#files.use(this.path, (file) => file.sync());
  }

  /** Drops the entries from `count` on. */
  async truncate(count: number): Promise<void> {
    this.#pendingEntries = Math.min(Math.max(count - this.#writtenEntries, 0), this.#pendingEntries);
    if (count >= this.#writtenEntries && !this.#isTorn) return;
    this.#writtenEntries = Math.min(count, this.#writtenEntries);
    await this.#files.use(this.path, (file) => file.truncate(this.#writtenEntries * this.#layout.entryBytes), true);
    this.#isTorn = false;
  }

  /** The bytes of entries [first, first + count). Fewer when the index ends before. */
  async read(first: number, count: number): Promise<Buffer> {
    const { entryBytes } = this.#layout;
    const end = Math.min(first + count, this.entryCount);
    if (first >= end) return NOTHING;
    // Appends and writes may go on while the disk answers; these are the entries as of now.
    const writtenEntries = this.#writtenEntries;
    const writtenEnd = Math.min(end, writtenEntries);
    const tailFirst = Math.max(first, writtenEntries) - writtenEntries;
    const tail = Buffer.from(
      this.#pending.subarray(tailFirst * entryBytes, Math.max(end - writtenEntries, 0) * entryBytes),
    );
    if (first >= writtenEnd) return tail;
    const head = Buffer.allocUnsafe((writtenEnd - first) * entryBytes);
    const bytes = await this.#files.use(this.path, (file) => file.read(head, first * entryBytes));
    if (bytes < head.length) {
      throw new Error(
        `Cannot read entries ${first} to ${writtenEnd} of ${this.path}: the file ends ${head.length - bytes} bytes early`,
      );
    }
    return tail.length === 0 ? head : Buffer.concat([head, tail]);
  }

  /**
   * Number of the last entry whose key is at most `key`, with its bytes; undefined when all keys are larger. `keyAt` may be anything that rises.
   */
  async findLastAtMost(
    key: bigint,
    keyAt: IndexLayout['keyAt'] = this.#layout.keyAt,
  ): Promise<{ index: number; entry: Buffer } | undefined> {
    const { entryBytes } = this.#layout;
    let low = 0;
    let high = this.entryCount;
    let isFirstProbe = true;
    // Invariant: the entries before `low` have keys at most `key`, those from `high` on larger ones.
    let found: { index: number; entry: Buffer } | undefined;
    while (low < high) {
      // Mostly the newest entries are asked for, so the first look is at the end.
      const first = isFirstProbe
        ? Math.max(high - ENTRIES_PER_PROBE, low)
        : Math.max(low, ((low + high) >>> 1) - ENTRIES_PER_PROBE / 2);
      isFirstProbe = false;
      const block = await this.read(first, Math.min(ENTRIES_PER_PROBE, high - first));
      const entries = block.length / entryBytes;
      const count = this.#countAtMost(block, entries, key, keyAt);
      if (count === 0) {
        high = first;
      } else {
        const start = (count - 1) * entryBytes;
        found = { index: first + count - 1, entry: block.subarray(start, start + entryBytes) };
        if (count < entries) return found;
        low = first + count;
      }
    }
    return found;
  }

  /** The last entry whose key is at most `key`, and those before it, one after the other. */
  async *downFrom(key: bigint): AsyncGenerator<Buffer> {
    const found = await this.findLastAtMost(key);
    if (found === undefined) return;
    yield found.entry;
    for (let index = found.index - 1; index >= 0; index--) yield await this.read(index, 1);
  }

  #countAtMost(block: Buffer, entries: number, key: bigint, keyAt: IndexLayout['keyAt']): number {
    let low = 0;
    let high = entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keyAt(block, middle * this.#layout.entryBytes) <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
