// UnregisterBroker: forgets a broker that is gone for good.

import { unregisterBroker } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const unregisterBrokerHandler = handler(unregisterBroker, {
  async handle(request, context) {
    requireCluster(context, 'alter');
    await context.services.metadata.unregisterBroker(request.brokerId);
    return { errorCode: 0, errorMessage: null };
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message }),
});
