// Is this batch what it claims to be? Header, size and CRC only: no record is parsed, nothing is inflated.

import { crc32 } from 'node:zlib';
import { compressionOf, isControl } from './attributes.ts';
import { BATCH_FIELD, type BatchHeader, computeBatchCrc, LOG_OVERHEAD_BYTES, readBatchHeader } from './batch-header.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';
import { wholeSizeOf } from './iterate-batches.ts';

export interface BatchLimits {
  /** A larger batch is MESSAGE_TOO_LARGE (`max.message.bytes`); no limit where it is not given. */
  readonly maxBatchBytes?: number;
  /** Where the bytes end; the end of the buffer unless given. */
  readonly end?: number;
}

/**
 * Checks a batch of any magic, wherever it comes from (a disk, a leader, a client). Throws CORRUPT_MESSAGE for a size, magic or CRC that
 * is wrong, and MESSAGE_TOO_LARGE; the batch may be cut off, then it is corrupt.
 */
export function validateBatch(buffer: Buffer, position = 0, limits: BatchLimits = {}): BatchHeader {
  const header = readBatchHeader(buffer, position);
  const left = (limits.end ?? buffer.length) - position;
  if (header.sizeInBytes > left) {
    throw corrupt('truncated', header, `it claims ${header.sizeInBytes} bytes, ${left} are left`);
  }
  requireSize(header, limits);
  requireCrc(buffer, header);
  return header;
}

export interface ProducedBatchLimits {
  /** `max.message.bytes`. */
  readonly maxBatchBytes?: number;
  /** zstd came with Produce version 7: older requests may not carry it. The newest unless given. */
  readonly produceVersion?: number;
}

const FIRST_PRODUCE_VERSION_WITH_ZSTD = 7;

/**
 * Checks the records of one partition in a Produce request as Apache Kafka 4.3 does before it looks at single records: exactly one
 * batch, magic 2, offsets counted from 0. Bytes of a cut off batch behind it are not an error: `sizeInBytes` tells what to keep.
 */
export function validateProducedBatch(records: Buffer, limits: ProducedBatchLimits = {}): BatchHeader {
  const size = wholeSizeOf(records, 0, records.length);
  if (size === undefined) throw refused('batch-count', 'a Produce request needs a record batch for each partition');
  const first = readBatchHeader(records);
  if (first.magic !== 2) throw refused('magic', `its magic is ${first.magic}, clients may only write magic 2`);
  const compression = compressionOf(first.attributes);
  if (
    compression === 'zstd' &&
    (limits.produceVersion ?? FIRST_PRODUCE_VERSION_WITH_ZSTD) < FIRST_PRODUCE_VERSION_WITH_ZSTD
  ) {
    throw new InvalidRecordBatchError(
      'UNSUPPORTED_COMPRESSION_TYPE',
      'compression-type',
      `Batch refused: Produce version ${limits.produceVersion} does not know zstd`,
    );
  }
  if (wholeSizeOf(records, size, records.length) !== undefined)
    throw refused('batch-count', 'a Produce request carries one batch for each partition');
  if (first.baseOffset !== 0n) throw refused('offsets', `its base offset is ${first.baseOffset}, it should be 0`);
  requireSize(first, limits);
  requireCrc(records, first);
  requireClientHeader(first);
  return first;
}

/** What a client's header may say. Coordinators and the metadata log write batches for which this does not hold. */
function requireClientHeader(header: BatchHeader): void {
  const { lastOffsetDelta, recordCount } = header;
  if (lastOffsetDelta < 0) throw refused('offsets', `its last offset delta is ${lastOffsetDelta}`);
  if (recordCount <= 0) throw refused('record-count', `it claims ${recordCount} records`);
  if (lastOffsetDelta + 1 !== recordCount) {
    throw refused('record-count', `it claims ${recordCount} records and a last offset delta of ${lastOffsetDelta}`);
  }
  if (isControl(header.attributes)) throw refused('control-batch', 'clients may not write control records');
  if (header.producerId > NO_PRODUCER_ID && header.baseSequence < 0) {
    throw refused('sequence', `producer ${header.producerId} gave it sequence ${header.baseSequence}`);
  }
}

function requireSize(header: BatchHeader, limits: { readonly maxBatchBytes?: number }): void {
  if (limits.maxBatchBytes === undefined || header.sizeInBytes <= limits.maxBatchBytes) return;
  throw new InvalidRecordBatchError(
    'MESSAGE_TOO_LARGE',
    'size',
    `Batch refused: it has ${header.sizeInBytes} bytes, the limit is ${limits.maxBatchBytes}`,
  );
}

function requireCrc(buffer: Buffer, header: BatchHeader): void {
  const computed = header.magic === 2 ? computeBatchCrc(buffer, header.position) : computeMessageCrc(buffer, header);
  if (computed !== header.crc) throw corrupt('crc', header, `its CRC is ${header.crc}, its bytes give ${computed}`);
}

function computeMessageCrc(buffer: Buffer, header: BatchHeader): number {
  return crc32(
    buffer.subarray(header.position + BATCH_FIELD.magic, header.position + LOG_OVERHEAD_BYTES + header.batchLength),
  );
}

function corrupt(reason: 'truncated' | 'crc', header: BatchHeader, detail: string): InvalidRecordBatchError {
  return new InvalidRecordBatchError(
    'CORRUPT_MESSAGE',
    reason,
    `Batch at byte ${header.position} with base offset ${header.baseOffset} is corrupt: ${detail}`,
  );
}

function refused(
  reason: 'batch-count' | 'magic' | 'offsets' | 'record-count' | 'control-batch' | 'sequence',
  detail: string,
): InvalidRecordBatchError {
  return new InvalidRecordBatchError('INVALID_RECORD', reason, `Batch refused: ${detail}`);
}

const NO_PRODUCER_ID = -1n;
