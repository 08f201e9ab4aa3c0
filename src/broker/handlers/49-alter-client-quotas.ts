// AlterClientQuotas (KIP-546): sets and removes quotas of users, client ids and addresses.

import { alterClientQuotas } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const alterClientQuotasHandler = handler(alterClientQuotas, {
  handle(request, context) {
    requireCluster(context, 'alterConfigs');
    return context.services.metadata.alterClientQuotas(request);
  },
  fail: (request, error) => ({
    entries: request.entries.map(({ entity }) => ({
      errorCode: error.errorCode,
      errorMessage: error.message,
      entity,
    })),
  }),
});
