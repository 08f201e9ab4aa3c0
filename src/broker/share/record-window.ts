// How the records of one partition stand for one share group: from the first that it is not done with to the last that it was given.
// Pure: what is decided here is written down by the share partition, which then says how that went.

import { DELIVERY_STATE, type StateBatch } from '../../coordinator/index.ts';
import { type InFlightRange, InFlightRanges, type RecordState, sizeOf } from './in-flight-ranges.ts';

/** Changes that wait to be written down: then they are committed, or taken back. */
export interface Transition {
  readonly ranges: readonly InFlightRange[];
  readonly stateBatches: readonly StateBatch[];
}

export class RecordWindow {
  readonly ranges = new InFlightRanges();
  #startOffset: bigint;
  #nextOffset: bigint;
  /** False means that nothing is available; true that it is worth looking. */
  #mayHaveAvailable: boolean;

  /** What was kept of the records behind `startOffset`. What lies between was given out, and nobody knows what became of it. */
  constructor(startOffset: bigint, stateBatches: readonly StateBatch[]) {
    this.#startOffset = startOffset;
    this.#nextOffset = startOffset;
    this.#mayHaveAvailable = stateBatches.length > 0;
    for (const { firstOffset, lastOffset, deliveryState, deliveryCount } of stateBatches) {
      if (firstOffset < this.#nextOffset || lastOffset < firstOffset)
        throw new Error(`state batch ${firstOffset} to ${lastOffset} does not lie behind ${this.#nextOffset}`);
      if (firstOffset > this.#nextOffset) this.#append(this.#nextOffset, firstOffset - 1n, 'available', 0);
      this.#append(firstOffset, lastOffset, stateOf(deliveryState), deliveryCount);
    }
    this.advance();
  }

  /** The first record that the group is not done with. */
  get startOffset(): bigint {
    return this.#startOffset;
  }

  /** Behind the last record that was given out. */
  get nextOffset(): bigint {
    return this.#nextOffset;
  }

  /** Records in the window: also those that are done with, while one before them is not. */
  get size(): number {
    return Number(this.#nextOffset - this.#startOffset);
  }

  /** Records that the group is done with, in the window. */
  get completeCount(): number {
    let count = 0;
    for (const range of this.ranges.all) if (isTerminal(range.pending ?? range.state)) count += sizeOf(range);
    return count;
  }

  /** Where to read what is to be given out next. */
  get nextFetchOffset(): bigint {
    if (this.#mayHaveAvailable) {
      const available = this.ranges.all.find(isAvailable);
      if (available !== undefined) return available.first;
      this.#mayHaveAvailable = false;
    }
    return this.#nextOffset;
  }

  /** Gives the records behind the window to a member. The window must not reach beyond `first`. */
  acquireNew(first: bigint, last: bigint, lock: Pick<InFlightRange, 'memberId' | 'lockedUntilMs'>): InFlightRange {
    if (this.ranges.isEmpty) this.#startOffset = first;
    return Object.assign(this.#append(first, last, 'acquired', 1), lock);
  }

  /** Gives available records to a member once more. */
  acquireAgain(
    first: bigint,
    last: bigint,
    { memberId, lockedUntilMs }: Pick<InFlightRange, 'memberId' | 'lockedUntilMs'>,
  ): InFlightRange[] {
    const ranges = this.ranges.cut(first, last, isAvailable);
    for (const range of ranges) {
      range.state = 'acquired';
      range.deliveryCount++;
      range.memberId = memberId;
      range.lockedUntilMs = lockedUntilMs;
    }
    return ranges;
  }

  /** Gives up records in that state for good, without writing it down: it will be found out again. */
  archive(first: bigint, last: bigint, state: 'available' | 'acquired'): void {
    if (last < first) return;
    const isWanted = (range: InFlightRange) => range.state === state && range.pending === undefined;
    for (const range of this.ranges.cut(first, last, isWanted)) {
      range.state = 'archived';
      range.memberId = '';
    }
  }

  /** Begins to change acquired records. `limit` is of deliveries: a record that has reached it is not given out again. */
  begin(changes: readonly (readonly [InFlightRange, RecordState])[], limit: number): Transition {
    for (const [range, state] of changes) range.pending = afterRelease(range, state, limit);
    const ranges = changes.map(([range]) => range);
    return { ranges, stateBatches: ranges.map((range) => stateBatch(range, range.pending ?? range.state)) };
  }

  /** The changes are written down. */
  commit({ ranges }: Transition): void {
    for (const range of ranges) {
      if (range.pending !== undefined) this.#release(range, range.pending);
      range.pending = undefined;
    }
    this.advance();
  }

  /** The changes could not be written down: the records stay with their member, unless its time is over. */
  rollBack({ ranges }: Transition, nowMs: number, limit: number): void {
    for (const range of ranges) {
      range.pending = undefined;
      if (range.lockedUntilMs <= nowMs) this.#release(range, afterRelease(range, 'available', limit));
    }
    this.advance();
  }

  /** Takes records away from members whose time is over. Returns what is to be written down. */
  expire(nowMs: number, limit: number): StateBatch[] {
    const expired = this.ranges.all.filter((range) => isHeld(range) && range.lockedUntilMs <= nowMs);
    for (const range of expired) this.#release(range, afterRelease(range, 'available', limit));
    const stateBatches = expired.map((range) => stateBatch(range, range.state));
    this.advance();
    return stateBatches;
  }

  /** When the next member loses records. */
  get nextExpiryMs(): number | undefined {
    let earliest: number | undefined;
    for (const range of this.ranges.all)
      if (isHeld(range) && (earliest === undefined || range.lockedUntilMs < earliest)) earliest = range.lockedUntilMs;
    return earliest;
  }

  /** Records before `offset` are gone from the log. */
  cutBefore(offset: bigint): void {
    if (offset <= this.#startOffset) return;
    this.ranges.dropBefore(offset);
    this.#startOffset = offset;
    if (this.#nextOffset < offset) this.#nextOffset = offset;
    this.advance();
  }

  /** Leaves behind what the group is done with. */
  advance(): void {
    const { all } = this.ranges;
    const done = all.findIndex(({ state, pending }) => pending !== undefined || !isTerminal(state));
    const count = done === -1 ? all.length : done;
    if (count === 0) return;
    this.ranges.dropFirst(count);
    this.#startOffset = this.ranges.all[0]?.first ?? this.#nextOffset;
  }

  #release(range: InFlightRange, state: RecordState): void {
    range.state = state;
    range.memberId = '';
    if (state === 'available') this.#mayHaveAvailable = true;
  }

  #append(first: bigint, last: bigint, state: RecordState, deliveryCount: number): InFlightRange {
    const range: InFlightRange = {
      first,
      last,
      state,
      deliveryCount,
      memberId: '',
      lockedUntilMs: 0,
      pending: undefined,
      batchSize: sizeOf({ first, last }),
    };
    this.ranges.append(range);
    this.#nextOffset = last + 1n;
    return range;
  }
}

export function isAvailable({ state, pending }: InFlightRange): boolean {
  return state === 'available' && pending === undefined;
}

/** Whether a member has it and has not said yet what becomes of it. */
export function isHeld({ state, pending }: InFlightRange): boolean {
  return state === 'acquired' && pending === undefined;
}

function isTerminal(state: RecordState): boolean {
  return state === 'acknowledged' || state === 'archived';
}

function afterRelease({ deliveryCount }: InFlightRange, state: RecordState, limit: number): RecordState {
  return state === 'available' && deliveryCount >= limit ? 'archived' : state;
}

function stateBatch({ first, last, deliveryCount }: InFlightRange, state: RecordState): StateBatch {
  // Nobody writes down that records are acquired: after a restart they are not.
  const deliveryState = state === 'acquired' ? DELIVERY_STATE.available : DELIVERY_STATE[state];
  return { firstOffset: first, lastOffset: last, deliveryState, deliveryCount };
}

function stateOf(deliveryState: number): RecordState {
  switch (deliveryState) {
    case DELIVERY_STATE.available:
      return 'available';
    case DELIVERY_STATE.acknowledged:
      return 'acknowledged';
    case DELIVERY_STATE.archived:
      return 'archived';
    default:
      throw new Error(`unknown delivery state ${deliveryState}`);
  }
}
