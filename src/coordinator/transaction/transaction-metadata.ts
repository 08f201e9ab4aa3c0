// What is known of one transactional id, and its transitions: pure functions from one state to the next. The epochs and ids follow
// Kafka's rules to the letter, since they are what keeps an old producer from writing into a new one's transaction.

import { KafkaError } from '../../protocol/index.ts';
import { NO_PARTITIONS, type TopicPartition, type TopicPartitions, withPartitions } from './topic-partitions.ts';
import { mayFollow, type TransactionState } from './transaction-state.ts';

export interface TransactionMetadata {
  readonly transactionalId: string;
  readonly producerId: bigint;
  /** Before the last transition; -1 for none. */
  readonly previousProducerId: bigint;
  /** While a transaction ends whose epoch was the last one of its producer id; otherwise -1. */
  readonly nextProducerId: bigint;
  readonly producerEpoch: number;
  /** The one that a producer may still name when it repeats a request; -1 for none. Kafka does not log it. */
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly state: TransactionState;
  readonly partitions: TopicPartitions;
  /** -1 without a transaction. */
  readonly startTimestampMs: bigint;
  readonly lastUpdateTimestampMs: bigint;
  /** The transaction version of the client that began or ended the transaction. */
  readonly clientTransactionVersion: number;
}

/** From this version on every end of a transaction takes a new epoch (KIP-890). */
export const FIRST_VERSION_WITH_EPOCH_BUMP = 2;
/** A timeout that says that someone outside decides on the end of the transaction (KIP-939). */
export const TWO_PHASE_COMMIT_TIMEOUT_MS = 2 ** 31 - 1;
export const NO_PRODUCER_ID = -1n;
export const NO_PRODUCER_EPOCH = -1;
const LARGEST_EPOCH = 32767;

/** The largest epoch is kept for fencing: a producer gets a new id before it. */
export function isEpochExhausted(epoch: number): boolean {
  return epoch >= LARGEST_EPOCH - 1;
}

/** A transactional id that nobody has used; its first transition gives it epoch 0. */
export function newTransaction(
  transactionalId: string,
  producerId: bigint,
  timeoutMs: number,
  nowMs: bigint,
): TransactionMetadata {
  return {
    transactionalId,
    producerId,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: NO_PRODUCER_EPOCH,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs,
    state: 'Empty',
    partitions: NO_PARTITIONS,
    startTimestampMs: -1n,
    lastUpdateTimestampMs: nowMs,
    clientTransactionVersion: 0,
  };
}

/** The next epoch, or the same to a producer that repeats its request. Throws PRODUCER_FENCED for one that expects another. */
export function withNextEpoch(
  current: TransactionMetadata,
  timeoutMs: number,
  expectedEpoch: number | undefined,
  nowMs: bigint,
): TransactionMetadata {
  return transition(current, 'Empty', {
    ...epochsFor(current, expectedEpoch),
    timeoutMs,
    partitions: NO_PARTITIONS,
    startTimestampMs: -1n,
    lastUpdateTimestampMs: nowMs,
  });
}

export function withNextProducerId(
  current: TransactionMetadata,
  producerId: bigint,
  timeoutMs: number,
  rememberEpoch: boolean,
  nowMs: bigint,
): TransactionMetadata {
  return transition(current, 'Empty', {
    producerId,
    producerEpoch: 0,
    lastProducerEpoch: rememberEpoch ? current.producerEpoch : NO_PRODUCER_EPOCH,
    timeoutMs,
    partitions: NO_PARTITIONS,
    startTimestampMs: -1n,
    lastUpdateTimestampMs: nowMs,
  });
}

export function withAddedPartitions(
  current: TransactionMetadata,
  added: readonly TopicPartition[],
  clientTransactionVersion: number,
  nowMs: bigint,
): TransactionMetadata {
  return transition(current, 'Ongoing', {
    partitions: withPartitions(current.partitions, added),
    startTimestampMs: current.state === 'Ongoing' ? current.startTimestampMs : nowMs,
    lastUpdateTimestampMs: nowMs,
    clientTransactionVersion,
  });
}

export interface PreparedEnd {
  readonly isCommit: boolean;
  readonly clientTransactionVersion: number;
  /** For a producer whose epochs are used up; otherwise `NO_PRODUCER_ID`. */
  readonly nextProducerId: bigint;
  /** There is no transaction to end: only the epoch is to change. */
  readonly isWithoutTransaction: boolean;
}

/** Decides how the transaction ends. What follows are markers, and then `completed`. */
export function prepared(current: TransactionMetadata, end: PreparedEnd, nowMs: bigint): TransactionMetadata {
  const takesEpoch = end.clientTransactionVersion >= FIRST_VERSION_WITH_EPOCH_BUMP;
  const bumped = Math.min(current.producerEpoch + 1, LARGEST_EPOCH);
  return transition(current, end.isCommit ? 'PrepareCommit' : 'PrepareAbort', {
    ...(takesEpoch && { producerEpoch: bumped, lastProducerEpoch: current.producerEpoch }),
    startTimestampMs: end.isWithoutTransaction ? nowMs : current.startTimestampMs,
    nextProducerId: end.nextProducerId,
    lastUpdateTimestampMs: nowMs,
    clientTransactionVersion: end.clientTransactionVersion,
  });
}

/** All markers are written. A producer whose epochs are used up goes on with its next id. */
export function completed(current: TransactionMetadata, nowMs: bigint): TransactionMetadata {
  const takesNextId =
    current.clientTransactionVersion >= FIRST_VERSION_WITH_EPOCH_BUMP && current.nextProducerId !== NO_PRODUCER_ID;
  return transition(current, current.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort', {
    ...(takesNextId && { producerId: current.nextProducerId, producerEpoch: 0 }),
    nextProducerId: NO_PRODUCER_ID,
    partitions: NO_PARTITIONS,
    lastUpdateTimestampMs: nowMs,
  });
}

function epochsFor(current: TransactionMetadata, expectedEpoch: number | undefined) {
  const { producerEpoch, lastProducerEpoch } = current;
  if (expectedEpoch === undefined) return { producerEpoch: nextEpoch(current), lastProducerEpoch: NO_PRODUCER_EPOCH };
  if (producerEpoch === NO_PRODUCER_EPOCH || expectedEpoch === producerEpoch)
    return { producerEpoch: nextEpoch(current), lastProducerEpoch: producerEpoch };
  // It has not heard the answer to its last request. Nobody else came in between: that would have cleared the last epoch.
  if (expectedEpoch === lastProducerEpoch) return { producerEpoch, lastProducerEpoch };
  throw new KafkaError('PRODUCER_FENCED');
}

function nextEpoch({ transactionalId, producerEpoch }: TransactionMetadata): number {
  if (isEpochExhausted(producerEpoch)) throw new Error(`The epochs of ${transactionalId} are used up`);
  return producerEpoch + 1;
}

function transition(
  current: TransactionMetadata,
  state: TransactionState,
  changes: Partial<TransactionMetadata>,
): TransactionMetadata {
  if (!mayFollow(state, current.state))
    throw new Error(`Transaction ${current.transactionalId} cannot go from ${current.state} to ${state}`);
  return { ...current, previousProducerId: current.producerId, ...changes, state };
}
