// The .txnindex file: the aborted transactions whose abort marker is in the segment. Entries of 34 bytes: version 0, producer id, first and
// last offset, and the last stable offset when the marker was written. There is no file while there is no aborted transaction.

import type { DiskFile } from '../platform/index.ts';
import { IndexFile, type IndexLayout, type IndexPlace } from './index-file.ts';
import type { OpenFiles } from './open-files.ts';

const LAYOUT: IndexLayout = {
  kind: 'txnindex',
  entryBytes: 34,
  keyAt: (entries, position) => entries.readBigInt64BE(position + 18),
};
const CURRENT_VERSION = 0;

export const TRANSACTION_INDEX_ENTRY_BYTES = LAYOUT.entryBytes;
const ENTRIES_PER_READ = 512;
const NO_ENTRY = { firstOffset: 0n, lastOffset: 0n };

export interface AbortedTransactionEntry {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
  /** Offset of the abort marker. */
  readonly lastOffset: bigint;
  readonly lastStableOffset: bigint;
}

export class TransactionIndex {
  readonly file: IndexFile;

  constructor(files: OpenFiles, place: IndexPlace, writtenEntries?: number) {
    this.file = new IndexFile(files, place, LAYOUT, writtenEntries);
  }

  get entryCount(): number {
    return this.file.entryCount;
  }

  append(aborted: AbortedTransactionEntry): void {
    const { entries, position } = this.file.append();
    entries.writeInt16BE(CURRENT_VERSION, position);
    entries.writeBigInt64BE(aborted.producerId, position + 2);
    entries.writeBigInt64BE(aborted.firstOffset, position + 10);
    entries.writeBigInt64BE(aborted.lastOffset, position + 18);
    entries.writeBigInt64BE(aborted.lastStableOffset, position + 26);
  }

  /**
   * Adds to `found` what overlaps [fromOffset, toOffset). True when no later segment can have more: an entry told that everything below
   * `toOffset` was decided when it was written.
   */
  async collect(fromOffset: bigint, toOffset: bigint, found: AbortedTransactionEntry[]): Promise<boolean> {
    const before = await this.file.findLastAtMost(fromOffset - 1n);
    let index = before === undefined ? 0 : before.index + 1;
    while (index < this.entryCount) {
      const block = await this.file.read(index, ENTRIES_PER_READ);
      for (let position = 0; position < block.length; position += LAYOUT.entryBytes) {
        const entry = parseEntry(block, position);
        if (entry.firstOffset < toOffset) found.push(entry);
        if (entry.lastStableOffset >= toOffset) return true;
        index++;
      }
    }
    return false;
  }

  /** Drops the entries whose marker is at `offset` or behind it. */
  async truncateTo(offset: bigint): Promise<void> {
    const last = await this.file.findLastAtMost(offset - 1n);
    await this.file.truncate(last === undefined ? 0 : last.index + 1);
  }
}

/**
 * Why the file cannot be the index of a segment that begins at `baseOffset`, as far as it alone tells; undefined where it can. An index that is gone, or has
 * lost its last entries, cannot be told from one that never had them.
 */
export async function findTransactionIndexProblem(file: DiskFile, baseOffset: bigint): Promise<string | undefined> {
  const size = await file.size();
  if (size % LAYOUT.entryBytes !== 0) return `${size} bytes are no multiple of ${LAYOUT.entryBytes}`;
  const block = Buffer.allocUnsafe(Math.min(size, ENTRIES_PER_READ * LAYOUT.entryBytes));
  let leastOffset = baseOffset;
  for (let start = 0; start < size; start += block.length) {
    const bytes = block.subarray(0, await file.read(block, start));
    for (let position = 0; position + LAYOUT.entryBytes <= bytes.length; position += LAYOUT.entryBytes) {
      const isKnown = bytes.readInt16BE(position) === CURRENT_VERSION;
      const { firstOffset, lastOffset } = isKnown ? parseEntry(bytes, position) : NO_ENTRY;
      // The marker stands behind what it aborts, and behind the marker before.
      if (firstOffset >= lastOffset || lastOffset < leastOffset) return `the entry at byte ${start + position} is none`;
      leastOffset = lastOffset + 1n;
    }
  }
  return undefined;
}

/** All entries in the bytes of a .txnindex file. */
export function decodeTransactionIndex(bytes: Buffer): AbortedTransactionEntry[] {
  const count = Math.floor(bytes.length / LAYOUT.entryBytes);
  return Array.from({ length: count }, (_, index) => parseEntry(bytes, index * LAYOUT.entryBytes));
}

function parseEntry(entries: Buffer, position: number): AbortedTransactionEntry {
  const version = entries.readInt16BE(position);
  if (version > CURRENT_VERSION) {
    throw new Error(`Cannot read a transaction index: an entry has version ${version}, known is ${CURRENT_VERSION}`);
  }
  return {
    producerId: entries.readBigInt64BE(position + 2),
    firstOffset: entries.readBigInt64BE(position + 10),
    lastOffset: entries.readBigInt64BE(position + 18),
    lastStableOffset: entries.readBigInt64BE(position + 26),
  };
}
