// Looks at the single records of a batch that a client wrote, where a topic's settings ask for it: keys on compacted topics, timestamps
// within a range. Inflates compressed batches, so the data path comes here only when it must.

import type { TimestampType } from './attributes.ts';
import type { BatchHeader } from './batch-header.ts';
import { InvalidRecordBatchError, type RecordError } from './invalid-record-batch-error.ts';
import { openRecords } from './read-records.ts';

/** `message.timestamp.before.max.ms` and `message.timestamp.after.max.ms` around the broker's time; all in milliseconds. */
export interface TimestampRange {
  readonly now: bigint;
  readonly beforeMaxMs: bigint;
  readonly afterMaxMs: bigint;
}

export interface RecordRules {
  /** The topic is compacted. */
  readonly requireKeys?: boolean;
  /** The topic's `message.timestamp.type`: a CreateTime topic checks the range, a LogAppendTime topic refuses batches that claim it. */
  readonly timestampType?: Exclude<TimestampType, 'NoTimestampType'>;
  readonly timestamps?: TimestampRange;
  /** Limit on the inflated bytes. */
  readonly maxBytes?: number;
}

export interface RecordsSummary {
  /** The greatest timestamp of the records, as stored; -1 where none has one. */
  readonly maxTimestamp: bigint;
  /** False where the records do not count 0, 1, 2 ...: Kafka then writes the batch anew with offsets that do. */
  readonly offsetsAreSequential: boolean;
  /** The header's count, which has been found true. */
  readonly recordCount: number;
}

/** An error response lists at most this many records; Kafka lists all. */
const MAX_RECORD_ERRORS = 1000;

/** Checks every record of a magic 2 batch. Throws INVALID_RECORD or INVALID_TIMESTAMP with the refused ones in `recordErrors`. */
export function validateRecords(buffer: Buffer, header: BatchHeader, rules: RecordRules = {}): RecordsSummary {
  const cursor = openRecords(buffer, header, rules.maxBytes);
  const batchHasAppendTime = header.timestampType === 'LogAppendTime';
  const topicHasCreateTime = (rules.timestampType ?? 'CreateTime') === 'CreateTime';
  const recordErrors: RecordError[] = [];
  let timestampsAreWrong = false;
  let maxTimestamp = -1n;
  let offsetsAreSequential = true;
  while (cursor.advance()) {
    const timestamp = batchHasAppendTime
      ? header.maxTimestamp
      : BigInt.asIntN(64, header.baseTimestamp + BigInt(cursor.timestampDelta));
    if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    if (cursor.offsetDelta !== cursor.index) offsetsAreSequential = false;
    let message: string | undefined;
    if (rules.requireKeys === true && cursor.keyLength < 0) {
      message = 'a compacted topic takes no record without a key';
    } else if (topicHasCreateTime && timestamp !== -1n) {
      message = rules.timestamps && outOfRange(timestamp, rules.timestamps);
      timestampsAreWrong ||= message !== undefined;
    } else if (batchHasAppendTime) {
      message = 'producers may not set the timestamp type LogAppendTime';
      timestampsAreWrong = true;
    }
    if (message !== undefined && recordErrors.length < MAX_RECORD_ERRORS) {
      recordErrors.push({ batchIndex: cursor.index, message });
    }
  }
  if (recordErrors.length > 0) throw refused(recordErrors, timestampsAreWrong);
  return { maxTimestamp, offsetsAreSequential, recordCount: header.recordCount };
}

/**
 * True where the header alone cannot show that all timestamps are in range: only the greatest stands in it, so a limit on old ones
 * (Kafka's default is none) means looking at each.
 */
export function needsTimestampValidation(header: BatchHeader, range: TimestampRange): boolean {
  return range.now - range.beforeMaxMs > 0n || header.maxTimestamp - range.now > range.afterMaxMs;
}

function outOfRange(timestamp: bigint, range: TimestampRange): string | undefined {
  const age = range.now - timestamp;
  if (age <= range.beforeMaxMs && -age <= range.afterMaxMs) return undefined;
  return `timestamp ${timestamp} is outside [${range.now - range.beforeMaxMs}, ${range.now + range.afterMaxMs}]`;
}

function refused(recordErrors: readonly RecordError[], timestampsAreWrong: boolean): InvalidRecordBatchError {
  const first = recordErrors[0];
  const detail = `${recordErrors.length} records are invalid, the first is record ${first?.batchIndex}: ${first?.message}`;
  return timestampsAreWrong
    ? new InvalidRecordBatchError('INVALID_TIMESTAMP', 'timestamp', `Batch refused: ${detail}`, { recordErrors })
    : new InvalidRecordBatchError('INVALID_RECORD', 'key-missing', `Batch refused: ${detail}`, { recordErrors });
}
