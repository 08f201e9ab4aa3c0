// Records of message formats 0 and 1, which old logs still hold: a message is its own batch, or wraps a compressed set of messages.
// Inner offsets are absolute in format 0 and relative, with the wrapper carrying the last one, in format 1.

import { compressionOf, isCompressed, timestampTypeOf } from './attributes.ts';
import { type BatchHeader, LOG_OVERHEAD_BYTES, MIN_LENGTH_BY_MAGIC } from './batch-header.ts';
import { inflate } from './inflate.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';
import { NO_HEADERS, RecordView } from './record.ts';

// Of the message, from its CRC on.
const MAGIC = 4;
const ATTRIBUTES = 5;
const TIMESTAMP = 6;
const KEY_LENGTH = [6, 14] as const;

interface Message {
  readonly offset: bigint;
  readonly magic: number;
  readonly attributes: number;
  readonly timestamp: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export function* readLegacyRecords(buffer: Buffer, header: BatchHeader, maxBytes: number): Generator<RecordView, void> {
  const start = header.position + LOG_OVERHEAD_BYTES;
  const end = start + header.batchLength;
  if (end > buffer.length) {
    throw new InvalidRecordBatchError(
      'CORRUPT_MESSAGE',
      'truncated',
      `Cannot read message: it has ${header.sizeInBytes} bytes, ${buffer.length - header.position} are there`,
    );
  }
  const outer = readMessage(buffer, start, end, header.baseOffset);
  if (!isCompressed(outer.attributes)) {
    yield toRecord(outer, outer.offset, outer.timestamp);
    return;
  }
  const inner = readInnerMessages(outer, maxBytes);
  const shift = outer.magic === 1 ? offsetShift(outer, inner) : 0n;
  const appendTime =
    outer.magic === 1 && timestampTypeOf(outer.attributes) === 'LogAppendTime' ? outer.timestamp : undefined;
  for (const message of inner) {
    const timestamp = message.magic === 1 ? (appendTime ?? message.timestamp) : message.timestamp;
    yield toRecord(message, message.offset + shift, timestamp);
  }
}

/** The offset of the first record, which in a compressed wrapper only the inside tells. */
export function readLegacyBaseOffset(buffer: Buffer, header: BatchHeader, maxBytes: number): bigint {
  for (const record of readLegacyRecords(buffer, header, maxBytes)) return record.offset;
  return header.baseOffset;
}

function readInnerMessages(outer: Message, maxBytes: number): Message[] {
  const type = compressionOf(outer.attributes);
  if (type === 'zstd') throw invalid(`zstd does not exist in magic ${outer.magic}`);
  if (outer.value === null) throw invalid('a compressed message has no value');
  const set = inflate(outer.value, type, maxBytes, outer.magic);
  const messages: Message[] = [];
  let position = 0;
  // A set that was cut off ends with its last whole message, as in Kafka.
  while (set.length - position >= LOG_OVERHEAD_BYTES) {
    const length = set.readInt32BE(position + 8);
    if (length < MIN_LENGTH_BY_MAGIC[0]) throw invalid(`an inner message has length ${length}`);
    const start = position + LOG_OVERHEAD_BYTES;
    if (length > set.length - start) break;
    const message = readMessage(set, start, start + length, set.readBigInt64BE(position));
    if (isCompressed(message.attributes)) throw invalid('an inner message is compressed');
    messages.push(message);
    position = start + length;
  }
  if (messages.length === 0) throw invalid('a compressed message holds no messages');
  return messages;
}

/** What to add to the relative offsets of a format 1 wrapper. */
function offsetShift(outer: Message, inner: readonly Message[]): bigint {
  // Some librdkafka versions produced wrappers with offset 0.
  if (outer.offset === 0n) return 0n;
  const lastInner = (inner[inner.length - 1] as Message).offset;
  if (outer.offset < lastInner) {
    throw invalid(`wrapper offset ${outer.offset} is below its last inner offset ${lastInner}`);
  }
  return outer.offset - lastInner;
}

function readMessage(buffer: Buffer, start: number, end: number, offset: bigint): Message {
  const magic = buffer.readInt8(start + MAGIC);
  const keyLengthAt = magic === 0 || magic === 1 ? KEY_LENGTH[magic] : undefined;
  if (keyLengthAt === undefined) throw invalid(`magic ${magic} cannot stand inside magic 0 or 1`);
  if (end - start < (MIN_LENGTH_BY_MAGIC[magic] as number)) throw invalid(`a message has only ${end - start} bytes`);
  const keyStart = start + keyLengthAt + 4;
  const keyEnd = fieldEnd(keyStart, buffer.readInt32BE(keyStart - 4), end - 4);
  const valueStart = Math.max(keyStart, keyEnd) + 4;
  const valueEnd = fieldEnd(valueStart, buffer.readInt32BE(valueStart - 4), end);
  return {
    offset,
    magic,
    attributes: buffer.readInt8(start + ATTRIBUTES),
    timestamp: magic === 0 ? -1n : buffer.readBigInt64BE(start + TIMESTAMP),
    key: keyEnd < keyStart ? null : buffer.subarray(keyStart, keyEnd),
    value: valueEnd < valueStart ? null : buffer.subarray(valueStart, valueEnd),
  };
}

/** The end of a field, or -1 for null. */
function fieldEnd(start: number, length: number, limit: number): number {
  if (length < 0) return -1;
  if (length > limit - start) throw invalid(`a field claims ${length} bytes, ${limit - start} are left`);
  return start + length;
}

function toRecord(message: Message, offset: bigint, timestamp: bigint): RecordView {
  return new RecordView(offset, timestamp, message.key, message.value, NO_HEADERS);
}

function invalid(detail: string): InvalidRecordBatchError {
  return new InvalidRecordBatchError('INVALID_RECORD', 'record', `Cannot read message set: ${detail}`);
}
