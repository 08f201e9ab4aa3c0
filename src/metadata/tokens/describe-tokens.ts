// DescribeDelegationToken (KIP-48): the tokens that somebody may see, with what makes them secret.

import type {
  DescribeDelegationTokenRequest,
  describeDelegationToken as describeApi,
  Item,
  ResponseInput,
} from '../../protocol/index.ts';
import { tokenHmac } from '../../security/index.ts';
import type { Answer } from '../controller/decision.ts';
import type { DelegationToken, DelegationTokensImage } from '../image/delegation-tokens-image.ts';

export interface TokenPermissions {
  /** Who asks, as text. It may see its own tokens, and those that it may renew. */
  readonly requester: string;
  canDescribe(tokenId: string): boolean;
  /** Whether the tokens of that owner may be seen. */
  canDescribeTokensOf(owner: string): boolean;
}

/** Null owners ask for all. */
export function describeTokens(
  tokens: DelegationTokensImage,
  { owners }: Pick<DescribeDelegationTokenRequest, 'owners'>,
  permissions: TokenPermissions,
  secretKey: string,
): Answer<typeof describeApi> {
  const asked = owners?.map(({ principalType, principalName }) => `${principalType}:${principalName}`);
  const shown = Array.from(tokens.byId.values()).filter(
    (token) =>
      (asked === undefined || asked.some((principal) => belongsTo(token, principal))) && maySee(token, permissions),
  );
  return { errorCode: 0, tokens: shown.map((token) => describe(token, secretKey)) };
}

function belongsTo({ owner, renewers }: DelegationToken, principal: string): boolean {
  return owner === principal || renewers.includes(principal);
}

function maySee(token: DelegationToken, permissions: TokenPermissions): boolean {
  if (belongsTo(token, permissions.requester)) return true;
  return permissions.canDescribe(token.tokenId) || permissions.canDescribeTokensOf(token.owner);
}

function describe(token: DelegationToken, secretKey: string): Item<ResponseInput<typeof describeApi>['tokens']> {
  const owner = parsePrincipal(token.owner);
  const requester = parsePrincipal(token.requester);
  return {
    ...owner,
    tokenRequesterPrincipalType: requester.principalType,
    tokenRequesterPrincipalName: requester.principalName,
    issueTimestamp: token.issueTimestamp,
    expiryTimestamp: token.expirationTimestamp,
    maxTimestamp: token.maxTimestamp,
    tokenId: token.tokenId,
    hmac: tokenHmac(secretKey, token.tokenId),
    renewers: token.renewers.map(parsePrincipal),
  };
}

/** Of `User:alice`; a name may have colons too. */
export function parsePrincipal(text: string): { principalType: string; principalName: string } {
  const colon = text.indexOf(':');
  return { principalType: text.slice(0, colon), principalName: text.slice(colon + 1) };
}
