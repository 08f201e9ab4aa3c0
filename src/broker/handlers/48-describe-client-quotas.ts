// DescribeClientQuotas (KIP-546): the quotas of users, client ids and addresses.

import { describeClientQuotas as describe } from '../../metadata/index.ts';
import { describeClientQuotas } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const describeClientQuotasHandler = handler(describeClientQuotas, {
  handle(request, context) {
    requireCluster(context, 'describeConfigs');
    return describe(context.services.metadata.image.clientQuotas, request);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, entries: null }),
});
