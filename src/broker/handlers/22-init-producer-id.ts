// InitProducerId: an id under which a producer numbers its batches; with a transactional id the one that fences older producers of it.
// v3+ names the id and epoch that the producer has; v4+ hears PRODUCER_FENCED; v6 (two-phase commit) is not stable yet.

import { errorCode, initProducerId, KafkaError, type RequestOf } from '../../protocol/index.ts';
import { isAuthorized, mayDoSomewhere, requireCluster } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

const FIRST_VERSION_WITH_PRODUCER_FENCED = 4;
const NONE = -1;

export const initProducerIdHandler = handler(initProducerId, {
  async handle(request, context) {
    authorize(request, context);
    const expected = expectedIdentity(request);
    const { transactionalId } = request;
    const { producerIds, transactions } = context.services;
    // Without a transactional id there is nothing to fence: whatever id the producer had, it gets a new one (KIP-360).
    if (transactionalId === null) return { errorCode: 0, producerId: await producerIds.next(), producerEpoch: 0 };
    const { producerId, producerEpoch } = await transactions.initProducerId({
      transactionalId,
      timeoutMs: request.transactionTimeoutMs,
      enablesTwoPhaseCommit: request.enable2Pc,
      keepsPreparedTransaction: request.keepPreparedTxn,
      expected,
    });
    return { errorCode: 0, producerId, producerEpoch };
  },
  fail: (_request, error, { apiVersion }) => ({
    errorCode: fencedErrorCode(errorCode(error.code), apiVersion, FIRST_VERSION_WITH_PRODUCER_FENCED),
    producerId: -1n,
    producerEpoch: NONE,
  }),
});

function authorize({ transactionalId, enable2Pc }: RequestOf<typeof initProducerId>, context: RequestContext): void {
  if (transactionalId === null) {
    // Who may write to some topic is let through, which must not look like a refusal in the audit log.
    if (mayDoSomewhere(context, 'write', 'topic')) return;
    requireCluster(context, 'idempotentWrite');
    return;
  }
  const isAllowed =
    isAuthorized(context, 'write', 'transactionalId', transactionalId) &&
    (!enable2Pc || isAuthorized(context, 'twoPhaseCommit', 'transactionalId', transactionalId));
  if (!isAllowed) throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
}

function expectedIdentity({ producerId, producerEpoch }: RequestOf<typeof initProducerId>) {
  const hasId = producerId !== BigInt(NONE);
  const hasEpoch = producerEpoch !== NONE;
  if (hasId !== hasEpoch) throw new KafkaError('INVALID_REQUEST');
  return hasId ? { producerId, producerEpoch } : undefined;
}
