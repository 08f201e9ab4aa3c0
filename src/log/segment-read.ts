// Reads whole batches from a segment's file, and gives out none that is not what was written.

import { BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES, readBatchHeader, validateBatch } from '../protocol/index.ts';
import { LogCorruptError, orCorrupt } from './log-error.ts';
import type { Segment } from './segment.ts';

export interface SegmentReadOptions {
  /** May be inside a batch: the batch that contains it comes first. */
  readonly startOffset: bigint;
  readonly maxBytes: number;
  /** No batch that reaches it is given. */
  readonly endOffset: bigint;
  /** Give the first batch even if it is larger than `maxBytes`. */
  readonly minOneBatch: boolean;
  /** Where the segment behind this one begins; undefined for the last one. */
  readonly nextBaseOffset?: bigint | undefined;
}

/** Where the next batch after those that were read begins. */
export interface ReadEnd {
  readonly offset: bigint;
  readonly position: number;
}

export interface SegmentRead {
  readonly records: Buffer;
  readonly end: ReadEnd;
}

const BATCH_LENGTH_POSITION = 8;
const NOTHING = Buffer.alloc(0);

/**
 * Undefined when the segment has nothing at or behind the start. `previous` is where an earlier read ended: a reader that goes on there is spared
 * the search.
 */
export async function readSegment(
  segment: Segment,
  options: SegmentReadOptions,
  previous?: ReadEnd,
): Promise<SegmentRead | undefined> {
  const fileEnd = segment.writtenBytes;
  const position =
    previous?.offset === options.startOffset
      ? previous.position
      : (await segment.locate(options.startOffset))?.position;
  if (position === undefined || position >= fileEnd) return undefined;
  const bytes = await readBytes(
    segment,
    position,
    Math.min(Math.max(options.maxBytes, BATCH_HEADER_BYTES), fileEnd - position),
    fileEnd,
    options,
  );
  return wholeBatches(segment, bytes, position, options);
}

/** The bytes from `position` on: as many as asked for, or the whole first batch where that is wanted and larger. */
async function readBytes(
  segment: Segment,
  position: number,
  length: number,
  fileEnd: number,
  options: SegmentReadOptions,
): Promise<Buffer> {
  return segment.useFile(async (file) => {
    const bytes = Buffer.allocUnsafe(length);
    const count = await file.read(bytes, position);
    const firstBytes = sizeOfFirst(segment, bytes.subarray(0, count), position);
    if (firstBytes <= count || !options.minOneBatch) return bytes.subarray(0, count);
    if (position + firstBytes > fileEnd)
      throw new LogCorruptError(segment.path, position, `the batch claims ${firstBytes} bytes, the file ends before`);
    const larger = Buffer.allocUnsafe(firstBytes);
    return larger.subarray(0, await file.read(larger, position));
  });
}

function sizeOfFirst(segment: Segment, bytes: Buffer, position: number): number {
  return orCorrupt(segment.path, position, () => readBatchHeader(bytes, 0).sizeInBytes);
}

function wholeBatches(segment: Segment, bytes: Buffer, position: number, options: SegmentReadOptions): SegmentRead {
  let length = 0;
  let nextOffset = options.startOffset;
  let leastOffset = segment.baseOffset;
  while (bytes.length - length >= LOG_OVERHEAD_BYTES) {
    const end = length + LOG_OVERHEAD_BYTES + bytes.readInt32BE(length + BATCH_LENGTH_POSITION);
    const isTooMuch = end > options.maxBytes && !(length === 0 && options.minOneBatch);
    if (end > bytes.length || isTooMuch) break;
    let lastOffset: bigint | undefined;
    try {
      lastOffset = checkBatch(segment, { bytes, at: length, position: position + length, leastOffset }, options);
    } catch (error) {
      // What stands before it is good. Whoever goes on behind that is told.
      if (length === 0) throw error;
      break;
    }
    if (lastOffset === undefined) break;
    length = end;
    nextOffset = lastOffset + 1n;
    leastOffset = nextOffset;
  }
  return {
    records: length === 0 ? NOTHING : bytes.subarray(0, length),
    end: { offset: nextOffset, position: position + length },
  };
}

/** The last offset of a batch that is what was written; undefined where it is not for this reader yet. */
function checkBatch(
  { path }: Segment,
  batch: { readonly bytes: Buffer; readonly at: number; readonly position: number; readonly leastOffset: bigint },
  { endOffset, nextBaseOffset }: SegmentReadOptions,
): bigint | undefined {
  const { bytes, at, position, leastOffset } = batch;
  const { baseOffset, lastOffset } = orCorrupt(path, position, () => readBatchHeader(bytes, at));
  // Offsets are outside of the checksum: a damaged one shows in that it does not follow what is before.
  const isBehind = lastOffset >= (nextBaseOffset ?? lastOffset + 1n);
  if (baseOffset < leastOffset || lastOffset < baseOffset || isBehind) {
    const reason = `the batch claims offsets ${baseOffset} to ${lastOffset}, which do not stand here`;
    throw new LogCorruptError(path, position, reason);
  }
  const isForLater = lastOffset >= endOffset;
  // Who begins below the end should get something: the batch may only say that it reaches so far.
  if (isForLater && at > 0) return undefined;
  orCorrupt(path, position, () => validateBatch(bytes, at));
  return isForLater ? undefined : lastOffset;
}
