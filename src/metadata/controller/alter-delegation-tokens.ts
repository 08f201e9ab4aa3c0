// Delegation tokens (KIP-48): creating, prolonging and ending them, and removing those whose time is over.

import type { Random } from '../../platform/index.ts';
import type {
  CreateDelegationTokenRequest,
  createDelegationToken as createApi,
  ExpireDelegationTokenRequest,
  expireDelegationToken as expireApi,
  RenewDelegationTokenRequest,
  renewDelegationToken as renewApi,
} from '../../protocol/index.ts';
import { KafkaError, randomUuid } from '../../protocol/index.ts';
import { isTokenHmac, tokenHmac } from '../../security/index.ts';
import { type DelegationToken, isTokenExpired } from '../image/delegation-tokens-image.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataConfig } from '../metadata-config.ts';
import type { Answer, Decision } from './decision.ts';

/** A principal as requests name it. */
export interface TokenPrincipal {
  readonly type: string;
  readonly name: string;
}

export interface TokenContext {
  readonly config: MetadataConfig;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly requester: TokenPrincipal;
}

/** Only people may renew tokens. */
const RENEWER_TYPE = 'User';
const LONGEST_MS = 2n ** 63n - 1n;
/** Tokens that are removed at once, as in Kafka. */
const MAX_REMOVED = 1000;

/** The owner is the requester unless the request names another. Throws DELEGATION_TOKEN_AUTH_DISABLED or INVALID_PRINCIPAL_TYPE. */
export function createToken(
  request: Pick<
    CreateDelegationTokenRequest,
    'ownerPrincipalType' | 'ownerPrincipalName' | 'renewers' | 'maxLifetimeMs'
  >,
  context: TokenContext,
): Decision<Answer<typeof createApi>> {
  const { requester, nowMs, random } = context;
  const secretKey = requireSecretKey(context);
  if (request.renewers.some(({ principalType }) => principalType !== RENEWER_TYPE)) {
    throw new KafkaError('INVALID_PRINCIPAL_TYPE');
  }
  const owner = tokenOwner(request, requester);
  const now = BigInt(Math.floor(nowMs));
  const maxTimestamp = sum(now, shorter(context.config['delegation.token.max.lifetime.ms'], request.maxLifetimeMs));
  const expirationTimestamp = earlier(maxTimestamp, sum(now, lifetimeOf(context)));
  const tokenId = randomUuid(random);
  const value = {
    owner: textOf(owner),
    requester: textOf(requester),
    renewers: request.renewers.map(({ principalType: type, principalName: name }) => textOf({ type, name })),
    issueTimestamp: now,
    maxTimestamp,
    expirationTimestamp,
    tokenId,
  };
  return {
    records: [{ type: 'DelegationTokenRecord', value }],
    response: {
      errorCode: 0,
      principalType: owner.type,
      principalName: owner.name,
      tokenRequesterPrincipalType: requester.type,
      tokenRequesterPrincipalName: requester.name,
      issueTimestampMs: now,
      expiryTimestampMs: expirationTimestamp,
      maxTimestampMs: maxTimestamp,
      tokenId,
      hmac: tokenHmac(secretKey, tokenId),
    },
  };
}

export function tokenOwner(
  {
    ownerPrincipalType,
    ownerPrincipalName,
  }: Pick<CreateDelegationTokenRequest, 'ownerPrincipalType' | 'ownerPrincipalName'>,
  requester: TokenPrincipal,
): TokenPrincipal {
  if (ownerPrincipalName === null || ownerPrincipalName === '') return requester;
  return { type: ownerPrincipalType ?? '', name: ownerPrincipalName };
}

export function renewToken(
  image: MetadataImage,
  request: Pick<RenewDelegationTokenRequest, 'hmac' | 'renewPeriodMs'>,
  context: TokenContext,
): Decision<Answer<typeof renewApi>> {
  const token = findToken(image, request.hmac, context);
  // Here Kafka looks at the time first, and says it to everybody who has the token.
  if (isTokenExpired(token, context.nowMs)) throw new KafkaError('DELEGATION_TOKEN_EXPIRED');
  requireRenewer(token, context);
  const periodMs = shorter(context.config['delegation.token.expiry.time.ms'], request.renewPeriodMs);
  return prolonged(token, sum(BigInt(Math.floor(context.nowMs)), periodMs));
}

/** A negative period ends the token at once. */
export function expireToken(
  image: MetadataImage,
  request: Pick<ExpireDelegationTokenRequest, 'hmac' | 'expiryTimePeriodMs'>,
  context: TokenContext,
): Decision<Answer<typeof expireApi>> {
  const token = findToken(image, request.hmac, context);
  requireRenewer(token, context);
  const now = BigInt(Math.floor(context.nowMs));
  if (request.expiryTimePeriodMs < 0n) {
    const { tokenId } = token;
    return {
      records: [{ type: 'RemoveDelegationTokenRecord', value: { tokenId } }],
      response: { errorCode: 0, expiryTimestampMs: now },
    };
  }
  if (isTokenExpired(token, context.nowMs)) throw new KafkaError('DELEGATION_TOKEN_EXPIRED');
  return prolonged(token, sum(now, request.expiryTimePeriodMs));
}

/** Removes tokens whose time is over. The response tells how many. */
export function removeExpiredTokens({ delegationTokens }: MetadataImage, nowMs: number): Decision<number> {
  const expired = Array.from(delegationTokens.byId.values()).filter((token) => isTokenExpired(token, nowMs));
  const records = expired.slice(0, MAX_REMOVED).map(({ tokenId }) => {
    return { type: 'RemoveDelegationTokenRecord', value: { tokenId } } as const;
  });
  return { records, response: records.length };
}

function prolonged(token: DelegationToken, until: bigint) {
  const expirationTimestamp = earlier(token.maxTimestamp, until);
  return {
    records: [{ type: 'DelegationTokenRecord', value: { ...token, expirationTimestamp } } as const],
    response: { errorCode: 0, expiryTimestampMs: expirationTimestamp },
  };
}

function findToken({ delegationTokens }: MetadataImage, hmac: Buffer, context: TokenContext): DelegationToken {
  const secretKey = requireSecretKey(context);
  for (const token of delegationTokens.byId.values()) if (isTokenHmac(secretKey, token.tokenId, hmac)) return token;
  throw new KafkaError('DELEGATION_TOKEN_NOT_FOUND');
}

function requireSecretKey({ config }: TokenContext): string {
  const secretKey = config['delegation.token.secret.key'];
  if (secretKey === null) throw new KafkaError('DELEGATION_TOKEN_AUTH_DISABLED');
  return secretKey;
}

function requireRenewer({ owner, renewers }: DelegationToken, { requester }: TokenContext): void {
  const text = textOf(requester);
  if (owner !== text && !renewers.includes(text)) throw new KafkaError('DELEGATION_TOKEN_OWNER_MISMATCH');
}

function lifetimeOf({ config }: TokenContext): bigint {
  return BigInt(config['delegation.token.expiry.time.ms']);
}

/** What is asked for counts where it is positive and not longer than the setting. */
function shorter(settingMs: number, askedMs: bigint): bigint {
  const limit = BigInt(settingMs);
  return askedMs > 0n ? earlier(limit, askedMs) : limit;
}

function earlier(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function sum(now: bigint, durationMs: bigint): bigint {
  return earlier(now + durationMs, LONGEST_MS);
}

function textOf({ type, name }: TokenPrincipal): string {
  return `${type}:${name}`;
}
