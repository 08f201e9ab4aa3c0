// InitProducerId of a transactional id: a producer takes it over, and whoever had it before is fenced. A transaction that is open is
// aborted first; the producer asks again meanwhile. v3+ names the id and epoch that the producer has, to go on with them (KIP-360).

import { KafkaError } from '../../protocol/index.ts';
import { fence } from './end-transaction.ts';
import {
  changedTo,
  newProducerId,
  nowMs,
  requireEnded,
  type TransactionContext,
  type TransactionResult,
} from './transaction-context.ts';
import {
  isEpochExhausted,
  NO_PRODUCER_EPOCH,
  newTransaction,
  type TransactionMetadata,
  TWO_PHASE_COMMIT_TIMEOUT_MS,
  withNextEpoch,
  withNextProducerId,
} from './transaction-metadata.ts';
import { isIdle } from './transaction-state.ts';

export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export interface InitProducerIdOptions {
  readonly transactionalId: string;
  readonly timeoutMs: number;
  readonly enablesTwoPhaseCommit: boolean;
  readonly keepsPreparedTransaction: boolean;
  /** What the producer had. */
  readonly expected: ProducerIdentity | undefined;
}

/** The error instead of the identity when a transaction is being aborted for it. Throws the others. */
export type InitProducerIdOutcome = ProducerIdentity | 'CONCURRENT_TRANSACTIONS';

/** Throws what is wrong with the request whatever the state is. */
export function checkInitProducerId(config: TransactionContext['config'], options: InitProducerIdOptions): void {
  const { transactionalId, timeoutMs, enablesTwoPhaseCommit, keepsPreparedTransaction } = options;
  if (transactionalId === '') throw new KafkaError('INVALID_REQUEST', 'The transactional id is empty');
  if (enablesTwoPhaseCommit && !config['transaction.two.phase.commit.enable'])
    throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
  // Apache Kafka 4.3 does not keep them either.
  if (keepsPreparedTransaction) throw new KafkaError('UNSUPPORTED_VERSION');
  const isAllowed = timeoutMs > 0 && timeoutMs <= config['transaction.max.timeout.ms'];
  if (!enablesTwoPhaseCommit && !isAllowed) throw new KafkaError('INVALID_TRANSACTION_TIMEOUT');
}

export function initProducerId(
  context: TransactionContext,
  options: InitProducerIdOptions,
): TransactionResult<InitProducerIdOutcome> {
  const { transactionalId, expected } = options;
  const now = nowMs(context);
  const timeoutMs = options.enablesTwoPhaseCommit ? TWO_PHASE_COMMIT_TIMEOUT_MS : options.timeoutMs;
  const current = context.transactions.get(transactionalId) ?? remember(context, transactionalId, timeoutMs);
  requireEnded(current);
  if (expected !== undefined && !mayGoOn(current, expected)) throw new KafkaError('PRODUCER_FENCED');
  if (current.state === 'Ongoing') return { ...fence(context, current), response: 'CONCURRENT_TRANSACTIONS' };
  if (!isIdle(current.state)) throw new Error(`Transaction ${transactionalId} is in state ${current.state}`);
  const needsNewId =
    isEpochExhausted(current.producerEpoch) &&
    (expected?.producerEpoch ?? current.producerEpoch) === current.producerEpoch;
  const next = needsNewId
    ? withNextProducerId(current, newProducerId(context), timeoutMs, expected !== undefined, now)
    : withNextEpoch(current, timeoutMs, expected?.producerEpoch, now);
  return changedTo<InitProducerIdOutcome>(next, { producerId: next.producerId, producerEpoch: next.producerEpoch });
}

function remember(context: TransactionContext, transactionalId: string, timeoutMs: number): TransactionMetadata {
  const { transactions } = context;
  if (transactions.size >= context.maxTransactionalIds())
    throw new KafkaError(
      'POLICY_VIOLATION',
      `Cannot remember ${transactionalId}: there are ${transactions.size} others`,
    );
  return newTransaction(transactionalId, newProducerId(context), timeoutMs, nowMs(context));
}

/** Whether the producer is the last one that had the transactional id, as far as its id tells. */
function mayGoOn(current: TransactionMetadata, expected: ProducerIdentity): boolean {
  if (current.producerEpoch === NO_PRODUCER_EPOCH || expected.producerId === current.producerId) return true;
  // It may have got a new id and not have heard of it.
  return expected.producerId === current.previousProducerId && isEpochExhausted(expected.producerEpoch);
}
