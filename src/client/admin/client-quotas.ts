// Quotas of users, clients and addresses: DescribeClientQuotas, AlterClientQuotas (KIP-546).

import {
  alterClientQuotas as alterApi,
  describeClientQuotas as describeApi,
  type KafkaError,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError, throwResponseError } from './response-error.ts';

const MATCHES = { exact: 0, default: 1, any: 2 } as const;

/** What a quota can go by. */
export type QuotaEntityType = 'user' | 'client-id' | 'ip';

/** Whom a quota is for, as `{ user: 'alice', 'client-id': 'app' }`. Null stands for all that have no quota of their own. */
export type QuotaEntity = { readonly [Type in QuotaEntityType]?: string | null };

/** Which names of one type are wanted. */
export interface QuotaFilter {
  readonly type: QuotaEntityType;
  /** `any` is every name and the default. */
  readonly match: keyof typeof MATCHES;
  /** For `exact`. */
  readonly name?: string | undefined;
}

/** How `Admin.describeClientQuotas` reads its filters. */
export interface DescribeClientQuotasOptions extends RetryScope {
  /** Leave out entities with parts that no filter names. Default false. */
  readonly strict?: boolean | undefined;
}

/** The quotas that were set for one entity. */
export interface DescribedQuotas {
  readonly entity: QuotaEntity;
  /** By name: `producer_byte_rate`, `consumer_byte_rate`, `request_percentage`, `controller_mutation_rate`, `connection_creation_rate`. */
  readonly quotas: Readonly<Record<string, number>>;
}

/** New quotas of one entity. */
export interface QuotaChange {
  readonly entity: QuotaEntity;
  /** New values by name; null removes one. */
  readonly quotas: Readonly<Record<string, number | null>>;
}

/** What became of the quotas of one entity. */
export interface AlteredQuotas {
  readonly entity: QuotaEntity;
  readonly error: KafkaError | undefined;
}

/** How `Admin.alterClientQuotas` goes about it. */
export interface AlterClientQuotasOptions extends RetryScope {
  /** Check only, change nothing. */
  readonly validateOnly?: boolean | undefined;
}

/** The quotas of entities that match all filters; without filters all that there are. */
export function describeClientQuotas(
  cluster: Cluster,
  filters: readonly QuotaFilter[] = [],
  options: DescribeClientQuotasOptions = {},
): Promise<DescribedQuotas[]> {
  const components = filters.map(({ type, match, name }) => ({
    entityType: type,
    matchType: MATCHES[match],
    match: match === 'exact' ? (name ?? '') : null,
  }));
  return cluster.retry('describe quotas', options, async () => {
    const request = { components, strict: options.strict ?? false };
    const response = await cluster.sendToAny(describeApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, 'describe quotas', response.errorMessage);
    return (response.entries ?? []).map(({ entity, values }) => ({
      entity: readEntity(entity),
      quotas: Object.fromEntries(values.map(({ key, value }) => [key, value])),
    }));
  });
}

export function alterClientQuotas(
  cluster: Cluster,
  changes: readonly QuotaChange[],
  options: AlterClientQuotasOptions = {},
): Promise<AlteredQuotas[]> {
  const entries = changes.map(({ entity, quotas }) => ({
    entity: Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName })),
    ops: Object.entries(quotas).map(([key, value]) => ({ key, value: value ?? 0, remove: value === null })),
  }));
  return cluster.retry('alter quotas', options, async () => {
    const request = { entries, validateOnly: options.validateOnly ?? false };
    const response = await cluster.sendToController(alterApi, request, { signal: options.signal });
    return response.entries.map(({ entity, errorCode, errorMessage }) => ({
      entity: readEntity(entity),
      error: itemError(errorCode, `alter the quotas of ${entityText(entity)}`, errorMessage),
    }));
  });
}

type EntityParts = readonly { readonly entityType: string; readonly entityName: string | null }[];

function readEntity(parts: EntityParts): QuotaEntity {
  return Object.fromEntries(parts.map(({ entityType, entityName }) => [entityType, entityName]));
}

function entityText(parts: EntityParts): string {
  return parts.map(({ entityType, entityName }) => `${entityType} ${entityName ?? '<default>'}`).join(', ');
}
