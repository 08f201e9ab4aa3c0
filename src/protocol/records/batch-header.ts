// The header of a record batch, read without touching the records, and the fields that a broker writes in place. Magic 0 and 1
// messages, which stand where batches stand, are read to the same shape.

import { isCompressed, type TimestampType, timestampTypeOf, withTimestampType } from './attributes.ts';
import { crc32c } from './crc32c.ts';
import { readInt64, writeInt64 } from './int64.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';

/** Offset (8) and length (4): what stands before the bytes that the length counts. */
export const LOG_OVERHEAD_BYTES = 12;
/** The whole header of a magic 2 batch; its records follow. */
export const BATCH_HEADER_BYTES = 61;
/** Enough bytes to know magic and size. */
export const HEADER_BYTES_UP_TO_MAGIC = 17;

/** Where the fields of a magic 2 batch stand. */
export const BATCH_FIELD = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const;

/** What the length field of a magic 0, 1 and 2 entry is at least. */
export const MIN_LENGTH_BY_MAGIC = [14, 22, BATCH_HEADER_BYTES - LOG_OVERHEAD_BYTES] as const;

export interface BatchHeader {
  /** Where in the buffer the batch was read. */
  readonly position: number;
  /** Magic 0 and 1: the offset of the message; that of the last inner one where it wraps others, see readRecords. */
  readonly baseOffset: bigint;
  /** Bytes after the length field. */
  readonly batchLength: number;
  /** All bytes of the batch, `batchLength` plus 12. */
  readonly sizeInBytes: number;
  /** -1 in magic 0 and 1. */
  readonly partitionLeaderEpoch: number;
  readonly magic: number;
  /** Unsigned. CRC-32C in magic 2, CRC-32 before. */
  readonly crc: number;
  /** The bits as stored; see attributes.ts. */
  readonly attributes: number;
  /** 0 in magic 0 and 1. */
  readonly lastOffsetDelta: number;
  readonly lastOffset: bigint;
  /** -1 where there is none. */
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly timestampType: TimestampType;
  /** -1 where the producer is not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  /** As claimed; -1 for a magic 0 or 1 message that wraps others. */
  readonly recordCount: number;
}

/**
 * Reads the header at `position`; only the header's bytes need to be there, not the records. Throws CORRUPT_MESSAGE when they are
 * not, and for a magic or length that no batch can have. CRC and everything behind the length are taken as they are.
 */
export function readBatchHeader(buffer: Buffer, position = 0): BatchHeader {
  const { magic, batchLength } = readMagicAndLength(buffer, position);
  if (magic < 2) return readLegacyHeader(buffer, position, magic, batchLength);
  needBytes(buffer, position, BATCH_HEADER_BYTES);
  const baseOffset = readInt64(buffer, position);
  const attributes = buffer.readInt16BE(position + BATCH_FIELD.attributes);
  const lastOffsetDelta = buffer.readInt32BE(position + BATCH_FIELD.lastOffsetDelta);
  return {
    position,
    baseOffset,
    batchLength,
    sizeInBytes: batchLength + LOG_OVERHEAD_BYTES,
    partitionLeaderEpoch: buffer.readInt32BE(position + BATCH_FIELD.partitionLeaderEpoch),
    magic,
    crc: buffer.readUInt32BE(position + BATCH_FIELD.crc),
    attributes,
    lastOffsetDelta,
    lastOffset: BigInt.asIntN(64, baseOffset + BigInt(lastOffsetDelta)),
    baseTimestamp: readInt64(buffer, position + BATCH_FIELD.baseTimestamp),
    maxTimestamp: readInt64(buffer, position + BATCH_FIELD.maxTimestamp),
    timestampType: timestampTypeOf(attributes),
    producerId: readInt64(buffer, position + BATCH_FIELD.producerId),
    producerEpoch: buffer.readInt16BE(position + BATCH_FIELD.producerEpoch),
    baseSequence: buffer.readInt32BE(position + BATCH_FIELD.baseSequence),
    recordCount: buffer.readInt32BE(position + BATCH_FIELD.recordCount),
  };
}

/** Bytes of the batch at `position`, of any magic, as its length field says. For batches that were checked before. */
export function batchSizeAt(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position + BATCH_FIELD.batchLength) + LOG_OVERHEAD_BYTES;
}

/** Of the magic 2 batch at `position`. */
export function lastOffsetDeltaAt(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position + BATCH_FIELD.lastOffsetDelta);
}

/** Magic and length of the entry at `position`, both judged. Needs 17 bytes. */
export function readMagicAndLength(buffer: Buffer, position: number): { magic: number; batchLength: number } {
  needBytes(buffer, position, HEADER_BYTES_UP_TO_MAGIC);
  const batchLength = buffer.readInt32BE(position + BATCH_FIELD.batchLength);
  const magic = buffer.readInt8(position + BATCH_FIELD.magic);
  const minLength = MIN_LENGTH_BY_MAGIC[magic];
  if (minLength === undefined) {
    throw new InvalidRecordBatchError(
      'CORRUPT_MESSAGE',
      'magic',
      `Batch at byte ${position} has unknown magic ${magic}`,
    );
  }
  if (batchLength < minLength) {
    throw new InvalidRecordBatchError(
      'CORRUPT_MESSAGE',
      'size',
      `Batch at byte ${position} has length ${batchLength}, magic ${magic} needs at least ${minLength}`,
    );
  }
  return { magic, batchLength };
}

/** Outside the CRC. Magic 0 and 1 too, where it is the message's (or the last inner message's) offset. */
export function writeBaseOffset(buffer: Buffer, position: number, baseOffset: bigint): void {
  writeInt64(buffer, position, baseOffset);
}

/** A header while the batch gets its place. */
type PlacedHeader = { -readonly [Field in keyof BatchHeader]: BatchHeader[Field] };

/**
 * Gives the batch of this header, of magic 2, its place in a log: offset and leader epoch are written into the batch and into the header. Neither is
 * covered by the CRC. Returns its last offset.
 */
export function placeBatch(buffer: Buffer, header: PlacedHeader, baseOffset: bigint, leaderEpoch: number): bigint {
  writeInt64(buffer, header.position, baseOffset);
  writeLeaderEpoch(buffer, header.position, leaderEpoch);
  header.baseOffset = baseOffset;
  header.lastOffset = baseOffset + BigInt(header.lastOffsetDelta);
  header.partitionLeaderEpoch = leaderEpoch;
  return header.lastOffset;
}

/** Outside the CRC. Magic 2 only: there is no epoch before. */
export function writeLeaderEpoch(buffer: Buffer, position: number, epoch: number): void {
  buffer.writeInt32BE(epoch, position + BATCH_FIELD.partitionLeaderEpoch);
}

/** Sets the timestamp type and the maximum timestamp of a magic 2 batch, and its CRC where one of them changed. */
export function writeMaxTimestamp(buffer: Buffer, position: number, type: TimestampType, maxTimestamp: bigint): void {
  const attributes = buffer.readInt16BE(position + BATCH_FIELD.attributes);
  const changed = withTimestampType(attributes, type);
  if (changed === attributes && buffer.readBigInt64BE(position + BATCH_FIELD.maxTimestamp) === maxTimestamp) return;
  buffer.writeInt16BE(changed, position + BATCH_FIELD.attributes);
  buffer.writeBigInt64BE(maxTimestamp, position + BATCH_FIELD.maxTimestamp);
  writeBatchCrc(buffer, position);
}

/** Makes every record of a magic 2 batch carry the broker's time (`message.timestamp.type=LogAppendTime`). */
export function setMaxTimestampAndLogAppendTime(buffer: Buffer, position: number, timestamp: bigint): void {
  writeMaxTimestamp(buffer, position, 'LogAppendTime', timestamp);
}

export interface ProducerState {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
}

/** Gives a finished magic 2 batch another producer state (a producer that lost its epoch sends its batches again), and its CRC. */
export function writeProducerState(buffer: Buffer, position: number, state: ProducerState): void {
  buffer.writeBigInt64BE(state.producerId, position + BATCH_FIELD.producerId);
  buffer.writeInt16BE(state.producerEpoch, position + BATCH_FIELD.producerEpoch);
  buffer.writeInt32BE(state.baseSequence, position + BATCH_FIELD.baseSequence);
  writeBatchCrc(buffer, position);
}

/** The CRC-32C that the batch at `position`, of magic 2 and with all its bytes there, should have. */
export function computeBatchCrc(buffer: Buffer, position: number): number {
  const end = position + LOG_OVERHEAD_BYTES + buffer.readInt32BE(position + BATCH_FIELD.batchLength);
  return crc32c(buffer, position + BATCH_FIELD.attributes, end);
}

export function writeBatchCrc(buffer: Buffer, position: number): void {
  buffer.writeUInt32BE(computeBatchCrc(buffer, position), position + BATCH_FIELD.crc);
}

function readLegacyHeader(buffer: Buffer, position: number, magic: number, batchLength: number): BatchHeader {
  needBytes(buffer, position, LOG_OVERHEAD_BYTES + (MIN_LENGTH_BY_MAGIC[magic] as number));
  const offset = buffer.readBigInt64BE(position);
  const attributes = buffer.readInt8(position + 17);
  const timestamp = magic === 0 ? -1n : buffer.readBigInt64BE(position + 18);
  return {
    position,
    baseOffset: offset,
    batchLength,
    sizeInBytes: batchLength + LOG_OVERHEAD_BYTES,
    partitionLeaderEpoch: -1,
    magic,
    crc: buffer.readUInt32BE(position + 12),
    attributes,
    lastOffsetDelta: 0,
    lastOffset: offset,
    baseTimestamp: timestamp,
    maxTimestamp: timestamp,
    timestampType: magic === 0 ? 'NoTimestampType' : timestampTypeOf(attributes),
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    recordCount: isCompressed(attributes) ? -1 : 1,
  };
}

function needBytes(buffer: Buffer, position: number, bytes: number): void {
  if (buffer.length - position >= bytes) return;
  throw new InvalidRecordBatchError(
    'CORRUPT_MESSAGE',
    'truncated',
    `Batch at byte ${position} needs ${bytes} bytes of header, ${buffer.length - position} are left`,
  );
}
