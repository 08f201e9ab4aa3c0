// What producers of different ages call the errors of transactions.

import { type ErrorName, errorCode, KafkaError } from '../protocol/index.ts';
import type { TransactionSupport } from './transaction-verification.ts';

/** Clients before `firstVersion` of an API know INVALID_PRODUCER_EPOCH only, and do the same about it. */
export function fencedErrorCode(code: number, apiVersion: number, firstVersion: number): number {
  const isUnknown = apiVersion < firstVersion && code === errorCode('PRODUCER_FENCED');
  return isUnknown ? errorCode('INVALID_PRODUCER_EPOCH') : code;
}

/** What a write is refused with when the coordinator has refused its partition. */
export function verificationError(name: ErrorName, support: TransactionSupport): KafkaError {
  if (name === 'PRODUCER_FENCED') return new KafkaError('INVALID_PRODUCER_EPOCH');
  if (name === 'TRANSACTION_ABORTABLE' && support === 'verify-with-old-errors') return notAdded();
  return name === 'INVALID_TXN_STATE' ? notAdded() : new KafkaError(name);
}

/** As `verificationError`, for Produce: what may pass by itself is told as an error that every producer tries again. */
export function produceVerificationError(name: ErrorName, support: TransactionSupport): KafkaError {
  const isConcurrent = name === 'CONCURRENT_TRANSACTIONS' && support !== 'add';
  if (!isConcurrent && !TEMPORARY.includes(name)) return verificationError(name, support);
  return new KafkaError(
    'NOT_ENOUGH_REPLICAS',
    `Unable to verify the partition has been added to the transaction. Underlying error: ${name}`,
  );
}

const TEMPORARY: readonly ErrorName[] = [
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
];

function notAdded(): KafkaError {
  return new KafkaError('INVALID_TXN_STATE', 'Partition was not added to the transaction');
}
