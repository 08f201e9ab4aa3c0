// The .index file: for a batch every few kilobytes, its last offset and where in the .log file it begins. Entries of 8 bytes: the offset
// relative to the segment's base, and the position.

import { IndexFile, type IndexLayout, type IndexPlace } from './index-file.ts';
import type { OpenFiles } from './open-files.ts';

const LAYOUT: IndexLayout = {
  kind: 'index',
  entryBytes: 8,
  keyAt: (entries, position) => BigInt(entries.readInt32BE(position)),
};

export const OFFSET_INDEX_ENTRY_BYTES = LAYOUT.entryBytes;

/** The last offset of a batch, and where that batch begins. */
export interface OffsetPosition {
  readonly offset: bigint;
  readonly position: number;
}

export class OffsetIndex {
  readonly file: IndexFile;
  readonly #baseOffset: bigint;

  constructor(files: OpenFiles, place: IndexPlace, writtenEntries?: number) {
    this.file = new IndexFile(files, place, LAYOUT, writtenEntries);
    this.#baseOffset = place.baseOffset;
  }

  get entryCount(): number {
    return this.file.entryCount;
  }

  isFull(maxIndexBytes: number): boolean {
    return this.entryCount >= Math.floor(maxIndexBytes / LAYOUT.entryBytes);
  }

  /** Entries have 31 bits for what an offset is above the segment's base. */
  canHold(offset: bigint): boolean {
    return offset >= this.#baseOffset && offset - this.#baseOffset < 2n ** 31n;
  }

  append(offset: bigint, position: number): void {
    const { entries, position: at } = this.file.append();
    entries.writeInt32BE(Number(offset - this.#baseOffset), at);
    entries.writeInt32BE(position, at + 4);
  }

  /** The last entry at or below `offset`, and those before it, one after the other. */
  async *downFrom(offset: bigint): AsyncGenerator<OffsetPosition> {
    for await (const entry of this.file.downFrom(offset - this.#baseOffset))
      yield parseEntry(entry, 0, this.#baseOffset);
  }

  /** Undefined for an empty index. */
  async lastEntry(): Promise<OffsetPosition | undefined> {
    return this.entryCount === 0
      ? undefined
      : parseEntry(await this.file.read(this.entryCount - 1, 1), 0, this.#baseOffset);
  }

  /** Drops the entries whose offset is `offset` or more. */
  async truncateTo(offset: bigint): Promise<void> {
    const last = await this.file.findLastAtMost(offset - this.#baseOffset - 1n);
    await this.file.truncate(last === undefined ? 0 : last.index + 1);
  }
}

/** All entries in the bytes of an .index file. */
export function decodeOffsetIndex(bytes: Buffer, baseOffset: bigint): OffsetPosition[] {
  const count = Math.floor(bytes.length / LAYOUT.entryBytes);
  return Array.from({ length: count }, (_, index) => parseEntry(bytes, index * LAYOUT.entryBytes, baseOffset));
}

function parseEntry(entries: Buffer, at: number, baseOffset: bigint): OffsetPosition {
  return { offset: baseOffset + BigInt(entries.readInt32BE(at)), position: entries.readInt32BE(at + 4) };
}
