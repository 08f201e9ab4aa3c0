// Walks over batches that stand one after the other, as in a segment, a Fetch response or a Produce request.

import {
  type BatchHeader,
  HEADER_BYTES_UP_TO_MAGIC,
  LOG_OVERHEAD_BYTES,
  readBatchHeader,
  readMagicAndLength,
} from './batch-header.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';

export interface IterateBatchesOptions {
  readonly start?: number;
  readonly end?: number;
  /**
   * What a batch that is cut off at the end means: 'refuse' (the default) throws, 'ignore' ends the walk there. A Fetch response
   * may end in one.
   */
  readonly partialTail?: 'refuse' | 'ignore';
  /** A longer batch is corrupt. */
  readonly maxBatchBytes?: number;
}

/** The header of every batch; the bytes of each lie whole in `buffer` at `header.position`. */
export function* iterateBatches(buffer: Buffer, options: IterateBatchesOptions = {}): Generator<BatchHeader, void> {
  const end = options.end ?? buffer.length;
  let position = options.start ?? 0;
  while (position < end) {
    const size = wholeSizeOf(buffer, position, end, options.maxBatchBytes);
    if (size === undefined) {
      if (options.partialTail === 'ignore') return;
      throw new InvalidRecordBatchError(
        'CORRUPT_MESSAGE',
        'truncated',
        `Batch at byte ${position} is cut off: only ${end - position} bytes of it are there`,
      );
    }
    yield readBatchHeader(buffer, position);
    position += size;
  }
}

/**
 * Bytes of the batch at `position`; undefined where it is not whole before `end`. A wrong magic or length is corruption, and throws, however little of
 * the batch is there.
 */
export function wholeSizeOf(
  buffer: Buffer,
  position: number,
  end: number,
  maxBatchBytes = Number.POSITIVE_INFINITY,
): number | undefined {
  const left = end - position;
  if (left < HEADER_BYTES_UP_TO_MAGIC) return undefined;
  const size = sizeOf(buffer, position, maxBatchBytes);
  return size <= left ? size : undefined;
}

/** Views on the single batches. */
export function splitBatches(buffer: Buffer, options: IterateBatchesOptions = {}): Buffer[] {
  const batches: Buffer[] = [];
  for (const { position, sizeInBytes } of iterateBatches(buffer, options)) {
    batches.push(buffer.subarray(position, position + sizeInBytes));
  }
  return batches;
}

function sizeOf(buffer: Buffer, position: number, maxBatchBytes: number): number {
  const size = readMagicAndLength(buffer, position).batchLength + LOG_OVERHEAD_BYTES;
  if (size <= maxBatchBytes) return size;
  throw new InvalidRecordBatchError(
    'CORRUPT_MESSAGE',
    'size',
    `Batch at byte ${position} has ${size} bytes, the limit is ${maxBatchBytes}`,
  );
}
