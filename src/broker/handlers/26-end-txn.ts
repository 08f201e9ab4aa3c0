// EndTxn: commits or aborts. The answer leaves when the decision is on disk; markers follow. v2+ hears PRODUCER_FENCED; v5+ gets the epoch
// of the next transaction, and with the last epoch also a new producer id (KIP-890).

import { endTxn, errorCode, KafkaError } from '../../protocol/index.ts';
import { isAuthorized } from '../authorization.ts';
import { handler } from '../handler.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

const FIRST_VERSION_WITH_PRODUCER_FENCED = 2;
const FIRST_VERSION_WITH_EPOCH_BUMP = 5;

export const endTxnHandler = handler(endTxn, {
  async handle({ transactionalId, producerId, producerEpoch, committed }, context) {
    if (!isAuthorized(context, 'write', 'transactionalId', transactionalId))
      throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
    const next = await context.services.transactions.endTransaction({
      transactionalId,
      producerId,
      producerEpoch,
      isCommit: committed,
      clientTransactionVersion: context.apiVersion >= FIRST_VERSION_WITH_EPOCH_BUMP ? 2 : 0,
    });
    return { errorCode: 0, ...next };
  },
  fail: (_request, error, { apiVersion }) => ({
    errorCode: fencedErrorCode(errorCode(error.code), apiVersion, FIRST_VERSION_WITH_PRODUCER_FENCED),
    producerId: -1n,
    producerEpoch: -1,
  }),
});
