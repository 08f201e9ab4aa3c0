// Reads the batches of a file one after the other and checks everything that can be checked: CRC, and offsets without gaps.

import { BATCH_HEADER_BYTES, type BatchHeader, validateBatch } from '../../protocol/index.ts';

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
 * Whether a good batch lies somewhere behind the bad bytes at `position`, whose offsets begin at `minOffset`. An append is synced before the next one
 * begins, so a crash can only tear the last batch: a good one behind a bad one means that the disk has changed what was synced.
 */
export function hasBatchBehind(content: Buffer, position: number, minOffset: bigint): boolean {
  for (let next = position + 1; next + BATCH_HEADER_BYTES <= content.length; next++) {
    if (content[next + MAGIC_AT] === CURRENT_MAGIC && isBatchAt(content, next, minOffset)) return true;
  }
  return false;
}

function isBatchAt(content: Buffer, position: number, minOffset: bigint): boolean {
  const baseOffset = content.readBigInt64BE(position);
  // There are fewer records than bytes, which rules out nearly everything before a checksum is made.
  if (baseOffset < minOffset || baseOffset > minOffset + BigInt(content.length)) return false;
  try {
    validateBatch(content, position);
    return true;
  } catch {
    return false;
  }
}

const MAGIC_AT = 16;
const CURRENT_MAGIC = 2;
