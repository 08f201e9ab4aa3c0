// The attribute bits of a batch (magic 2) or message (magic 0 and 1).

import { type CompressionType, compressionId, compressionTypeOf } from '../compression/index.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';

/** As spelled by Kafka's configs and tools. Magic 0 has no timestamps. */
export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime';

const COMPRESSION_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const DELETE_HORIZON = 0x40;

export interface AttributeFlags {
  readonly compression: CompressionType;
  readonly timestampType: TimestampType;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly hasDeleteHorizon: boolean;
}

export function encodeAttributes(flags: AttributeFlags): number {
  return (
    compressionId(flags.compression) |
    (flags.timestampType === 'LogAppendTime' ? LOG_APPEND_TIME : 0) |
    (flags.isTransactional ? TRANSACTIONAL : 0) |
    (flags.isControl ? CONTROL : 0) |
    (flags.hasDeleteHorizon ? DELETE_HORIZON : 0)
  );
}

/** Throws UNSUPPORTED_COMPRESSION_TYPE for the ids that mean nothing. */
export function compressionOf(attributes: number): CompressionType {
  const type = compressionTypeOf(attributes & COMPRESSION_MASK);
  if (type !== undefined) return type;
  throw new InvalidRecordBatchError(
    'UNSUPPORTED_COMPRESSION_TYPE',
    'compression-type',
    `Compression type ${attributes & COMPRESSION_MASK} is unknown`,
  );
}

export function isCompressed(attributes: number): boolean {
  return (attributes & COMPRESSION_MASK) !== 0;
}

export function timestampTypeOf(attributes: number): TimestampType {
  return (attributes & LOG_APPEND_TIME) === 0 ? 'CreateTime' : 'LogAppendTime';
}

export function isTransactional(attributes: number): boolean {
  return (attributes & TRANSACTIONAL) !== 0;
}

export function isControl(attributes: number): boolean {
  return (attributes & CONTROL) !== 0;
}

/** Set by compaction: the base timestamp is then the time from which tombstones and markers may go (KIP-534). */
export function hasDeleteHorizon(attributes: number): boolean {
  return (attributes & DELETE_HORIZON) !== 0;
}

export function withTimestampType(attributes: number, type: TimestampType): number {
  return type === 'LogAppendTime' ? attributes | LOG_APPEND_TIME : attributes & ~LOG_APPEND_TIME;
}
