// Records that a share group has been given, as ranges of offsets in order. A range is cut only where records in it come to stand
// differently, so that what is given out and done with as a whole costs the same however many records it has.

export type RecordState = 'available' | 'acquired' | 'acknowledged' | 'archived';

export interface InFlightRange {
  first: bigint;
  last: bigint;
  state: RecordState;
  /** How often its records have been given out. */
  deliveryCount: number;
  /** Of the member that has acquired it; empty otherwise. */
  memberId: string;
  /** When the member loses it, on the monotonic clock. */
  lockedUntilMs: number;
  /** The state that it will have once that is written down. It belongs to nobody's next step until then, and is not cut. */
  pending: RecordState | undefined;
  /** Records of the batch in which it was given out first. */
  readonly batchSize: number;
}

export class InFlightRanges {
  #ranges: InFlightRange[] = [];

  get all(): readonly InFlightRange[] {
    return this.#ranges;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** The range lies behind all others. */
  append(range: InFlightRange): void {
    this.#ranges.push(range);
  }

  /** Ranges with a record from `first` to `last`. */
  overlapping(first: bigint, last: bigint): InFlightRange[] {
    const from = this.#indexOf(first);
    let to = from;
    while (to < this.#ranges.length && (this.#ranges[to]?.first ?? 0n) <= last) to++;
    return this.#ranges.slice(from, to);
  }

  /** The ranges that `isWanted`, cut so that none has a record outside of `first` to `last`. */
  cut(first: bigint, last: bigint, isWanted: (range: InFlightRange) => boolean): InFlightRange[] {
    return this.overlapping(first, last)
      .filter(isWanted)
      .map((range) => {
        const inner = range.first < first ? this.#split(range, first) : range;
        if (inner.last > last) this.#split(inner, last + 1n);
        return inner;
      });
  }

  /** Takes away the ranges before `count`. */
  dropFirst(count: number): void {
    this.#ranges.splice(0, count);
  }

  /** Takes away all records before `offset`. */
  dropBefore(offset: bigint): void {
    this.#ranges.splice(0, this.#indexOf(offset));
    const [first] = this.#ranges;
    if (first !== undefined && first.first < offset) first.first = offset;
  }

  /** The range keeps what is before `at`; the rest is a range of its own, and returned. */
  #split(range: InFlightRange, at: bigint): InFlightRange {
    const rest = { ...range, first: at };
    range.last = at - 1n;
    this.#ranges.splice(this.#indexOf(range.first) + 1, 0, rest);
    return rest;
  }

  /** Of the first range that ends at `offset` or behind it. */
  #indexOf(offset: bigint): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.last ?? 0n) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function sizeOf({ first, last }: Pick<InFlightRange, 'first' | 'last'>): number {
  return Number(last - first) + 1;
}
