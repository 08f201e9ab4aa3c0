// The aborted transactions that a read_committed reader has to know of.

import type { Segment } from './segment.ts';
import type { AbortedTransactionEntry } from './transaction-index.ts';

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** Those that overlap [fromOffset, toOffset). `segments` rise, and the first one holds `fromOffset`. */
export async function collectAborted(
  segments: readonly Segment[],
  fromOffset: bigint,
  toOffset: bigint,
): Promise<readonly AbortedTransaction[]> {
  const found = await collectAbortedEntries(segments, fromOffset, toOffset);
  return found.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
}

/** The same, with all that the indexes say of them. */
export async function collectAbortedEntries(
  segments: readonly Segment[],
  fromOffset: bigint,
  toOffset: bigint,
): Promise<AbortedTransactionEntry[]> {
  const found: AbortedTransactionEntry[] = [];
  for (const segment of segments) {
    const { transactions } = await segment.indexes();
    if (await transactions.collect(fromOffset, toOffset, found)) break;
  }
  return found;
}
