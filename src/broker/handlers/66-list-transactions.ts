// ListTransactions: transactional ids by state and producer, from v1 on by the age of the transaction, from v2 on by a pattern (KIP-1152).

import { errorCode, listTransactions } from '../../protocol/index.ts';
import { mayDo } from '../authorization.ts';
import { handler } from '../handler.ts';

export const listTransactionsHandler = handler(listTransactions, {
  async handle(request, context) {
    const response = await context.services.transactions.listTransactions(request);
    const transactionStates = response.transactionStates.filter(({ transactionalId }) =>
      mayDo(context, 'describe', 'transactionalId', transactionalId),
    );
    return { ...response, transactionStates };
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), unknownStateFilters: [], transactionStates: [] }),
});
