// DescribeDelegationToken (KIP-48): the tokens of some owners, or all, as far as the sender may see them.

import { describeTokens } from '../../metadata/index.ts';
import { describeDelegationToken, errorCode, KafkaError } from '../../protocol/index.ts';
import { isAuthorized } from '../authorization.ts';
import { handler } from '../handler.ts';
import { principalText } from '../principal.ts';
import { forVersion, requireTokenRequests } from '../token-requests.ts';

export const describeDelegationTokenHandler = handler(describeDelegationToken, {
  handle(request, context) {
    requireTokenRequests(context);
    const { metadata, config } = context.services;
    const secretKey = config['delegation.token.secret.key'];
    if (secretKey === null) throw new KafkaError('DELEGATION_TOKEN_AUTH_DISABLED');
    const permissions = {
      requester: principalText(context.principal),
      canDescribe: (tokenId: string) => isAuthorized(context, 'describe', 'delegationToken', tokenId),
      canDescribeTokensOf: (owner: string) => isAuthorized(context, 'describeTokens', 'user', owner),
    };
    const answer = describeTokens(metadata.image.delegationTokens, request, permissions, secretKey);
    return { ...answer, tokens: answer.tokens.map((token) => forVersion(token, context.apiVersion)) };
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), tokens: [] }),
});
