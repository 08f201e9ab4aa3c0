// The calls of `Admin` about who may do what, and how much: rules of access, users, delegation tokens, quotas.

import type { RetryScope } from '../cluster.ts';
import {
  type AclBinding,
  type AclFilter,
  type CreatedAcl,
  createAcls,
  type DeletedAcls,
  type DescribedAcl,
  deleteAcls,
  describeAcls,
} from './acls.ts';
import {
  type AlterClientQuotasOptions,
  type AlteredQuotas,
  alterClientQuotas,
  type DescribeClientQuotasOptions,
  type DescribedQuotas,
  describeClientQuotas,
  type QuotaChange,
  type QuotaFilter,
} from './client-quotas.ts';
import {
  type CreateDelegationTokenOptions,
  createDelegationToken,
  type DelegationToken,
  describeDelegationTokens,
  expireDelegationToken,
  renewDelegationToken,
  type TokenPeriodOptions,
  type TokenPrincipal,
} from './delegation-tokens.ts';
import { GroupCalls } from './group-calls.ts';
import {
  type AlteredScramUser,
  alterScramUsers,
  describeScramUsers,
  type ScramUser,
  type ScramUserChange,
} from './scram-users.ts';

/** What `Admin` can do about who may do what, and how much. */
export class AccessCalls extends GroupCalls {
  /**
   * The rules that a filter finds; without one all (KIP-140, KIP-290). Rejects with SECURITY_DISABLED where the cluster has no authorizer, and with
   * CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const rules = await admin.describeAcls({ resourceType: 'topic', resourceName: 'orders', patternType: 'match' });
   * for (const { principal, operation, permission } of rules) console.log(permission, principal, operation);
   */
  describeAcls(filter?: AclFilter, options?: RetryScope): Promise<DescribedAcl[]> {
    return describeAcls(this.cluster, filter, options);
  }

  /**
   * Adds rules of access, in force on all brokers within moments; one that is there already is no error (KIP-140). Errors of a rule: INVALID_REQUEST for one
   * that makes no sense, SECURITY_DISABLED where the cluster has no authorizer, CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const rule = { principal: 'User:alice', host: '*', operation: 'read', permission: 'allow' } as const;
   * await admin.createAcls([
   *   { resourceType: 'topic', resourceName: 'orders', patternType: 'literal', ...rule },
   *   { resourceType: 'group', resourceName: 'billing-', patternType: 'prefixed', ...rule },
   * ]);
   */
  createAcls(acls: readonly AclBinding[], options?: RetryScope): Promise<CreatedAcl[]> {
    return createAcls(this.cluster, acls, options);
  }

  /**
   * Removes the rules that filters find, and tells which those were (KIP-140). An empty filter finds all. Errors as of `createAcls`, of each filter and of
   * each rule.
   *
   * @example
   * const [{ deleted } = {}] = await admin.deleteAcls([{ principal: 'User:alice' }]);
   * console.log(deleted?.length);
   */
  deleteAcls(filters: readonly AclFilter[], options?: RetryScope): Promise<DeletedAcls[]> {
    return deleteAcls(this.cluster, filters, options);
  }

  /**
   * The users who log in with SCRAM, these or all, with mechanisms and iterations, never passwords or salts (KIP-554). Errors of a user: RESOURCE_NOT_FOUND,
   * DUPLICATE_RESOURCE when it was asked for twice. Rejects with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * for (const { user, credentials } of await admin.describeScramUsers()) console.log(user, credentials.length);
   */
  describeScramUsers(users?: readonly string[], options?: RetryScope): Promise<ScramUser[]> {
    return describeScramUsers(this.cluster, users, options);
  }

  /**
   * Makes, changes and, without a password, removes users who log in with SCRAM (KIP-554). The password is salted here and never sent. One change of each
   * user and mechanism at a time. Errors of a user: RESOURCE_NOT_FOUND for one to remove who is not there, UNACCEPTABLE_CREDENTIAL (iterations beyond 4096
   * to 16384), DUPLICATE_RESOURCE, CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const password = randomBytes(24).toString('base64url');
   * await admin.alterScramUsers([{ user: 'alice', mechanism: 'SCRAM-SHA-512', password }]);
   */
  alterScramUsers(changes: readonly ScramUserChange[], options?: RetryScope): Promise<AlteredScramUser[]> {
    return alterScramUsers(this.cluster, changes, options);
  }

  /**
   * Makes a token for who asks, or for another user (KIP-48, KIP-373): others log in with it by SCRAM, `tokenId` as user and `hmac` in base64 as password.
   * Rejects with DELEGATION_TOKEN_AUTH_DISABLED where brokers have no `delegation.token.secret.key`, DELEGATION_TOKEN_REQUEST_NOT_ALLOWED for who has not
   * logged in, or has done so with a token, INVALID_PRINCIPAL_TYPE for a renewer who is no `User`, and DELEGATION_TOKEN_AUTHORIZATION_FAILED.
   *
   * @example
   * const { tokenId, hmac } = await admin.createDelegationToken({ maxLifetimeMs: 3_600_000n });
   * const sasl: SaslOptions = { mechanism: 'SCRAM-SHA-256', username: tokenId, password: hmac.toString('base64'), isDelegationToken: true };
   */
  createDelegationToken(options?: CreateDelegationTokenOptions): Promise<DelegationToken> {
    return createDelegationToken(this.cluster, options);
  }

  /**
   * Lets a token go on for `periodMs`, by default and at most `delegation.token.expiry.time.ms`, and never beyond its `maxTimestampMs`; resolves to its new
   * end, ms since 1970 (KIP-48). Rejects with DELEGATION_TOKEN_NOT_FOUND, DELEGATION_TOKEN_EXPIRED, DELEGATION_TOKEN_OWNER_MISMATCH for who is neither owner
   * nor renewer, and as `createDelegationToken`.
   *
   * @example
   * const { hmac } = await admin.createDelegationToken();
   * const endMs = await admin.renewDelegationToken(hmac, { periodMs: 3_600_000n });
   * console.log(new Date(Number(endMs)));
   */
  renewDelegationToken(hmac: Buffer, options?: TokenPeriodOptions): Promise<bigint> {
    return renewDelegationToken(this.cluster, hmac, options);
  }

  /**
   * Ends a token at once, or `periodMs` from now; resolves to when, ms since 1970 (KIP-48). Who has logged in with it stays until the session is renewed.
   * Rejects as `renewDelegationToken`.
   *
   * @example
   * const { hmac } = await admin.createDelegationToken();
   * await admin.expireDelegationToken(hmac);
   */
  expireDelegationToken(hmac: Buffer, options?: TokenPeriodOptions): Promise<bigint> {
    return expireDelegationToken(this.cluster, hmac, options);
  }

  /**
   * The tokens of these owners, or of all, as far as the client owns them, renews them or may describe them (KIP-48). Rejects with
   * DELEGATION_TOKEN_AUTH_DISABLED and DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.
   *
   * @example
   * for (const { tokenId, owner, expiresAtMs } of await admin.describeDelegationTokens())
   *   console.log(tokenId, owner.principalName, new Date(Number(expiresAtMs)));
   */
  describeDelegationTokens(owners?: readonly TokenPrincipal[], options?: RetryScope): Promise<DelegationToken[]> {
    return describeDelegationTokens(this.cluster, owners, options);
  }

  /**
   * The quotas that were set, of all entities or of those that the filters find: an entity must match each of them, and with `strict` have no other part
   * (KIP-546). Rejects with INVALID_REQUEST for filters that make no sense, and with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * for (const { entity, quotas } of await admin.describeClientQuotas([{ type: 'user', match: 'any' }]))
   *   console.log(entity.user ?? 'everybody else', quotas);
   */
  describeClientQuotas(
    filters?: readonly QuotaFilter[],
    options?: DescribeClientQuotasOptions,
  ): Promise<DescribedQuotas[]> {
    return describeClientQuotas(this.cluster, filters, options);
  }

  /**
   * Sets and, with null, removes quotas (KIP-546): `producer_byte_rate` and `consumer_byte_rate` in bytes per second of each broker, `request_percentage` of
   * one thread's time, `controller_mutation_rate` in partitions per second (KIP-599); of an `ip` only `connection_creation_rate`, per second (KIP-612).
   * Errors of an entity, whose quotas then stay as they are: INVALID_REQUEST, CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * await admin.alterClientQuotas([{ entity: { user: 'alice', 'client-id': 'report' }, quotas: { consumer_byte_rate: 1_048_576 } }]);
   */
  alterClientQuotas(changes: readonly QuotaChange[], options?: AlterClientQuotasOptions): Promise<AlteredQuotas[]> {
    return alterClientQuotas(this.cluster, changes, options);
  }
}
