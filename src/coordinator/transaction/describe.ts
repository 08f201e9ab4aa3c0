// DescribeTransactions and ListTransactions.

import { type DescribeTransactionsResponse, errorCode, type ListTransactionsRequest } from '../../protocol/index.ts';
import { nowMs, type TransactionContext } from './transaction-context.ts';
import type { TransactionState } from './transaction-state.ts';

export type TransactionDescription = DescribeTransactionsResponse['transactionStates'][number];

export interface ListedTransaction {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly transactionState: TransactionState;
}

export function describeTransaction(context: TransactionContext, transactionalId: string): TransactionDescription {
  const metadata = context.transactions.get(transactionalId);
  if (metadata === undefined) return describedError(transactionalId, errorCode('TRANSACTIONAL_ID_NOT_FOUND'));
  return {
    errorCode: 0,
    transactionalId,
    transactionState: metadata.state,
    transactionTimeoutMs: metadata.timeoutMs,
    transactionStartTimeMs: metadata.startTimestampMs,
    producerId: metadata.producerId,
    producerEpoch: metadata.producerEpoch,
    topics: Array.from(metadata.partitions, ([topic, partitions]) => ({ topic, partitions: [...partitions] })),
  };
}

export function describedError(transactionalId: string, code: number): TransactionDescription {
  return {
    errorCode: code,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0n,
    producerId: 0n,
    producerEpoch: 0,
    topics: [],
  };
}

/** `matches` judges the transactional id. */
export function listedTransactions(
  context: TransactionContext,
  { stateFilters, producerIdFilters, durationFilter }: ListTransactionsRequest,
  matches: (transactionalId: string) => boolean,
): ListedTransaction[] {
  const now = nowMs(context);
  const listed: ListedTransaction[] = [];
  for (const { transactionalId, producerId, state, startTimestampMs } of context.transactions.values()) {
    if (producerIdFilters.length > 0 && !producerIdFilters.includes(producerId)) continue;
    if (stateFilters.length > 0 && !stateFilters.includes(state)) continue;
    // Without a transaction the time of its start is -1, so that it counts as very old, as in Apache Kafka.
    if (durationFilter >= 0n && now - startTimestampMs <= durationFilter) continue;
    if (matches(transactionalId)) listed.push({ transactionalId, producerId, transactionState: state });
  }
  return listed;
}
