// Serves readers of a partition: from memory at once, from the disk with a promise.

import type { AbortedTransaction, Log } from '../../log/index.ts';
import { iterateBatches } from '../../protocol/index.ts';
import type { ReadOptions, ReadResult } from '../engine.ts';
import type { JournaledAppends } from './journaled-appends.ts';
import type { Tail } from './tail-cache.ts';

/** Where the partition stood when the read began; the answer tells the same. */
export interface ReadBounds {
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
}

/** What memory has of a partition. */
export interface ReadMemory {
  readonly tail: Tail | undefined;
  /** Has everything below the high watermark that is not written. */
  readonly journaled: JournaledAppends | undefined;
}

/** The offset must be one that the log has. Rejects with what the log rejects with. */
export function readLog(
  log: Log,
  { tail, journaled }: ReadMemory,
  options: ReadOptions,
  bounds: ReadBounds,
): ReadResult | Promise<ReadResult> {
  const { offset, maxBytes, minOneBatch, isolation } = options;
  const isCommitted = isolation === 'read_committed';
  const endOffset = isCommitted ? bounds.lastStableOffset : bounds.highWatermark;
  if (offset >= endOffset) return resultOf(NOTHING, bounds, isCommitted ? NO_ABORTED : null);
  let records = tail?.read(offset, endOffset, maxBytes, minOneBatch);
  if (offset >= log.writtenEndOffset) records ??= journaled?.read(offset, endOffset, maxBytes, minOneBatch);
  if (records === undefined) return readFromDisk(log, options, endOffset, bounds);
  const aborted = isCommitted ? abortedIn(log, offset, records) : null;
  if (!(aborted instanceof Promise)) return resultOf(records, bounds, aborted);
  return aborted.then((found) => resultOf(records, bounds, found));
}

async function readFromDisk(
  log: Log,
  { offset, maxBytes, minOneBatch, isolation }: ReadOptions,
  endOffset: bigint,
  bounds: ReadBounds,
): Promise<ReadResult> {
  const { records } = await log.read(offset, maxBytes, endOffset, minOneBatch);
  const chunks = records.length === 0 ? NOTHING : [records];
  return resultOf(chunks, bounds, isolation === 'read_committed' ? await abortedIn(log, offset, chunks) : null);
}

function abortedIn(log: Log, offset: bigint, records: readonly Buffer[]) {
  const endOffset = endOffsetOf(records);
  return endOffset === undefined ? NO_ABORTED : log.abortedTransactions(offset, endOffset);
}

/** The offset after the last record of the last chunk. */
function endOffsetOf(chunks: readonly Buffer[]): bigint | undefined {
  const last = chunks.at(-1);
  if (last === undefined) return undefined;
  let endOffset: bigint | undefined;
  for (const { lastOffset } of iterateBatches(last)) endOffset = lastOffset + 1n;
  return endOffset;
}

function resultOf(
  records: readonly Buffer[],
  bounds: ReadBounds,
  abortedTransactions: readonly AbortedTransaction[] | null,
): ReadResult {
  const { highWatermark, lastStableOffset, logStartOffset } = bounds;
  let sizeInBytes = 0;
  for (const chunk of records) sizeInBytes += chunk.length;
  return { records, sizeInBytes, highWatermark, lastStableOffset, logStartOffset, abortedTransactions };
}

const NOTHING: readonly Buffer[] = [];
const NO_ABORTED: readonly AbortedTransaction[] = [];
