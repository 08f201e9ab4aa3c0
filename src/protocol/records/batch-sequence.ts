// Sequence numbers of an idempotent producer count from 0 to 2^31 - 1 and start again at 0.

import type { BatchHeader } from './batch-header.ts';

const SEQUENCE_COUNT = 2 ** 31;

export function incrementSequence(sequence: number, increment: number): number {
  return (sequence + increment) % SEQUENCE_COUNT;
}

export function decrementSequence(sequence: number, decrement: number): number {
  return (sequence - decrement + SEQUENCE_COUNT) % SEQUENCE_COUNT;
}

/** The sequence of the last record, -1 where there is none. */
export function lastSequence(header: Pick<BatchHeader, 'baseSequence' | 'lastOffsetDelta'>): number {
  return header.baseSequence < 0 ? -1 : incrementSequence(header.baseSequence, header.lastOffsetDelta);
}
