// Looks for a good batch behind bad bytes, to tell a torn tail from damage in the middle of a file.

import type { DiskFile } from '../platform/index.ts';
import { BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES } from '../protocol/index.ts';
import { CheckedScan, FileWindow, isInvalidBatch } from './batch-scan.ts';

const WINDOW_BYTES = 256 * 1024;
const LENGTH_POSITION = 8;
const MAGIC_POSITION = 16;
const CURRENT_MAGIC = 2;
/** Batches of one segment are no further apart. */
const LARGEST_OFFSET_STEP = 2n ** 31n;

/** Position of the first batch of magic 2 in bytes [start, end) whose checksum is right and whose offset can follow `minOffset`. */
export async function findValidBatch(
  file: DiskFile,
  start: number,
  end: number,
  minOffset: bigint,
): Promise<number | undefined> {
  const window = new FileWindow(file, end, WINDOW_BYTES);
  const scan = new CheckedScan(file, end);
  let position = start;
  while (end - position >= BATCH_HEADER_BYTES) {
    const bytes = await window.at(position, BATCH_HEADER_BYTES);
    const count = bytes.length - BATCH_HEADER_BYTES + 1;
    for (let index = 0; index < count; index++) {
      if (!looksLikeBatch(bytes, index, end - position - index, minOffset)) continue;
      if (!isInvalidBatch(await scan.batchAt(position + index))) return position + index;
    }
    if (count <= 0) return undefined;
    position += count;
  }
  return undefined;
}

function looksLikeBatch(bytes: Buffer, index: number, bytesLeft: number, minOffset: bigint): boolean {
  // The magic alone rules out nearly every byte, so that a gigabyte takes seconds.
  if (bytes[index + MAGIC_POSITION] !== CURRENT_MAGIC) return false;
  const length = bytes.readInt32BE(index + LENGTH_POSITION);
  if (length < BATCH_HEADER_BYTES - LOG_OVERHEAD_BYTES || length + LOG_OVERHEAD_BYTES > bytesLeft) return false;
  const baseOffset = bytes.readBigInt64BE(index);
  return baseOffset >= minOffset && baseOffset <= minOffset + LARGEST_OFFSET_STEP;
}
