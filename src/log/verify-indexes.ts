// Holds the bytes of a segment's index files against its batches.

import { decodeOffsetIndex, OFFSET_INDEX_ENTRY_BYTES } from './offset-index.ts';
import { decodeTimeIndex, TIME_INDEX_ENTRY_BYTES } from './time-index.ts';
import { decodeTransactionIndex, TRANSACTION_INDEX_ENTRY_BYTES } from './transaction-index.ts';

/** Of a batch, what indexes say of it. */
export interface IndexableBatch {
  readonly position: number;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly maxTimestamp: bigint;
}

/** What the indexes of a segment must fit to. */
export interface SegmentContent {
  readonly baseOffset: bigint;
  /** In the order of the file. */
  readonly batches: readonly IndexableBatch[];
  /** Offsets of the markers that aborted a transaction. */
  readonly abortedAt: readonly bigint[];
}

export interface IndexProblem {
  /** Byte in the file; undefined where the whole file is meant. */
  readonly position?: number;
  readonly reason: string;
}

type IndexKind = 'index' | 'timeindex' | 'txnindex';

const ENTRY_BYTES: Readonly<Record<IndexKind, number>> = {
  index: OFFSET_INDEX_ENTRY_BYTES,
  timeindex: TIME_INDEX_ENTRY_BYTES,
  txnindex: TRANSACTION_INDEX_ENTRY_BYTES,
};

/** The first thing that is wrong; undefined when nothing is. */
export function findIndexProblem(kind: IndexKind, bytes: Buffer, content: SegmentContent): IndexProblem | undefined {
  const entryBytes = ENTRY_BYTES[kind];
  if (bytes.length % entryBytes !== 0) return { reason: `${bytes.length} bytes are no multiple of ${entryBytes}` };
  // A process that died leaves the room that it had taken for entries to come.
  const used = bytes.subarray(0, usedBytes(bytes, entryBytes));
  switch (kind) {
    case 'index':
      return offsetProblem(used, content);
    case 'timeindex':
      return timeProblem(used, content);
    case 'txnindex':
      return transactionProblem(used, content);
  }
}

function offsetProblem(bytes: Buffer, { baseOffset, batches }: SegmentContent): IndexProblem | undefined {
  const byPosition = new Map(batches.map((batch) => [batch.position, batch]));
  return firstWrong(decodeOffsetIndex(bytes, baseOffset), OFFSET_INDEX_ENTRY_BYTES, (entry) => {
    const batch = byPosition.get(entry.position);
    const isKnown = batch !== undefined && entry.offset >= batch.baseOffset && entry.offset <= batch.lastOffset;
    return { key: entry.offset, isKnown, unknown: `no batch with offset ${entry.offset} begins at ${entry.position}` };
  });
}

function timeProblem(bytes: Buffer, { baseOffset, batches }: SegmentContent): IndexProblem | undefined {
  // Entries rise with the offsets, so that one way through the batches is enough.
  let next = 0;
  return firstWrong(decodeTimeIndex(bytes, baseOffset), TIME_INDEX_ENTRY_BYTES, ({ timestamp, offset }) => {
    while ((batches[next]?.lastOffset ?? offset) < offset) next++;
    const isKnown = batches[next]?.maxTimestamp === timestamp;
    return { key: timestamp, isKnown, unknown: `no batch has offset ${offset} and timestamp ${timestamp}` };
  });
}

function transactionProblem(bytes: Buffer, { batches, abortedAt }: SegmentContent): IndexProblem | undefined {
  const lastOffsets = new Set(batches.map(({ lastOffset }) => lastOffset));
  try {
    const entries = decodeTransactionIndex(bytes);
    const problem = firstWrong(entries, TRANSACTION_INDEX_ENTRY_BYTES, ({ firstOffset, lastOffset }) => {
      const isKnown = lastOffsets.has(lastOffset) && firstOffset <= lastOffset;
      return { key: lastOffset, isKnown, unknown: `no marker is at offset ${lastOffset}` };
    });
    const indexed = new Set(entries.map(({ lastOffset }) => lastOffset));
    const missing = abortedAt.find((offset) => !indexed.has(offset));
    if (problem !== undefined || missing === undefined) return problem;
    return { reason: `the transaction that was aborted at offset ${missing} is not in it` };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Keys must rise, and the segment must know each. */
function firstWrong<T>(
  entries: readonly T[],
  entryBytes: number,
  judge: (entry: T) => { key: bigint; isKnown: boolean; unknown: string },
): IndexProblem | undefined {
  let previous = -1n;
  for (const [index, entry] of entries.entries()) {
    const { key, isKnown, unknown } = judge(entry);
    if (key < previous) return { position: index * entryBytes, reason: `entry ${index} is lower than the one before` };
    if (!isKnown) return { position: index * entryBytes, reason: unknown };
    previous = key;
  }
  return undefined;
}

function usedBytes(bytes: Buffer, entryBytes: number): number {
  let end = bytes.length;
  while (end > 0 && bytes.subarray(end - entryBytes, end).every((byte) => byte === 0)) end -= entryBytes;
  return end;
}
