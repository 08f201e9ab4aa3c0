// Batches of a partition that follow one another in its log and lie one behind the other in memory: thousands of small appends are a few objects.
// Whoever keeps a run has one of its own, which grows with what is appended.

import { GrowingBytes } from '../../log/index.ts';
import { batchSizeAt, lastOffsetDeltaAt } from '../../protocol/index.ts';

export class BatchRun {
  readonly baseOffset: bigint;
  #endOffset: bigint;
  readonly #memory: GrowingBytes;

  constructor(baseOffset: bigint, endOffset: bigint, bytes: Buffer) {
    this.baseOffset = baseOffset;
    this.#endOffset = endOffset;
    this.#memory = new GrowingBytes(bytes);
  }

  /** The offset after the last record. */
  get endOffset(): bigint {
    return this.#endOffset;
  }

  get sizeInBytes(): number {
    return this.#memory.length;
  }

  /** Whole batches of magic 2, with their final offsets, without gaps between these: as many as there are now. */
  get bytes(): Buffer {
    return this.#memory.bytes;
  }

  /** Takes in these batches; false, and nothing happens, where they do not follow in the log, or stand elsewhere in memory. */
  extend(baseOffset: bigint, endOffset: bigint, bytes: Buffer): boolean {
    if (this.#endOffset !== baseOffset || !this.#memory.extend(bytes)) return false;
    this.#endOffset = endOffset;
    return true;
  }
}

/** From the batch that holds the offset on, which must be below the end. */
export function runFrom(run: BatchRun, offset: bigint): BatchRun {
  if (offset <= run.baseOffset) return run;
  const { bytes } = run;
  // How far the offset is behind that of the batch.
  let behind = Number(offset - run.baseOffset);
  let position = 0;
  for (let count = countAt(bytes, 0); behind >= count; count = countAt(bytes, position)) {
    behind -= count;
    position += batchSizeAt(bytes, position);
  }
  return new BatchRun(offset - BigInt(behind), run.endOffset, bytes.subarray(position));
}

/** The first batches, all of them below `endOffset` and at most `maxBytes` together; the first one may be larger if `minOneBatch`. */
export function batchesBelow(run: BatchRun, endOffset: bigint, maxBytes: number, minOneBatch: boolean): Buffer {
  const { bytes } = run;
  if (run.endOffset <= endOffset && bytes.length <= maxBytes) return bytes;
  let left = Number(endOffset - run.baseOffset);
  let end = 0;
  while (end < bytes.length) {
    left -= countAt(bytes, end);
    const next = end + batchSizeAt(bytes, end);
    const isTooLarge = next > maxBytes && !(minOneBatch && end === 0);
    if (left < 0 || isTooLarge) break;
    end = next;
  }
  return bytes.subarray(0, end);
}

function countAt(bytes: Buffer, position: number): number {
  return lastOffsetDeltaAt(bytes, position) + 1;
}
