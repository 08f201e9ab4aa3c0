// The door of the log module: one partition's log in Apache Kafka's files, and the files that stand beside the partitions.

export type { AbortedTransaction } from './aborted-transactions.ts';
export { type LocatedHeader, scanHeaders } from './batch-scan.ts';
export {
  CorruptCheckpointError,
  type PartitionOffset,
  readOffsetCheckpoint,
  writeOffsetCheckpoint,
} from './checkpoint-file.ts';
export { type CleanShutdown, readCleanShutdown, removeCleanShutdown, writeCleanShutdown } from './clean-shutdown.ts';
export { type CleanLogOptions, type CleanResult, cleanLog } from './cleaner/clean-log.ts';
export { type CleanableRange, cleanableRange, isWorthCleaning } from './cleaner/cleanable-range.ts';
export { GrowingBytes } from './growing-bytes.ts';
export { type EpochEntry, LeaderEpochs } from './leader-epochs.ts';
export { Log } from './log.ts';
export { type LogConfig, logConfigTable, validateLogConfig } from './log-config.ts';
export { LogCorruptError, LogUnusableError, OffsetOutOfRangeError } from './log-error.ts';
export type { LogOptions, LogServices } from './log-options.ts';
export { logSizeOf } from './log-size.ts';
export type { LogRead, SegmentView } from './log-views.ts';
export { type MetaProperties, readMetaProperties, writeMetaProperties } from './meta-properties.ts';
export { decodeOffsetIndex, type OffsetPosition } from './offset-index.ts';
export { OpenFiles } from './open-files.ts';
export { setAsideName } from './partition-directory.ts';
export { readPartitionMetadata } from './partition-metadata.ts';
export { BATCHES_KEPT_PER_PRODUCER, lastSequenceOf, type ProducerBatch, type ProducerEntry } from './producer-entry.ts';
export { CorruptSnapshotError, decodeProducerSnapshot } from './producer-snapshot.ts';
export { ProducerStates } from './producer-states.ts';
export { type RepairedLog, type RepairLogOptions, repairLog } from './repair-log.ts';
export { parseSegmentFileName, type SegmentFileKind, type SegmentFileName, segmentFileName } from './segment-files.ts';
export { decodeTimeIndex, type TimestampOffset } from './time-index.ts';
export type { TimestampedOffset } from './timestamp-search.ts';
export { type AbortedTransactionEntry, decodeTransactionIndex } from './transaction-index.ts';
export { type LogProblem, type LogProblemKind, type VerifiedLog, verifyLog } from './verify-log.ts';
