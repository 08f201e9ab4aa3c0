// The door of record batches: headers without parsing, validation, reading and writing of records, control records.

export {
  compressionOf,
  hasDeleteHorizon,
  isCompressed,
  isControl,
  isTransactional,
  type TimestampType,
  timestampTypeOf,
} from './attributes.ts';
export { BatchBuilder, type BatchOptions, type EncodeBatchOptions, encodeBatch } from './batch-builder.ts';
export {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  batchSizeAt,
  HEADER_BYTES_UP_TO_MAGIC,
  LOG_OVERHEAD_BYTES,
  lastOffsetDeltaAt,
  type ProducerState,
  placeBatch,
  readBatchHeader,
  setMaxTimestampAndLogAppendTime,
  writeBaseOffset,
  writeLeaderEpoch,
  writeMaxTimestamp,
  writeProducerState,
} from './batch-header.ts';
export { decrementSequence, incrementSequence, lastSequence } from './batch-sequence.ts';
export {
  CONTROL_RECORD_TYPES,
  type ControlBatchOptions,
  type ControlRecord,
  type ControlRecordType,
  type EndTransactionBatchOptions,
  type EndTransactionMarker,
  encodeControlBatch,
  encodeEndTransactionBatch,
  readControlRecordType,
  readEndTransactionMarker,
} from './control-records.ts';
export { crc32c } from './crc32c.ts';
export {
  InvalidRecordBatchError,
  type RecordBatchErrorName,
  type RecordBatchReason,
  type RecordError,
} from './invalid-record-batch-error.ts';
export { type IterateBatchesOptions, iterateBatches, splitBatches } from './iterate-batches.ts';
export { readLegacyBaseOffset } from './legacy-records.ts';
export { DEFAULT_MAX_INFLATED_BYTES, openRecords, type ReadRecordsOptions, readRecords } from './read-records.ts';
export { NO_HEADERS, type RecordHeader, type RecordInput, RecordView } from './record.ts';
export { type BatchLimits, type ProducedBatchLimits, validateBatch, validateProducedBatch } from './validate-batch.ts';
export {
  needsTimestampValidation,
  type RecordRules,
  type RecordsSummary,
  type TimestampRange,
  validateRecords,
} from './validate-records.ts';
