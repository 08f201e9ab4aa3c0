export { LeaderEpochs } from './leader-epochs.ts';
export {
  type AbortedTransaction,
  Log,
  type LogOptions,
  type LogRead,
  type SegmentView,
  type TimestampedOffset,
} from './log.ts';
export { type LogConfig, logConfigTable } from './log-config.ts';
export { OpenFiles } from './open-files.ts';
export { BATCHES_KEPT_PER_PRODUCER, lastSequence, type ProducerBatch, type ProducerEntry } from './producer-entry.ts';
export { ProducerStates } from './producer-states.ts';
