// The end of a transaction: EndTxn, and aborts that the coordinator decides on. First the decision is logged, and the producer told; then
// markers go to all partitions, and last the completion is logged. v5+ takes a new epoch with every end (KIP-890), so a repeated
// request is known by the epoch before.

import { KafkaError } from '../../protocol/index.ts';
import type { ProducerIdentity } from './init-producer-id.ts';
import {
  changedTo,
  newProducerId,
  nowMs,
  requireEnded,
  requireProducer,
  type TransactionContext,
  type TransactionResult,
} from './transaction-context.ts';
import {
  completed,
  FIRST_VERSION_WITH_EPOCH_BUMP,
  isEpochExhausted,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  prepared,
  type TransactionMetadata,
} from './transaction-metadata.ts';
import { isIdle } from './transaction-state.ts';

export interface EndTransactionRequest extends ProducerIdentity {
  readonly transactionalId: string;
  readonly isCommit: boolean;
  /** As the version of the request tells. */
  readonly clientTransactionVersion: number;
}

const LAST_EPOCH_OF_CLIENTS = 32766;
const UNCHANGED: ProducerIdentity = { producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH };

/** The identity with which the producer goes on; -1 where it keeps the one that it has. */
export function endTransaction(
  context: TransactionContext,
  request: EndTransactionRequest,
): TransactionResult<ProducerIdentity> {
  return request.clientTransactionVersion >= FIRST_VERSION_WITH_EPOCH_BUMP
    ? endWithNewEpoch(context, request)
    : endWithSameEpoch(context, request);
}

/** Aborts the open transaction on behalf of the coordinator; its producer's epoch is no good any more. */
export function fence(context: TransactionContext, current: TransactionMetadata): TransactionResult<undefined> {
  const version = context.transactionVersion();
  if (version >= FIRST_VERSION_WITH_EPOCH_BUMP) return prepare(context, current, { isCommit: false, version });
  // Before KIP-890 the end of a transaction takes no epoch of its own.
  const producerEpoch = Math.min(current.producerEpoch + 1, LAST_EPOCH_OF_CLIENTS + 1);
  const fenced = { ...current, producerEpoch, lastProducerEpoch: NO_PRODUCER_EPOCH };
  return prepare(context, fenced, { isCommit: false, version: 0 });
}

function endWithSameEpoch(
  context: TransactionContext,
  request: EndTransactionRequest,
): TransactionResult<ProducerIdentity> {
  const { isCommit } = request;
  const current = requireProducer(context, request.transactionalId, request.producerId);
  if (request.producerEpoch !== current.producerEpoch) throw new KafkaError('PRODUCER_FENCED');
  requireEnded(current);
  if (current.state === 'Ongoing')
    return { ...prepare(context, current, { isCommit, version: 0 }), response: UNCHANGED };
  if (current.state === (isCommit ? 'CompleteCommit' : 'CompleteAbort')) return { records: [], response: UNCHANGED };
  throw new KafkaError('INVALID_TXN_STATE');
}

function endWithNewEpoch(
  context: TransactionContext,
  request: EndTransactionRequest,
): TransactionResult<ProducerIdentity> {
  const { transactionalId, producerId, producerEpoch, isCommit, clientTransactionVersion: version } = request;
  if (transactionalId === '') throw new KafkaError('INVALID_REQUEST');
  const current = context.transactions.get(transactionalId);
  if (current === undefined) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING');
  // Before all else: the producer may know its next id already, which it gets when the transaction has ended.
  requireEnded(current);
  // A repeated request whose answer told the producer a new id.
  const isRetryAfterNewId =
    current.previousProducerId === producerId && producerEpoch === LAST_EPOCH_OF_CLIENTS && current.producerEpoch === 0;
  if (current.producerId !== producerId && !isRetryAfterNewId) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING');
  const isRetry = isRetryAfterNewId || current.producerEpoch === producerEpoch + 1;
  const isCurrent = current.producerEpoch === producerEpoch;
  const isEnded = current.state === 'CompleteCommit' || current.state === 'CompleteAbort';
  if (!isCurrent && !(isEnded && isRetry)) throw new KafkaError('PRODUCER_FENCED');

  if (current.state === 'Ongoing') return prepareForClient(context, current, { isCommit, version });
  if (isIdle(current.state) && isRetry) {
    if (current.state !== (isCommit ? 'CompleteCommit' : 'CompleteAbort')) throw new KafkaError('INVALID_TXN_STATE');
    return { records: [], response: { producerId: current.producerId, producerEpoch: current.producerEpoch } };
  }
  // The producer does not know whether it began one, and wants a clean start.
  if (isIdle(current.state) && !isCommit)
    return prepareForClient(context, current, { isCommit, version, isWithoutTransaction: true });
  throw new KafkaError('INVALID_TXN_STATE');
}

interface Ending {
  readonly isCommit: boolean;
  readonly version: number;
  readonly isWithoutTransaction?: boolean;
}

function prepareForClient(
  context: TransactionContext,
  current: TransactionMetadata,
  ending: Ending,
): TransactionResult<ProducerIdentity> {
  const result = prepare(context, current, ending);
  const [record] = result.records;
  const next = record?.metadata ?? current;
  // What the completion will make of it; it is told at once, since the outcome is decided.
  const { producerId, producerEpoch } = completed(next, nowMs(context));
  return { ...result, response: { producerId, producerEpoch } };
}

function prepare(
  context: TransactionContext,
  current: TransactionMetadata,
  { isCommit, version, isWithoutTransaction = false }: Ending,
): TransactionResult<undefined> {
  const needsNewId = version >= FIRST_VERSION_WITH_EPOCH_BUMP && isEpochExhausted(current.producerEpoch);
  const nextProducerId = needsNewId ? newProducerId(context) : NO_PRODUCER_ID;
  const end = { isCommit, clientTransactionVersion: version, nextProducerId, isWithoutTransaction };
  const next = prepared(current, end, nowMs(context));
  return {
    ...changedTo(next, undefined),
    afterCommit: () => context.writeMarkers(current.transactionalId),
  };
}
