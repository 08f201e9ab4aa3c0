// How records of a share partition stand, as ranges of offsets: what is kept of them in records and told in requests.

/** What is kept of a record. Who has acquired it is not. */
export const DELIVERY_STATE = { available: 0, acknowledged: 2, archived: 4 } as const;

export interface StateBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** One of `DELIVERY_STATE`. */
  readonly deliveryState: number;
  readonly deliveryCount: number;
}

const NO_START = -1n;

/**
 * Puts updates over what was known, which is sorted and without overlaps. Where both speak of a record, the one of more deliveries is
 * newer; of the same number, the later state is. What lies before `startOffset` is dropped; -1 drops nothing.
 */
export function combineStateBatches(
  current: readonly StateBatch[],
  updates: readonly StateBatch[],
  startOffset: bigint,
): StateBatch[] {
  const sorted = [...updates].sort((one, other) => compareOffsets(one.firstOffset, other.firstOffset));
  const areDisjoint = sorted.every((batch, index) => index === 0 || isBefore(sorted[index - 1], batch));
  const combined = areDisjoint
    ? overlay(current, sorted)
    : sorted.reduce((soFar: readonly StateBatch[], batch) => overlay(soFar, [batch]), current);
  return startOffset === NO_START ? [...combined] : withoutOffsetsBefore(combined, startOffset);
}

/** Both lists are sorted and without overlaps. */
function overlay(ones: readonly StateBatch[], others: readonly StateBatch[]): StateBatch[] {
  const result: StateBatch[] = [];
  let [one, other] = [ones[0], others[0]];
  let [oneIndex, otherIndex] = [0, 0];
  while (one !== undefined && other !== undefined) {
    if (isBefore(one, other)) {
      push(result, one);
      one = ones[++oneIndex];
    } else if (isBefore(other, one)) {
      push(result, other);
      other = others[++otherIndex];
    } else if (one.firstOffset < other.firstOffset) {
      push(result, { ...one, lastOffset: other.firstOffset - 1n });
      one = { ...one, firstOffset: other.firstOffset };
    } else if (other.firstOffset < one.firstOffset) {
      push(result, { ...other, lastOffset: one.firstOffset - 1n });
      other = { ...other, firstOffset: one.firstOffset };
    } else {
      const lastOffset: bigint = one.lastOffset < other.lastOffset ? one.lastOffset : other.lastOffset;
      push(result, { ...(isNewer(one, other) ? one : other), lastOffset });
      one = one.lastOffset === lastOffset ? ones[++oneIndex] : { ...one, firstOffset: lastOffset + 1n };
      other = other.lastOffset === lastOffset ? others[++otherIndex] : { ...other, firstOffset: lastOffset + 1n };
    }
  }
  for (; one !== undefined; one = ones[++oneIndex]) push(result, one);
  for (; other !== undefined; other = others[++otherIndex]) push(result, other);
  return result;
}

/** Appends, joining what continues the last one. */
function push(batches: StateBatch[], batch: StateBatch): void {
  const last = batches.at(-1);
  const continues =
    last !== undefined &&
    last.lastOffset + 1n === batch.firstOffset &&
    last.deliveryState === batch.deliveryState &&
    last.deliveryCount === batch.deliveryCount;
  if (continues) batches[batches.length - 1] = { ...last, lastOffset: batch.lastOffset };
  else batches.push(batch);
}

function withoutOffsetsBefore(batches: readonly StateBatch[], startOffset: bigint): StateBatch[] {
  return batches.flatMap((batch) => {
    if (batch.lastOffset < startOffset) return [];
    return batch.firstOffset < startOffset ? { ...batch, firstOffset: startOffset } : batch;
  });
}

function isNewer(one: StateBatch, other: StateBatch): boolean {
  if (one.deliveryCount !== other.deliveryCount) return one.deliveryCount > other.deliveryCount;
  return one.deliveryState > other.deliveryState;
}

function isBefore(one: StateBatch | undefined, other: StateBatch): boolean {
  return one !== undefined && one.lastOffset < other.firstOffset;
}

function compareOffsets(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
