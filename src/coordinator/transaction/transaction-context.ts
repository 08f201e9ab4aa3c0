// What every operation on the transactional ids of one partition works with.

import type { ConfigValues } from '../../config/index.ts';
import type { Clock } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { OperationResult, ShardContext } from '../runtime/state-machine.ts';
import type { transactionConfigTable } from './transaction-config.ts';
import type { TransactionMetadata } from './transaction-metadata.ts';
import type { TransactionRecord } from './transaction-record.ts';
import { isEnding } from './transaction-state.ts';

export type TransactionConfig = ConfigValues<typeof transactionConfigTable>;

export interface TransactionContext {
  readonly config: TransactionConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shard: ShardContext<TransactionRecord>;
  readonly transactions: Map<string, TransactionMetadata>;
  /** The cluster's level of the feature `transaction.version`. */
  transactionVersion(): number;
  /** How many transactional ids the partition may have. */
  maxTransactionalIds(): number;
  /** Undefined when none is at hand; then there will be one soon. */
  takeProducerId(): bigint | undefined;
  /** Has the markers of a transaction written whose end is decided and committed, and then completes it. */
  writeMarkers(transactionalId: string): void;
}

export type TransactionResult<Response> = OperationResult<TransactionRecord, Response>;

/** Throws CONCURRENT_TRANSACTIONS while markers are being written: whoever comes now comes again, whatever he wants. */
export function requireEnded({ state }: TransactionMetadata): void {
  if (isEnding(state)) throw new KafkaError('CONCURRENT_TRANSACTIONS');
}

/** The transaction of a producer. Throws what is wrong with who asks. */
export function requireProducer(
  { transactions }: TransactionContext,
  transactionalId: string,
  producerId: bigint,
): TransactionMetadata {
  if (transactionalId === '') throw new KafkaError('INVALID_REQUEST');
  const metadata = transactions.get(transactionalId);
  if (metadata === undefined || metadata.producerId !== producerId) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING');
  return metadata;
}

/** Throws COORDINATOR_LOAD_IN_PROGRESS, which is asked again, when none is at hand. */
export function newProducerId(context: TransactionContext): bigint {
  const producerId = context.takeProducerId();
  if (producerId === undefined) throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS');
  return producerId;
}

export function nowMs({ clock }: TransactionContext): bigint {
  return BigInt(clock.now());
}

export function changedTo<Response>(metadata: TransactionMetadata, response: Response): TransactionResult<Response> {
  return { records: [{ transactionalId: metadata.transactionalId, metadata }], response };
}
