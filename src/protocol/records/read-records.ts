// The records of a batch, of every magic and compression, inflated within a limit. The broker's data path does not come here.

import { compressionOf, isCompressed } from './attributes.ts';
import { BATCH_HEADER_BYTES, type BatchHeader } from './batch-header.ts';
import { inflate } from './inflate.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';
import { readLegacyRecords } from './legacy-records.ts';
import { NO_HEADERS, type RecordHeader, RecordView } from './record.ts';
import { RecordCursor } from './record-cursor.ts';

/** What a batch may inflate to where the reader does not say: a hundred times the default of `message.max.bytes` and more. */
export const DEFAULT_MAX_INFLATED_BYTES = 128 * 1024 * 1024;

export interface ReadRecordsOptions {
  /** Limit on the inflated bytes of the batch; beyond it the batch is refused. */
  readonly maxBytes?: number;
  /**
   * 'effective' (the default): the time of the append in a LogAppendTime batch, as consumers see it. 'stored': what the producer
   * wrote, which a LogAppendTime batch still carries.
   */
  readonly timestamps?: 'effective' | 'stored';
}

/**
 * Reads the records of the batch whose `header` was read from `buffer`. Throws InvalidRecordBatchError, at the latest when
 * the bad record is reached: records before it have been given by then.
 */
export function readRecords(
  buffer: Buffer,
  header: BatchHeader,
  options: ReadRecordsOptions = {},
): Iterable<RecordView> {
  return header.magic < 2
    ? readLegacyRecords(buffer, header, options.maxBytes ?? DEFAULT_MAX_INFLATED_BYTES)
    : readBatchRecords(buffer, header, options);
}

function* readBatchRecords(
  buffer: Buffer,
  header: BatchHeader,
  options: ReadRecordsOptions,
): Generator<RecordView, void> {
  const cursor = openRecords(buffer, header, options.maxBytes);
  const { baseOffset, baseTimestamp } = header;
  const appendTime =
    header.timestampType === 'LogAppendTime' && options.timestamps !== 'stored' ? header.maxTimestamp : undefined;
  while (cursor.advance()) {
    yield new RecordView(
      BigInt.asIntN(64, baseOffset + BigInt(cursor.offsetDelta)),
      appendTime ?? BigInt.asIntN(64, baseTimestamp + BigInt(cursor.timestampDelta)),
      view(cursor.buffer, cursor.keyStart, cursor.keyLength),
      view(cursor.buffer, cursor.valueStart, cursor.valueLength),
      cursor.headerCount === 0 ? NO_HEADERS : readHeaders(cursor),
    );
  }
}

/** A cursor before the first record of a magic 2 batch, inflated where it is compressed. */
export function openRecords(buffer: Buffer, header: BatchHeader, maxBytes = DEFAULT_MAX_INFLATED_BYTES): RecordCursor {
  const start = header.position + BATCH_HEADER_BYTES;
  const end = header.position + header.sizeInBytes;
  if (end > buffer.length) {
    throw new InvalidRecordBatchError(
      'CORRUPT_MESSAGE',
      'truncated',
      `Cannot read records: the batch has ${header.sizeInBytes} bytes, ${buffer.length - header.position} are there`,
    );
  }
  if (!isCompressed(header.attributes)) return new RecordCursor(buffer, start, end, header.recordCount);
  const inflated = inflate(buffer.subarray(start, end), compressionOf(header.attributes), maxBytes);
  return new RecordCursor(inflated, 0, inflated.length, header.recordCount);
}

function view(buffer: Buffer, start: number, length: number): Buffer | null {
  return length < 0 ? null : buffer.subarray(start, start + length);
}

function readHeaders(cursor: RecordCursor): RecordHeader[] {
  const headers: RecordHeader[] = [];
  const buffer = cursor.buffer;
  cursor.visitHeaders((nameStart, nameEnd, valueStart, valueLength) => {
    headers.push([buffer.toString('utf8', nameStart, nameEnd), view(buffer, valueStart, valueLength)]);
  });
  return headers;
}
