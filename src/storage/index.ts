// Storage: the contract between the broker and what keeps its data, and the engines that implement it.

export type {
  AbortedTransaction,
  AppendListener,
  AppendOptions,
  AppendResult,
  Durability,
  HostedPartition,
  Isolation,
  KnownTopic,
  LogConfig,
  LogDirDescription,
  Partition,
  PartitionSpec,
  ProducerDescription,
  ReadOptions,
  ReadResult,
  StorageEngine,
  TimestampedOffset,
} from './engine.ts';
export {
  type JournalFileName,
  journalFile,
  listJournalFiles,
  parseJournalFileName,
} from './local/journal/journal-files.ts';
export { encodeGroup, groupBytes, type JournaledBatches } from './local/journal/journal-group.ts';
export { type JournalDamage, type LocatedBatch, readJournalFile } from './local/journal/read-journal-file.ts';
export { LocalEngine, type LocalEngineOptions } from './local/local-engine.ts';
export {
  type CompletedTransaction,
  type Decision,
  decide,
  type SequencedBatch,
  type SequencerChanges,
  type SequencerState,
  type SequencingError,
  type SequencingResult,
  type TransactionMarker,
} from './sequencer.ts';
export { logDirectoriesOf, type StorageConfig, storageConfigTable, validateStorageConfig } from './storage-config.ts';
export { type AppendRules, type ValidatedAppend, validateAppend } from './validate-append.ts';
