// ExpireDelegationToken (KIP-48): ends a token, now or after a time.

import { errorCode, expireDelegationToken } from '../../protocol/index.ts';
import { handler } from '../handler.ts';
import { requireTokenRequests } from '../token-requests.ts';

export const expireDelegationTokenHandler = handler(expireDelegationToken, {
  handle(request, context) {
    requireTokenRequests(context);
    return context.services.metadata.expireToken(request, context.principal);
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), expiryTimestampMs: -1n }),
});
