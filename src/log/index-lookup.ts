// Finds batches of a segment by its indexes. These have no checksum, so an entry counts only when the batch that it names confirms it; a wrong one costs
// a look at the one before, and never a record.

import type { DiskFile } from '../platform/index.ts';
import { CheckedScan, FileWindow, headerAt, isInvalidBatch, type LocatedHeader } from './batch-scan.ts';
import { LogCorruptError } from './log-error.ts';
import type { OffsetIndex, OffsetPosition } from './offset-index.ts';
import type { SegmentIndexes } from './segment-indexes.ts';

/** The part of a segment's .log file that is written. */
export interface WrittenFile {
  readonly file: DiskFile;
  readonly end: number;
}

// Locating a batch reads this much at a time: two index intervals.
const LOCATE_WINDOW_BYTES = 8 * 1024;
/** When that many entries in a row are wrong, the search begins at the start of the file. */
const MOST_WRONG_ENTRIES = 16;
/** A broker that starts again counts the bytes to the next entry from 0, so that there may be more than one interval between two. */
const MOST_INTERVALS_WITHOUT_ENTRY = 16;

/**
 * The first batch whose last offset is at least `offset`, and where it begins; undefined when all end before. Throws `LogCorruptError` where what is
 * passed by is damaged in a way that may hide the batch.
 */
export async function locateBatch(
  { file, end }: WrittenFile,
  offsets: OffsetIndex,
  offset: bigint,
): Promise<LocatedHeader | undefined> {
  const window = new FileWindow(file, end, LOCATE_WINDOW_BYTES);
  let position = await startFor(window, end, offsets, offset);
  let before: number | undefined;
  let located: LocatedHeader | undefined;
  while (position < end && located === undefined) {
    const header = await headerAt(window, position, end);
    if (isInvalidBatch(header)) throw new LogCorruptError(file.path, position, header.reason);
    if (header.lastOffset >= offset) located = { header, position };
    else before = position;
    position += header.sizeInBytes;
  }
  // Compaction leaves gaps. So does a batch that no longer says how many offsets it has.
  if (before !== undefined && (located === undefined || located.header.baseOffset > offset)) {
    const batch = await new CheckedScan(file, end).batchAt(before);
    if (isInvalidBatch(batch)) throw new LogCorruptError(file.path, before, batch.reason);
  }
  return located;
}

async function startFor(window: FileWindow, end: number, offsets: OffsetIndex, offset: bigint): Promise<number> {
  let wrong = 0;
  for await (const entry of offsets.downFrom(offset)) {
    if (entry.offset <= offset && (await confirms(window, end, entry))) return entry.position;
    wrong++;
    if (wrong === MOST_WRONG_ENTRIES) break;
  }
  return 0;
}

async function confirms(window: FileWindow, end: number, entry: OffsetPosition): Promise<boolean> {
  if (entry.position < 0 || entry.position >= end) return false;
  const header = await headerAt(window, entry.position, end);
  return !isInvalidBatch(header) && header.lastOffset === entry.offset;
}

/** The first batch in which a record may be that is at or behind `offset` and has at least `timestamp`. */
export async function locateTimestamp(
  written: WrittenFile,
  { offsets, times }: SegmentIndexes,
  timestamp: bigint,
  offset: bigint,
): Promise<LocatedHeader | undefined> {
  let wrong = 0;
  // Nothing before the batch of an entry has a larger timestamp than the entry.
  for await (const entry of times.downFrom(timestamp - 1n)) {
    if (entry.offset <= offset || wrong === MOST_WRONG_ENTRIES) break;
    const located = await locateBatch(written, offsets, entry.offset);
    if (entry.timestamp < timestamp && located?.header.maxTimestamp === entry.timestamp) return located;
    wrong++;
  }
  return locateBatch(written, offsets, offset);
}

/** Why the offset and time index should be made anew; undefined when their ends fit the end of the file. Reads a few kilobytes. */
export async function whyIndexesAreWrong(
  { file, end }: WrittenFile,
  { offsets, times }: SegmentIndexes,
  intervalBytes: number,
): Promise<string | undefined> {
  const window = new FileWindow(file, end, LOCATE_WINDOW_BYTES);
  const mostBytes = MOST_INTERVALS_WITHOUT_ENTRY * intervalBytes;
  const last = await offsets.lastEntry();
  if (last !== undefined && !(await confirms(window, end, last))) return 'the last offset entry names no batch';
  const largest = await times.lastEntry();
  const newest = times.entryCount === 0 ? undefined : await locateBatch({ file, end }, offsets, largest.offset);
  if (times.entryCount > 0 && newest?.header.maxTimestamp !== largest.timestamp)
    return 'the last time entry names no batch';
  const indexedTo = last?.position ?? 0;
  const isNewestNear = newest !== undefined && newest.position < indexedTo && end - newest.position <= mostBytes;
  for (let position = isNewestNear ? newest.position : indexedTo; position < end; ) {
    const header = await headerAt(window, position, end);
    // That is for those to say who read it.
    if (isInvalidBatch(header)) return undefined;
    if (header.maxTimestamp > largest.timestamp) return 'the largest timestamp is not in the time index';
    if (position - indexedTo > mostBytes) return 'the last offset entries are missing';
    position += header.sizeInBytes;
  }
  return undefined;
}
