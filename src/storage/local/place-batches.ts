// Batches that get their place in a log.

import { type BatchHeader, placeBatch } from '../../protocol/index.ts';

/** Writes the offsets, from `baseOffset` on without a gap, and the leader epoch into the batches and their headers. Returns the last offset. */
export function placeBatches(
  records: Buffer,
  headers: readonly BatchHeader[],
  baseOffset: bigint,
  leaderEpoch: number,
): bigint {
  let lastOffset = baseOffset - 1n;
  for (const header of headers) lastOffset = placeBatch(records, header, lastOffset + 1n, leaderEpoch);
  return lastOffset;
}
