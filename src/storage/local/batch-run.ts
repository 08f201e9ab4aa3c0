// Batches of a partition that follow one another in its log and lie one behind the other in memory: thousands of small appends are a few objects.

import { joinBuffers } from '../../log/index.ts';
import { batchSizeAt, lastOffsetDeltaAt } from '../../protocol/index.ts';

export interface BatchRun {
  readonly baseOffset: bigint;
  /** The offset after the last record. */
  readonly endOffset: bigint;
  /** Whole batches of magic 2, with their final offsets, without gaps between these. */
  readonly bytes: Buffer;
}

/** Both as one; undefined where `next` does not follow in the log, or stands elsewhere in memory. */
export function joinRuns(run: BatchRun, next: BatchRun): BatchRun | undefined {
  if (run.endOffset !== next.baseOffset) return undefined;
  const bytes = joinBuffers(run.bytes, next.bytes);
  return bytes && { baseOffset: run.baseOffset, endOffset: next.endOffset, bytes };
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
  return { baseOffset: offset - BigInt(behind), endOffset: run.endOffset, bytes: bytes.subarray(position) };
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
