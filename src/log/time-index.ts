// The .timeindex file: the largest timestamp so far, and the last offset of the batch that brought it. Entries of 12 bytes: the timestamp,
// and the offset relative to the segment's base. Both rise from entry to entry.

import { IndexFile, type IndexLayout, type IndexPlace } from './index-file.ts';
import type { OpenFiles } from './open-files.ts';

const LAYOUT: IndexLayout = {
  kind: 'timeindex',
  entryBytes: 12,
  keyAt: (entries, position) => entries.readBigInt64BE(position),
};

export const TIME_INDEX_ENTRY_BYTES = LAYOUT.entryBytes;

/** A timestamp in milliseconds, and the last offset of the batch whose largest it is. */
export interface TimestampOffset {
  readonly timestamp: bigint;
  readonly offset: bigint;
}

export class TimeIndex {
  readonly file: IndexFile;
  readonly #baseOffset: bigint;
  /** Timestamp of the last entry, -1 without one; undefined until it is known. */
  #lastTimestamp: bigint | undefined;

  constructor(files: OpenFiles, place: IndexPlace, writtenEntries?: number) {
    this.file = new IndexFile(files, place, LAYOUT, writtenEntries);
    this.#baseOffset = place.baseOffset;
    if (this.entryCount === 0) this.#lastTimestamp = -1n;
  }

  get entryCount(): number {
    return this.file.entryCount;
  }

  /** The last place is kept for the entry that a roll or a close adds. */
  isFull(maxIndexBytes: number): boolean {
    return this.entryCount >= Math.floor(maxIndexBytes / LAYOUT.entryBytes) - 1;
  }

  /** Adds the entry unless its timestamp is no larger than the last one. The index must have been read to its end before, by `lastEntry`. */
  appendIfLater({ timestamp, offset }: TimestampOffset): void {
    if (this.#lastTimestamp === undefined)
      throw new Error(`Cannot append to ${this.file.path}: its last entry was not read`);
    if (timestamp <= this.#lastTimestamp) return;
    const { entries, position } = this.file.append();
    entries.writeBigInt64BE(timestamp, position);
    entries.writeInt32BE(Number(offset - this.#baseOffset), position + 8);
    this.#lastTimestamp = timestamp;
  }

  /** Timestamp -1 at the base offset for an empty index. */
  async lastEntry(): Promise<TimestampOffset> {
    const entry =
      this.entryCount === 0
        ? this.#none()
        : parseEntry(await this.file.read(this.entryCount - 1, 1), 0, this.#baseOffset);
    this.#lastTimestamp = entry.timestamp;
    return entry;
  }

  /** The last entry whose timestamp is at most `timestamp`, and those before it, one after the other. */
  async *downFrom(timestamp: bigint): AsyncGenerator<TimestampOffset> {
    for await (const entry of this.file.downFrom(timestamp)) yield parseEntry(entry, 0, this.#baseOffset);
  }

  /** Drops the entries whose offset is `offset` or more. */
  async truncateTo(offset: bigint): Promise<void> {
    const relative = offset - this.#baseOffset - 1n;
    const last = await this.file.findLastAtMost(relative, (entries, position) =>
      BigInt(entries.readInt32BE(position + 8)),
    );
    await this.file.truncate(last === undefined ? 0 : last.index + 1);
    await this.lastEntry();
  }

  #none(): TimestampOffset {
    return { timestamp: -1n, offset: this.#baseOffset };
  }
}

/** All entries in the bytes of a .timeindex file. */
export function decodeTimeIndex(bytes: Buffer, baseOffset: bigint): TimestampOffset[] {
  const count = Math.floor(bytes.length / LAYOUT.entryBytes);
  return Array.from({ length: count }, (_, index) => parseEntry(bytes, index * LAYOUT.entryBytes, baseOffset));
}

function parseEntry(entries: Buffer, at: number, baseOffset: bigint): TimestampOffset {
  return { timestamp: entries.readBigInt64BE(at), offset: baseOffset + BigInt(entries.readInt32BE(at + 8)) };
}
