// The three indexes of a segment, and how they are brought in from the disk: read where they are whole, rebuilt where they are not.

import type { Disk, DiskFile } from '../platform/index.ts';
import { scanHeaders } from './batch-scan.ts';
import { IndexBuilder } from './index-builder.ts';
import type { IndexPlace } from './index-file.ts';
import { LogCorruptError } from './log-error.ts';
import { OFFSET_INDEX_ENTRY_BYTES, OffsetIndex } from './offset-index.ts';
import type { OpenFiles } from './open-files.ts';
import { segmentFileName } from './segment-files.ts';
import { TIME_INDEX_ENTRY_BYTES, TimeIndex } from './time-index.ts';
import { TRANSACTION_INDEX_ENTRY_BYTES, TransactionIndex } from './transaction-index.ts';

// Entries of the active segment go to the disk in pieces: nobody needs them there, because a crash rebuilds that segment's indexes.
const PENDING_ENTRIES_TO_WRITE = 512;

export class SegmentIndexes {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
  readonly transactions: TransactionIndex;

  readonly #files: OpenFiles;
  readonly #place: IndexPlace;

  constructor(files: OpenFiles, place: IndexPlace, entries = { offsets: 0, times: 0, transactions: 0 }) {
    this.#files = files;
    this.#place = place;
    this.offsets = new OffsetIndex(files, place, entries.offsets);
    this.times = new TimeIndex(files, place, entries.times);
    this.transactions = new TransactionIndex(files, place, entries.transactions);
  }

  /** The same transactions, and no entries in the other two. */
  anew(): SegmentIndexes {
    const transactions = this.transactions.entryCount;
    return new SegmentIndexes(this.#files, this.#place, { offsets: 0, times: 0, transactions });
  }

  isFull(maxIndexBytes: number): boolean {
    return this.offsets.isFull(maxIndexBytes) || this.times.isFull(maxIndexBytes);
  }

  /** Hands pending entries to the system; all of them if `isFinal`, else only where many have gathered. Aborted transactions always. */
  async write(isFinal: boolean): Promise<void> {
    for (const { file } of [this.offsets, this.times]) {
      if (isFinal ? file.pendingEntries > 0 : file.pendingEntries >= PENDING_ENTRIES_TO_WRITE) await file.write();
    }
    if (this.transactions.file.pendingEntries > 0) await this.transactions.file.write();
  }

  /** Makes empty files, as every segment of Apache Kafka has them: without them it would rebuild the segment at its start. */
  async create(): Promise<void> {
    await this.offsets.file.create();
    await this.times.file.create();
  }

  async sync(): Promise<void> {
    await this.offsets.file.sync();
    await this.times.file.sync();
    if (this.transactions.entryCount > 0) await this.transactions.file.sync();
  }

  async truncateTo(offset: bigint): Promise<void> {
    await this.offsets.truncateTo(offset);
    await this.times.truncateTo(offset);
    await this.transactions.truncateTo(offset);
  }
}

/**
 * The indexes as they are on the disk, or why the offset and time index have to be made anew: one is missing or cannot be right. The transaction
 * index comes with both, because headers alone do not give it back.
 */
export async function loadIndexes(
  disk: Disk,
  files: OpenFiles,
  directory: string,
  baseOffset: bigint,
): Promise<{ indexes: SegmentIndexes; reason?: string }> {
  const name = (kind: 'index' | 'timeindex' | 'txnindex') => segmentFileName(baseOffset, kind);
  const size = async (kind: 'index' | 'timeindex' | 'txnindex') =>
    (await disk.status(`${directory}/${name(kind)}`))?.size;
  const [offsetBytes, timeBytes, transactionBytes = 0] = await Promise.all([
    size('index'),
    size('timeindex'),
    size('txnindex'),
  ]);
  const transactions = Math.floor(transactionBytes / TRANSACTION_INDEX_ENTRY_BYTES);
  const anew = (reason: string) => {
    const empty = { offsets: 0, times: 0, transactions };
    return { indexes: new SegmentIndexes(files, { directory, baseOffset }, empty), reason };
  };
  if (offsetBytes === undefined) return anew(`${name('index')} is missing`);
  if (timeBytes === undefined) return anew(`${name('timeindex')} is missing`);
  const entries = {
    offsets: offsetBytes / OFFSET_INDEX_ENTRY_BYTES,
    times: timeBytes / TIME_INDEX_ENTRY_BYTES,
    transactions,
  };
  if (!Number.isInteger(entries.offsets))
    return anew(`${name('index')} has ${offsetBytes} bytes, no whole number of entries`);
  if (!Number.isInteger(entries.times))
    return anew(`${name('timeindex')} has ${timeBytes} bytes, no whole number of entries`);
  const indexes = new SegmentIndexes(files, { directory, baseOffset }, entries);
  const last = await indexes.offsets.lastEntry();
  // Also what is left when Apache Kafka died: it makes an index of zeros first, and cuts it to its length when the segment is full.
  if (last !== undefined && last.offset <= baseOffset && last.position === 0)
    return anew(`${name('index')} ends in zeros`);
  const lastTime = await indexes.times.lastEntry();
  if (indexes.times.entryCount > 0 && lastTime.timestamp <= 0n && lastTime.offset <= baseOffset) {
    return anew(`${name('timeindex')} ends in zeros`);
  }
  return { indexes };
}

/**
 * Makes the offset and time index anew from the batches' headers in bytes [0, logBytes) of the .log file. Rejects with `LogCorruptError` where there is no
 * batch, and changes nothing then.
 */
export async function rebuildIndexes(
  file: DiskFile,
  logBytes: number,
  old: SegmentIndexes,
  intervalBytes: number,
): Promise<SegmentIndexes> {
  const indexes = old.anew();
  const builder = new IndexBuilder(indexes.offsets, indexes.times, await indexes.times.lastEntry());
  for await (const { header, position } of scanHeaders(file, 0, logBytes)) {
    // The checksum does not cover the offset of a batch.
    if (!indexes.offsets.canHold(header.lastOffset))
      throw new LogCorruptError(file.path, position, `no batch of this segment has the offset ${header.baseOffset}`);
    builder.add(header, position, intervalBytes);
  }
  builder.finish();
  await indexes.create();
  await indexes.write(true);
  return indexes;
}
