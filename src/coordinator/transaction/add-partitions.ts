// AddPartitionsToTxn and AddOffsetsToTxn: a transaction gets to know the partitions that it must end in, before anything is written to
// them. Brokers also ask whether it knows them (`verifyPartitions`), before they take a producer's records.

import { type ErrorName, KafkaError } from '../../protocol/index.ts';
import type { ProducerIdentity } from './init-producer-id.ts';
import { hasPartition, type TopicPartition } from './topic-partitions.ts';
import {
  changedTo,
  nowMs,
  requireEnded,
  requireProducer,
  type TransactionContext,
  type TransactionResult,
} from './transaction-context.ts';
import { type TransactionMetadata, withAddedPartitions } from './transaction-metadata.ts';

export interface PartitionsRequest extends ProducerIdentity {
  readonly transactionalId: string;
  readonly partitions: readonly TopicPartition[];
}

export function addPartitions(
  context: TransactionContext,
  request: PartitionsRequest,
  clientTransactionVersion: number,
): TransactionResult<undefined> {
  const { transactionalId, partitions } = request;
  const ending = context.transactions.get(transactionalId);
  // Before all else: the producer may know its next id already, which it gets when the transaction has ended.
  if (ending !== undefined) requireEnded(ending);
  const current = requireCurrent(context, request);
  const areKnown = partitions.every((partition) => hasPartition(current.partitions, partition));
  if (current.state === 'Ongoing' && areKnown) return { records: [], response: undefined };
  return changedTo(withAddedPartitions(current, partitions, clientTransactionVersion, nowMs(context)), undefined);
}

/** The error of each partition, in their order. */
export function verifyPartitions(context: TransactionContext, request: PartitionsRequest): ErrorName[] {
  const current = requireCurrent(context, request);
  requireEnded(current);
  return request.partitions.map((partition) =>
    hasPartition(current.partitions, partition) ? 'NONE' : 'TRANSACTION_ABORTABLE',
  );
}

function requireCurrent(context: TransactionContext, request: PartitionsRequest): TransactionMetadata {
  const current = requireProducer(context, request.transactionalId, request.producerId);
  if (current.producerEpoch !== request.producerEpoch) throw new KafkaError('PRODUCER_FENCED');
  return current;
}
