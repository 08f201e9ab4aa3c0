// Batches that get their place in a log.

import { type BatchHeader, placeBatch } from '../../protocol/index.ts';

/** Writes the offsets, from `baseOffset` on without a gap, and the leader epoch into the batches. Returns their headers as they are now. */
export function placedBatches(
  records: Buffer,
  batches: readonly BatchHeader[],
  baseOffset: bigint,
  leaderEpoch: number,
): BatchHeader[] {
  let nextOffset = baseOffset;
  return batches.map((batch) => {
    const placed = placeBatch(records, batch, nextOffset, leaderEpoch);
    nextOffset = placed.lastOffset + 1n;
    return placed;
  });
}
