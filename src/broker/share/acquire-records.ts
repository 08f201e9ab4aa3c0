// Which of the records that were read go to a member. Records that were given out before come first. One that kept failing is given out with
// fewer and fewer others, and the last time alone, so that it does not take others with it (Kafka's isolation of poisonous records).

import { type InFlightRange, sizeOf } from './in-flight-ranges.ts';
import type { RecordWindow } from './record-window.ts';
import { isAvailable } from './record-window.ts';

/** The offsets of one batch of the log. */
export interface BatchSpan {
  readonly first: bigint;
  readonly last: bigint;
}

export interface AcquireRequest {
  readonly memberId: string;
  readonly lockedUntilMs: number;
  /** Where was read. */
  readonly fetchOffset: bigint;
  /** What was read, in order. */
  readonly batches: readonly BatchSpan[];
  readonly maxRecords: number;
  /** What is told together should not have many more records than this. */
  readonly batchSize: number;
  /** Whether `maxRecords` is exact (KIP-1206). Otherwise batches of the log are given out whole. */
  readonly isRecordLimit: boolean;
  readonly maxRecordLocks: number;
  readonly deliveryCountLimit: number;
}

export interface AcquiredRecords {
  firstOffset: bigint;
  lastOffset: bigint;
  readonly deliveryCount: number;
}

export function acquireRecords(window: RecordWindow, request: AcquireRequest): AcquiredRecords[] {
  const { batches, fetchOffset, maxRecords } = request;
  const [firstBatch] = batches;
  const lastBatch = batches.at(-1);
  if (firstBatch === undefined || lastBatch === undefined || lastBatch.last < window.startOffset) return [];
  let { last } = lastBatch;
  let room = Math.min(maxRecords, request.maxRecordLocks - window.size);
  if (room <= 0) {
    // No new records, but those that somebody has given back.
    room = Math.min(maxRecords, Number(window.nextOffset - fetchOffset));
    if (last >= window.nextOffset) last = window.nextOffset - 1n;
  }
  if (room <= 0) return [];
  // What should have been read and is not there was removed by compaction.
  window.archive(fetchOffset, firstBatch.first - 1n, 'available');
  const acquired: AcquiredRecords[] = [];
  const left = acquireAgain(window, request, { first: firstBatch.first, last }, room, acquired);
  const first = max(window.nextOffset, firstBatch.first);
  if (left > 0 && first <= last) acquireNew(window, request, { first, last }, left, acquired);
  return acquired;
}

/** Returns how many more records may be acquired. */
function acquireAgain(
  window: RecordWindow,
  request: AcquireRequest,
  { first, last }: BatchSpan,
  room: number,
  acquired: AcquiredRecords[],
): number {
  const { deliveryCountLimit } = request;
  const isolateFrom = Math.max(2, Math.ceil(deliveryCountLimit / 2));
  let left = room;
  for (const range of window.ranges.overlapping(first, last).filter(isAvailable)) {
    if (left <= 0) return 0;
    const from = max(range.first, first);
    const isSuspect = range.deliveryCount >= isolateFrom;
    if (isSuspect && acquired.length > 0) return 0;
    const isolated = isSuspect ? lastOf(from, isolatedSize(range, isolateFrom, deliveryCountLimit)) : range.last;
    const within = isSuspect && !request.isRecordLimit ? isolated : lastWithin(request, from, left);
    const to = min(min(range.last, last), min(isolated, within));
    for (const piece of window.acquireAgain(from, to, request)) {
      tell(piece, request, acquired);
      left -= sizeOf(piece);
    }
    if (isSuspect) return 0;
  }
  return left;
}

function acquireNew(
  window: RecordWindow,
  request: AcquireRequest,
  span: BatchSpan,
  left: number,
  acquired: AcquiredRecords[],
): void {
  const last = min(span.last, lastWithin(request, span.first, left));
  let { first } = span;
  if (!request.isRecordLimit) {
    for (const batch of request.batches) {
      if (batch.first > last) break;
      if (batch.first - first < BigInt(request.batchSize)) continue;
      tellNew(window.acquireNew(first, batch.first - 1n, request), acquired);
      first = batch.first;
    }
  }
  tellNew(window.acquireNew(first, last, request), acquired);
}

/** The last offset of so many records; of the whole batch that has it, unless the number is exact. */
function lastWithin({ batches, isRecordLimit }: AcquireRequest, first: bigint, count: number): bigint {
  const last = lastOf(first, count);
  if (isRecordLimit) return last;
  const batch = batches.find((candidate) => candidate.first <= last && last <= candidate.last);
  return batch?.last ?? last;
}

/** Half of the batch, a quarter, an eighth, with each failure; one record when it is the last chance. */
function isolatedSize({ batchSize, deliveryCount }: InFlightRange, isolateFrom: number, limit: number): number {
  if (deliveryCount === limit - 1) return 1;
  return Math.max(1, batchSize >> (deliveryCount - isolateFrom + 1));
}

function tellNew({ first, last, deliveryCount }: InFlightRange, acquired: AcquiredRecords[]): void {
  acquired.push({ firstOffset: first, lastOffset: last, deliveryCount });
}

/** Pieces of what was one range are told as one. */
function tell(range: InFlightRange, { batchSize }: AcquireRequest, acquired: AcquiredRecords[]): void {
  const before = acquired.at(-1);
  const continues =
    before !== undefined &&
    before.lastOffset + 1n === range.first &&
    before.deliveryCount === range.deliveryCount &&
    range.last - before.firstOffset < BigInt(batchSize);
  if (continues) before.lastOffset = range.last;
  else tellNew(range, acquired);
}

function lastOf(first: bigint, count: number): bigint {
  return first + BigInt(count) - 1n;
}

function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
