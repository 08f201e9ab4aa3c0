// What a member says of records that it has acquired: accept, release, reject, renew, or that there is no record (gap). All that one request
// says of a partition holds, or nothing of it.

import { KafkaError } from '../../protocol/index.ts';
import type { InFlightRange, RecordState } from './in-flight-ranges.ts';
import { isHeld, type RecordWindow } from './record-window.ts';

/** Kafka's AcknowledgeType. */
export const ACKNOWLEDGE_TYPE = { gap: 0, accept: 1, release: 2, reject: 3, renew: 4 } as const;

export interface AcknowledgementBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** One for all records, or one for each. */
  readonly acknowledgeTypes: readonly number[];
}

export interface Acknowledged {
  /** What the records are to become. */
  readonly changes: readonly (readonly [InFlightRange, RecordState])[];
  /** What the member wants to have for longer. */
  readonly renewed: readonly InFlightRange[];
}

interface Span {
  readonly first: bigint;
  readonly last: bigint;
  readonly type: number;
}

/** Throws INVALID_RECORD_STATE, INVALID_REQUEST. The window is not changed, except that ranges are cut. */
export function acknowledgeRecords(
  window: RecordWindow,
  memberId: string,
  batches: readonly AcknowledgementBatch[],
  isRenewAllowed: boolean,
): Acknowledged {
  // What lies before the start is done with already.
  const spans = batches.filter(({ lastOffset }) => lastOffset >= window.startOffset).flatMap(spansOf);
  for (const [index, span] of spans.entries()) {
    const before = spans[index - 1];
    if (before !== undefined && span.first <= before.last)
      throw invalidState('The record state is invalid. The acknowledgement of delivery could not be completed.');
    requireAcquired(window, memberId, span);
    if (span.type === ACKNOWLEDGE_TYPE.renew && !isRenewAllowed)
      throw invalidState('Renewing acquisition locks is not enabled for the group.');
  }
  const changes: [InFlightRange, RecordState][] = [];
  const renewed: InFlightRange[] = [];
  for (const { first, last, type } of spans) {
    const ranges = window.ranges.cut(first < window.startOffset ? window.startOffset : first, last, isHeld);
    if (type === ACKNOWLEDGE_TYPE.renew) renewed.push(...ranges);
    else for (const range of ranges) changes.push([range, stateAfter(type)]);
  }
  return { changes, renewed };
}

/** Runs of records of which the same is said. */
function spansOf({ firstOffset, lastOffset, acknowledgeTypes }: AcknowledgementBatch): Span[] {
  const [type = ACKNOWLEDGE_TYPE.gap] = acknowledgeTypes;
  if (acknowledgeTypes.length <= 1) return [{ first: firstOffset, last: lastOffset, type }];
  const spans: Span[] = [];
  let first = 0;
  for (let index = 1; index <= acknowledgeTypes.length; index++) {
    if (acknowledgeTypes[index] === acknowledgeTypes[first]) continue;
    const of = acknowledgeTypes[first] ?? type;
    spans.push({ first: firstOffset + BigInt(first), last: firstOffset + BigInt(index - 1), type: of });
    first = index;
  }
  return spans;
}

function requireAcquired(window: RecordWindow, memberId: string, { first, last }: Span): void {
  if (last < window.startOffset) return;
  if (window.ranges.isEmpty)
    throw invalidState('Batch record not found. The request batch offsets are not found in the cache.');
  if (last >= window.nextOffset) {
    const what = first >= window.nextOffset ? 'first' : 'last';
    throw new KafkaError(
      'INVALID_REQUEST',
      `Batch record not found. The ${what} offset in request is past acquired records.`,
    );
  }
  for (const range of window.ranges.overlapping(first < window.startOffset ? window.startOffset : first, last)) {
    if (range.state !== 'acquired')
      throw invalidState('The batch cannot be acknowledged. The batch is not in the acquired state.');
    if (range.pending !== undefined)
      throw invalidState('The record state is invalid. The acknowledgement of delivery could not be completed.');
    if (range.memberId !== memberId) throw invalidState('Member is not the owner of batch record');
  }
}

function stateAfter(type: number): RecordState {
  if (type === ACKNOWLEDGE_TYPE.accept) return 'acknowledged';
  return type === ACKNOWLEDGE_TYPE.release ? 'available' : 'archived';
}

function invalidState(message: string): KafkaError {
  return new KafkaError('INVALID_RECORD_STATE', message);
}
