// Delegation tokens (KIP-48): secrets with an end, with which others log in by SCRAM in the name of their owner.

import {
  createDelegationToken as createApi,
  type DescribeDelegationTokenResponse,
  describeDelegationToken as describeApi,
  expireDelegationToken as expireApi,
  renewDelegationToken as renewApi,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { throwResponseError } from './response-error.ts';

/** As `User` and `alice`. */
export interface TokenPrincipal {
  readonly principalType: string;
  readonly principalName: string;
}

/** Times are ms since 1970. */
export interface DelegationToken {
  /** The user name with which to log in. */
  readonly tokenId: string;
  /** In base64 the password with which to log in. */
  readonly hmac: Buffer;
  readonly owner: TokenPrincipal;
  /** Who has asked for it; from brokers that are too old to say (before Kafka 3.3) empty. */
  readonly requester: TokenPrincipal;
  readonly issuedAtMs: bigint;
  /** When it ends, unless it is renewed. */
  readonly expiresAtMs: bigint;
  /** When it ends however often it is renewed. */
  readonly maxTimestampMs: bigint;
  readonly renewers: readonly TokenPrincipal[];
}

/** For whom a token is, and for how long. */
export interface CreateDelegationTokenOptions extends RetryScope {
  /** In whose name; default: that of who asks. */
  readonly owner?: TokenPrincipal | undefined;
  /** Who may renew it besides its owner. */
  readonly renewers?: readonly TokenPrincipal[] | undefined;
  /** ms; default: as long as the broker allows. */
  readonly maxLifetimeMs?: bigint | undefined;
}

/** For how long a token is to go on. */
export interface TokenPeriodOptions extends RetryScope {
  /** How far away the new end is, ms. */
  readonly periodMs?: bigint | undefined;
}

const BROKERS_DEFAULT = -1n;

export function createDelegationToken(
  cluster: Cluster,
  options: CreateDelegationTokenOptions = {},
): Promise<DelegationToken> {
  const { owner, renewers = [], maxLifetimeMs = BROKERS_DEFAULT, signal } = options;
  const request = {
    renewers: renewers.map((renewer) => ({ ...renewer })),
    maxLifetimeMs,
    ...(owner && { ownerPrincipalType: owner.principalType, ownerPrincipalName: owner.principalName }),
  };
  return cluster.retry('create a delegation token', options, async () => {
    const response = await cluster.sendToController(createApi, request, { signal });
    throwResponseError(response.errorCode, 'create a delegation token');
    const { issueTimestampMs, expiryTimestampMs, maxTimestampMs } = response;
    return readToken({
      ...response,
      issueTimestamp: issueTimestampMs,
      expiryTimestamp: expiryTimestampMs,
      maxTimestamp: maxTimestampMs,
      renewers: [...renewers],
    });
  });
}

/** Resolves to the new end, ms since 1970. Without `periodMs` it is as far away as the broker allows. */
export function renewDelegationToken(
  cluster: Cluster,
  hmac: Buffer,
  options: TokenPeriodOptions = {},
): Promise<bigint> {
  const { periodMs: renewPeriodMs = BROKERS_DEFAULT, signal } = options;
  return cluster.retry('renew a delegation token', options, async () => {
    const response = await cluster.sendToController(renewApi, { hmac, renewPeriodMs }, { signal });
    throwResponseError(response.errorCode, 'renew a delegation token');
    return response.expiryTimestampMs;
  });
}

/** Resolves to the new end, ms since 1970: `periodMs` from now, and at once without it. */
export function expireDelegationToken(
  cluster: Cluster,
  hmac: Buffer,
  options: TokenPeriodOptions = {},
): Promise<bigint> {
  const { periodMs: expiryTimePeriodMs = -1n, signal } = options;
  return cluster.retry('end a delegation token', options, async () => {
    const response = await cluster.sendToController(expireApi, { hmac, expiryTimePeriodMs }, { signal });
    throwResponseError(response.errorCode, 'end a delegation token');
    return response.expiryTimestampMs;
  });
}

/** Those of these owners or, without them, all that the client may see. */
export function describeDelegationTokens(
  cluster: Cluster,
  owners?: readonly TokenPrincipal[],
  options: RetryScope = {},
): Promise<DelegationToken[]> {
  const request = { owners: owners?.map((owner) => ({ ...owner })) ?? null };
  return cluster.retry('describe delegation tokens', options, async () => {
    const response = await cluster.sendToAny(describeApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, 'describe delegation tokens');
    return response.tokens.map(readToken);
  });
}

function readToken(token: DescribeDelegationTokenResponse['tokens'][number]): DelegationToken {
  return {
    tokenId: token.tokenId,
    // It outlives the buffer that it came in.
    hmac: Buffer.from(token.hmac),
    owner: { principalType: token.principalType, principalName: token.principalName },
    requester: {
      principalType: token.tokenRequesterPrincipalType,
      principalName: token.tokenRequesterPrincipalName,
    },
    issuedAtMs: token.issueTimestamp,
    expiresAtMs: token.expiryTimestamp,
    maxTimestampMs: token.maxTimestamp,
    renewers: token.renewers,
  };
}
