// The segments of a log in the order of their offsets. There is always one, the last: the active one.

import type { Segment } from './segment.ts';

export class SegmentList {
  readonly #segments: Segment[];
  /** Counts the replacements: whoever read the files of segments during one may have read those of others. */
  #replacements = 0;
  #replacing: Promise<void> | undefined;

  constructor(segments: readonly Segment[]) {
    this.#segments = [...segments];
  }

  get length(): number {
    return this.#segments.length;
  }

  get first(): Segment {
    return present(this.#segments[0]);
  }

  /** The one that takes appends. */
  get active(): Segment {
    return present(this.#segments.at(-1));
  }

  get sizeInBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.sizeInBytes, 0);
  }

  /** As of now; later changes do not show in it. */
  all(): Segment[] {
    return [...this.#segments];
  }

  /** The segment that holds or would hold the offset; undefined below the first. */
  floor(offset: bigint): Segment | undefined {
    return this.#segments[this.#countUpTo(offset) - 1];
  }

  /** The one that holds or would hold the offset, and those behind it. */
  from(offset: bigint): Segment[] {
    return this.#segments.slice(Math.max(this.#countUpTo(offset) - 1, 0));
  }

  /** The segment behind the one that holds or would hold the offset. */
  higher(offset: bigint): Segment | undefined {
    return this.#segments[this.#countUpTo(offset)];
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** Takes out the oldest `count`. One must be left. */
  removeFirst(count: number): Segment[] {
    return this.#segments.splice(0, count);
  }

  /** Takes out those that begin at `offset` or behind it, but for the first of all. */
  removeFrom(offset: bigint): Segment[] {
    return this.#segments.splice(Math.max(this.#countUpTo(offset - 1n), 1));
  }

  /** Takes out all, and puts one in their place. */
  replaceAll(segment: Segment): Segment[] {
    return this.#segments.splice(0, this.#segments.length, segment);
  }

  /**
   * Puts one segment in the place of others that follow each other, while `task` does the same with the files. When the task fails, the list stays
   * as it is.
   */
  async replace(replaced: readonly Segment[], task: () => Promise<Segment>): Promise<void> {
    this.#replacements++;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#replacing = promise;
    try {
      const segment = await task();
      const first = replaced[0];
      if (first !== undefined) this.#segments.splice(this.#segments.indexOf(first), replaced.length, segment);
    } finally {
      this.#replacing = undefined;
      resolve();
    }
  }

  /** Runs a read of segments' files, again if segments were replaced meanwhile. */
  async undisturbed<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#replacing !== undefined) await this.#replacing;
      const before = this.#replacements;
      try {
        const result = await read();
        if (before === this.#replacements) return result;
      } catch (error) {
        if (before === this.#replacements) throw error;
      }
    }
  }

  #countUpTo(offset: bigint): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (present(this.#segments[middle]).baseOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function present(segment: Segment | undefined): Segment {
  if (segment === undefined) throw new Error('A log has lost its last segment');
  return segment;
}
