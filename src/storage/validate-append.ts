// What may be appended: the checks of Kafka's log validator. Bytes that a topic's settings want otherwise (timestamps, codec) are changed
// here, before offsets are given. Hot path: with default settings a client's batch costs one header and one CRC, and no record is parsed.

import type { LogConfig } from '../log/index.ts';
import {
  type BatchHeader,
  type CompressionType,
  compressionOf,
  DEFAULT_MAX_INFLATED_BYTES,
  encodeBatch,
  isControl,
  isTransactional,
  iterateBatches,
  KafkaError,
  needsTimestampValidation,
  type RecordsSummary,
  readBatchHeader,
  readRecords,
  setMaxTimestampAndLogAppendTime,
  validateProducedBatch,
  validateRecords,
  writeMaxTimestamp,
} from '../protocol/index.ts';

export interface AppendRules {
  /** `topic-partition`, for messages. */
  readonly name: string;
  readonly config: LogConfig;
  readonly origin: 'client' | 'coordinator';
  /** Wall time, milliseconds. */
  readonly nowMs: number;
}

export interface ValidatedAppend {
  /** What to append; another buffer than the one given when it had to be written anew. */
  readonly records: Buffer;
  readonly batches: readonly BatchHeader[];
  /** Milliseconds; -1 where records keep their own time. */
  readonly logAppendTimeMs: bigint;
}

/**
 * What a batch that must be looked into may inflate to: so many times what it may have as it comes, and not less or more than these. Producers reach a
 * tenth of that with text that repeats itself; bombs have a hundred times as much, and each would cost that memory at once.
 */
const MAX_INFLATED_RATIO = 32;
const LEAST_INFLATED_BYTES = 8 * 1024 * 1024;

/**
 * Checks the bytes of one append. Throws a `KafkaError`: CORRUPT_MESSAGE, INVALID_RECORD, INVALID_TIMESTAMP (these two may carry
 * `recordErrors`), MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, UNSUPPORTED_COMPRESSION_TYPE.
 */
export function validateAppend(records: Buffer, rules: AppendRules): ValidatedAppend {
  try {
    const validated = rules.origin === 'client' ? validateClient(records, rules) : validateCoordinator(records, rules);
    const segmentBytes = rules.config['segment.bytes'];
    if (validated.records.length > segmentBytes) {
      const detail = `it has ${validated.records.length} bytes, segment.bytes is ${segmentBytes}`;
      throw new KafkaError('RECORD_LIST_TOO_LARGE', `Append refused: ${detail}`);
    }
    return validated;
  } catch (error) {
    // The checks know only the bytes; an operator needs to know whose they were.
    if (error instanceof KafkaError) error.message = `Cannot append to ${rules.name}: ${error.message}`;
    throw error;
  }
}

function validateClient(records: Buffer, rules: AppendRules): ValidatedAppend {
  const { config } = rules;
  const header = validateProducedBatch(records, { maxBatchBytes: config['max.message.bytes'] });
  // What stands behind the batch is the beginning of another that was cut off.
  const batch = records.length === header.sizeInBytes ? records : records.subarray(0, header.sizeInBytes);
  const summary = validateRecordsWhereNeeded(batch, header, rules);
  const source = compressionOf(header.attributes);
  const target = targetCompression(config, source);
  if (target === source && summary?.offsetsAreSequential !== false) {
    const isChanged = applyTimestamps(batch, header, summary, rules);
    return validated(batch, isChanged ? readBatchHeader(batch) : header, rules);
  }
  const rewritten = recompress(batch, header, target, config, rules.nowMs);
  if (rewritten.length > config['max.message.bytes']) {
    const detail = `recompressed it has ${rewritten.length} bytes, max.message.bytes is ${config['max.message.bytes']}`;
    throw new KafkaError('MESSAGE_TOO_LARGE', `Batch refused: ${detail}`);
  }
  return validated(rewritten, readBatchHeader(rewritten), rules);
}

function validated(records: Buffer, header: BatchHeader, { config, nowMs }: AppendRules): ValidatedAppend {
  return { records, batches: [header], logAppendTimeMs: hasAppendTime(config) ? BigInt(nowMs) : -1n };
}

/** Coordinators are ourselves: their bytes need no check of content, but must fit the log. */
function validateCoordinator(records: Buffer, rules: AppendRules): ValidatedAppend {
  const { config, nowMs } = rules;
  const maxBatchBytes = config['max.message.bytes'];
  const batches: BatchHeader[] = [];
  for (const header of iterateBatches(records)) {
    if (header.sizeInBytes > maxBatchBytes) {
      const detail = `it has ${header.sizeInBytes} bytes, max.message.bytes is ${maxBatchBytes}`;
      throw new KafkaError('MESSAGE_TOO_LARGE', `Batch refused: ${detail}`);
    }
    if (header.magic !== 2) throw new KafkaError('INVALID_RECORD', `Batch refused: its magic is ${header.magic}`);
    if (hasAppendTime(config)) setMaxTimestampAndLogAppendTime(records, header.position, BigInt(nowMs));
    batches.push(hasAppendTime(config) ? readBatchHeader(records, header.position) : header);
  }
  if (batches.length === 0) throw new KafkaError('INVALID_RECORD', 'Append refused: it has no batch');
  return { records, batches, logAppendTimeMs: hasAppendTime(config) ? BigInt(nowMs) : -1n };
}

/** Looks inside only where the header cannot answer: keys of compacted topics, timestamps that may be out of range. */
function validateRecordsWhereNeeded(
  batch: Buffer,
  header: BatchHeader,
  { config, nowMs }: AppendRules,
): RecordsSummary | undefined {
  const requireKeys = config['cleanup.policy'].includes('compact');
  const timestamps = {
    now: BigInt(nowMs),
    beforeMaxMs: BigInt(config['message.timestamp.before.max.ms']),
    afterMaxMs: BigInt(config['message.timestamp.after.max.ms']),
  };
  const timestampType = hasAppendTime(config) ? 'LogAppendTime' : 'CreateTime';
  const needed =
    requireKeys ||
    header.timestampType === 'LogAppendTime' ||
    (timestampType === 'CreateTime' && needsTimestampValidation(header, timestamps));
  if (!needed) return undefined;
  return validateRecords(batch, header, { requireKeys, timestampType, timestamps, maxBytes: maxInflatedBytes(config) });
}

function maxInflatedBytes(config: LogConfig): number {
  const wanted = config['max.message.bytes'] * MAX_INFLATED_RATIO;
  return Math.min(Math.max(wanted, LEAST_INFLATED_BYTES), DEFAULT_MAX_INFLATED_BYTES);
}

/** True when it changed the header. */
function applyTimestamps(
  batch: Buffer,
  header: BatchHeader,
  summary: RecordsSummary | undefined,
  { config, nowMs }: AppendRules,
): boolean {
  if (hasAppendTime(config)) {
    setMaxTimestampAndLogAppendTime(batch, 0, BigInt(nowMs));
    return true;
  }
  // Records that have been looked at put a header right that does not tell the truth about them.
  const isTrue = header.timestampType === 'CreateTime' && header.maxTimestamp === summary?.maxTimestamp;
  if (summary === undefined || isTrue) return false;
  writeMaxTimestamp(batch, 0, 'CreateTime', summary.maxTimestamp);
  return true;
}

function targetCompression(config: LogConfig, source: CompressionType): CompressionType {
  const type = config['compression.type'];
  if (type === 'producer') return source;
  return type === 'uncompressed' ? 'none' : (type as CompressionType);
}

function recompress(
  batch: Buffer,
  header: BatchHeader,
  compression: CompressionType,
  config: LogConfig,
  nowMs: number,
): Buffer {
  return encodeBatch({
    records: withoutOffsets(batch, header, maxInflatedBytes(config)),
    compression,
    compressionLevel: levelOf(config, compression),
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    isTransactional: isTransactional(header.attributes),
    isControl: isControl(header.attributes),
    ...(hasAppendTime(config) ? { timestampType: 'LogAppendTime' as const, maxTimestamp: BigInt(nowMs) } : {}),
  });
}

function* withoutOffsets(batch: Buffer, header: BatchHeader, maxBytes: number) {
  for (const { timestamp, key, value, headers } of readRecords(batch, header, { maxBytes })) {
    yield { timestamp, key, value, headers };
  }
}

function levelOf(config: LogConfig, compression: CompressionType): number | undefined {
  switch (compression) {
    case 'gzip':
      return config['compression.gzip.level'];
    case 'lz4':
      return config['compression.lz4.level'];
    case 'zstd':
      return config['compression.zstd.level'];
    default:
      return undefined;
  }
}

function hasAppendTime(config: LogConfig): boolean {
  return config['message.timestamp.type'] === 'LogAppendTime';
}
