// Reads the batches of a file one after the other and checks everything that can be checked: CRC, and offsets without gaps.

import { BATCH_HEADER_BYTES, type BatchHeader, LOG_OVERHEAD_BYTES, validateBatch } from '../../protocol/index.ts';

export interface Scan {
  readonly batches: readonly BatchHeader[];
  /** Bytes up to the end of the last good batch. */
  readonly goodBytes: number;
  /** The offset after the last good batch. */
  readonly endOffset: bigint;
  /** Why the bytes behind are no batch; undefined when there are none. */
  readonly failure: Error | undefined;
}

export function scanBatches(content: Buffer, baseOffset: bigint): Scan {
  const batches: BatchHeader[] = [];
  let position = 0;
  let endOffset = baseOffset;
  while (position < content.length) {
    try {
      const header = validateBatch(content, position);
      if (header.baseOffset !== endOffset) {
        throw new Error(`the batch at byte ${position} begins at offset ${header.baseOffset}, ${endOffset} comes next`);
      }
      batches.push(header);
      position += header.sizeInBytes;
      endOffset = header.lastOffset + 1n;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return { batches, goodBytes: position, endOffset, failure };
    }
  }
  return { batches, goodBytes: position, endOffset, failure: undefined };
}

/**
 * Whether a good batch lies behind the bad bytes at `position`. An append is synced before the next one begins, so a crash can only tear the last
 * batch: a good one behind a bad one means that the disk has changed what was synced.
 */
export function hasBatchBehind(content: Buffer, position: number): boolean {
  if (content.length - position < LOG_OVERHEAD_BYTES) return false;
  const claimed = content.readInt32BE(position + BATCH_LENGTH_AT) + LOG_OVERHEAD_BYTES;
  const next = position + claimed;
  if (claimed < BATCH_HEADER_BYTES || next >= content.length) return false;
  try {
    validateBatch(content, next);
    return true;
  } catch {
    return false;
  }
}

const BATCH_LENGTH_AT = 8;
