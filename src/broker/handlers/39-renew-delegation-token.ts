// RenewDelegationToken (KIP-48): prolongs a token, up to the end that it was created with.

import { errorCode, renewDelegationToken } from '../../protocol/index.ts';
import { handler } from '../handler.ts';
import { requireTokenRequests } from '../token-requests.ts';

export const renewDelegationTokenHandler = handler(renewDelegationToken, {
  handle(request, context) {
    requireTokenRequests(context);
    return context.services.metadata.renewToken(request, context.principal);
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), expiryTimestampMs: -1n }),
});
