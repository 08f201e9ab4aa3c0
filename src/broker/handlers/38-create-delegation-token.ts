// CreateDelegationToken (KIP-48): a token for oneself or, where that is allowed, for somebody else (KIP-373).

import { tokenOwner } from '../../metadata/index.ts';
import { createDelegationToken, errorCode, KafkaError } from '../../protocol/index.ts';
import { isAuthorized } from '../authorization.ts';
import { handler } from '../handler.ts';
import { principalText } from '../principal.ts';
import { forVersion, requireTokenRequests } from '../token-requests.ts';

export const createDelegationTokenHandler = handler(createDelegationToken, {
  async handle(request, context) {
    requireTokenRequests(context);
    const { principal, services } = context;
    const owner = `${tokenOwner(request, principal).type}:${tokenOwner(request, principal).name}`;
    if (owner !== principalText(principal) && !isAuthorized(context, 'createTokens', 'user', owner)) {
      throw new KafkaError('DELEGATION_TOKEN_AUTHORIZATION_FAILED');
    }
    return forVersion(await services.metadata.createToken(request, principal), context.apiVersion);
  },
  fail(request, error, { principal, apiVersion }) {
    const owner = tokenOwner(request, principal);
    const answer = {
      errorCode: errorCode(error.code),
      principalType: owner.type,
      principalName: owner.name,
      tokenRequesterPrincipalType: principal.type,
      tokenRequesterPrincipalName: principal.name,
      issueTimestampMs: -1n,
      expiryTimestampMs: -1n,
      maxTimestampMs: -1n,
      tokenId: '',
      hmac: Buffer.alloc(0),
    };
    return forVersion(answer, apiVersion);
  },
});
