// The appends of one partition that are to be durable, until they are in its segments: what the next group of the journal takes, and what
// only the journal and the memory have.

import { BatchRun, batchesBelow, runFrom } from './batch-run.ts';

/** Appends that follow one another. */
interface JournaledRange {
  readonly batches: readonly Buffer[];
  readonly endOffset: bigint;
  readonly sizeInBytes: number;
}

/** Appends larger than this together are synced in their segment: writing them twice costs more than a sync of a file that grows. */
export const ENTRY_BYTES = 64 * 1024;

/** All in the order of their offsets; others, that need not be durable, may lie between them. */
export class JournaledAppends {
  /** Those that the journal has and the segments may lack. */
  #journaled: BatchRun[] = [];
  /** Those that are not durable yet. */
  #waiting: BatchRun[] = [];
  #journaledEndOffset = 0n;
  /** Where the group that is on its way ends; 0 when none is. */
  #journalingEndOffset = 0n;

  /** The journal has everything below that the segments lack. */
  get journaledEndOffset(): bigint {
    return this.#journaledEndOffset;
  }

  add(baseOffset: bigint, endOffset: bigint, bytes: Buffer): void {
    const last = this.#waiting.at(-1);
    // What is on its way to the journal stays by itself until it is there.
    const isJournaling = last !== undefined && last.endOffset <= this.#journalingEndOffset;
    if (!isJournaling && last?.extend(baseOffset, endOffset, bytes)) return;
    this.#waiting.push(new BatchRun(baseOffset, endOffset, bytes));
  }

  /**
   * Those behind the durable end, where the journal can make them durable: they must follow it without a gap, because a log cannot go on
   * behind records that were lost.
   */
  next(durableEndOffset: bigint): JournaledRange | undefined {
    this.#waiting = behind(this.#waiting, durableEndOffset);
    if (this.#waiting[0]?.baseOffset !== durableEndOffset) return undefined;
    if (this.#waiting.some(({ baseOffset }, index) => index > 0 && baseOffset !== this.#waiting[index - 1]?.endOffset))
      return undefined;
    const range = rangeOf(this.#waiting);
    if (range === undefined || range.sizeInBytes > ENTRY_BYTES) return undefined;
    this.#journalingEndOffset = range.endOffset;
    return range;
  }

  /** What `next` gave is in the journal, or could not be put there. */
  onJournaled(isCommitted: boolean): void {
    const endOffset = this.#journalingEndOffset;
    this.#journalingEndOffset = 0n;
    if (!isCommitted) return;
    this.#journaledEndOffset = endOffset;
    const rest = behind(this.#waiting, endOffset);
    for (const run of this.#waiting.slice(0, this.#waiting.length - rest.length)) {
      if (!this.#journaled.at(-1)?.extend(run.baseOffset, run.endOffset, run.bytes)) this.#journaled.push(run);
    }
    this.#waiting = rest;
  }

  /**
   * For readers of what the segments lack: from the batch that holds `offset` on, those below `endOffset`, at most `maxBytes` together; the first
   * may be larger if `minOneBatch`.
   */
  read(offset: bigint, endOffset: bigint, maxBytes: number, minOneBatch: boolean): Buffer[] {
    const found: Buffer[] = [];
    let left = maxBytes;
    for (const run of behind(this.#journaled, offset)) {
      const batches = batchesBelow(run, endOffset, left, minOneBatch && found.length === 0);
      if (batches.length > 0) found.push(batches);
      left -= batches.length;
      if (batches.length < run.sizeInBytes) break;
    }
    return found;
  }

  /** Forgets what the journal neither has nor is about to have. Returns what the segments, which end at `writtenEndOffset`, lack of the rest. */
  takeBack(writtenEndOffset: bigint): JournaledRange | undefined {
    this.#waiting = this.#waiting.filter(({ endOffset }) => endOffset <= this.#journalingEndOffset);
    return rangeOf(behind([...this.#journaled, ...this.#waiting], writtenEndOffset));
  }

  /** What is written needs no memory once it is durable. */
  forgetBelow(offset: bigint): void {
    this.#journaled = behind(this.#journaled, offset);
    this.#waiting = behind(this.#waiting, offset);
  }
}

/** From the batch that holds the offset on. Hot path: most calls find that all is behind it, or nothing. */
function behind(runs: BatchRun[], offset: bigint): BatchRun[] {
  const last = runs.at(-1);
  if (last === undefined || last.endOffset <= offset) return [];
  const index = runs.findIndex(({ endOffset }) => endOffset > offset);
  const first = runs[index];
  if (first === undefined || first.baseOffset >= offset) return index === 0 ? runs : runs.slice(index);
  return [runFrom(first, offset), ...runs.slice(index + 1)];
}

function rangeOf(runs: readonly BatchRun[]): JournaledRange | undefined {
  const last = runs.at(-1);
  if (last === undefined) return undefined;
  const batches = runs.map(({ bytes }) => bytes);
  return { batches, endOffset: last.endOffset, sizeInBytes: batches.reduce((sum, { length }) => sum + length, 0) };
}
