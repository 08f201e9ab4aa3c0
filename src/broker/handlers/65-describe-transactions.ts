// DescribeTransactions: the state of transactional ids, without topics that the sender may not see (KIP-664).

import { describeTransactions, errorCode } from '../../protocol/index.ts';
import { isAuthorized, mayDo } from '../authorization.ts';
import { handler } from '../handler.ts';

export const describeTransactionsHandler = handler(describeTransactions, {
  async handle({ transactionalIds }, context) {
    const states = transactionalIds.map(async (transactionalId) => {
      if (!isAuthorized(context, 'describe', 'transactionalId', transactionalId))
        return failure(transactionalId, errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'));
      const state = await context.services.transactions.describeTransaction(transactionalId);
      return { ...state, topics: state.topics.filter(({ topic }) => mayDo(context, 'describe', 'topic', topic)) };
    });
    return { transactionStates: await Promise.all(states) };
  },
  fail: ({ transactionalIds }, error) => ({
    transactionStates: transactionalIds.map((transactionalId) => failure(transactionalId, errorCode(error.code))),
  }),
});

function failure(transactionalId: string, code: number) {
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
