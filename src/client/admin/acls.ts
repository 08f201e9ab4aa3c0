// Rules of access: DescribeAcls, CreateAcls, DeleteAcls (KIP-140, KIP-290).

import {
  ACL_OPERATION,
  ACL_PATTERN,
  ACL_PERMISSION,
  ACL_RESOURCE,
  createAcls as createApi,
  deleteAcls as deleteApi,
  describeAcls as describeApi,
  type KafkaError,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { type AclOperation, OPERATION_CODES } from './authorized-operations.ts';
import { nameOfCode } from './code-names.ts';
import { itemError, throwResponseError } from './response-error.ts';

const RESOURCE_TYPES = {
  topic: ACL_RESOURCE.topic,
  group: ACL_RESOURCE.group,
  cluster: ACL_RESOURCE.cluster,
  'transactional-id': ACL_RESOURCE.transactionalId,
  'delegation-token': ACL_RESOURCE.delegationToken,
  user: ACL_RESOURCE.user,
} as const;
const { any: ANY_PATTERN, ...PATTERN_TYPES } = ACL_PATTERN;
const { any: ANY_PERMISSION, ...PERMISSIONS } = ACL_PERMISSION;

/** What a rule can be about. */
export type AclResourceType = keyof typeof RESOURCE_TYPES;
/** What a rule does: `deny` wins over `allow`. */
export type AclPermission = keyof typeof PERMISSIONS;

/** `User:alice` may, or may not, do something with a resource, or with all whose names begin so. */
export interface AclBinding {
  readonly resourceType: AclResourceType;
  /** `*` for all; the cluster's is `kafka-cluster`. */
  readonly resourceName: string;
  readonly patternType: 'literal' | 'prefixed';
  /** `User:alice`, or `User:*` for everybody. */
  readonly principal: string;
  /** Where from: an address, or `*` for anywhere. */
  readonly host: string;
  readonly operation: AclOperation;
  readonly permission: AclPermission;
}

/** What is left out matches everything. The pattern `match` finds all rules that apply to a resource of that name. */
export type AclFilter = {
  readonly [Name in keyof Omit<AclBinding, 'patternType'>]?: AclBinding[Name] | undefined;
} & { readonly patternType?: keyof typeof PATTERN_TYPES | undefined };

/** A rule as a broker tells it: newer brokers may have kinds that this client does not know. */
export type DescribedAcl = {
  readonly [Name in keyof AclBinding]: AclBinding[Name] | 'unknown';
};

/** What became of one new rule. */
export interface CreatedAcl {
  readonly acl: AclBinding;
  readonly error: KafkaError | undefined;
}

/** The rules that one filter found, and what became of each. */
export interface DeletedAcls {
  readonly filter: AclFilter;
  readonly deleted: readonly { readonly acl: DescribedAcl; readonly error: KafkaError | undefined }[];
  readonly error: KafkaError | undefined;
}

export function describeAcls(
  cluster: Cluster,
  filter: AclFilter = {},
  options: RetryScope = {},
): Promise<DescribedAcl[]> {
  return cluster.retry('describe ACLs', options, async () => {
    const response = await cluster.sendToAny(describeApi, filterRequest(filter), { signal: options.signal });
    throwResponseError(response.errorCode, 'describe ACLs', response.errorMessage);
    return response.resources.flatMap((resource) => resource.acls.map((acl) => readAcl({ ...resource, ...acl })));
  });
}

/** One answer for each rule, in their order. A rule that is there already is no error. */
export function createAcls(
  cluster: Cluster,
  acls: readonly AclBinding[],
  options: RetryScope = {},
): Promise<CreatedAcl[]> {
  const creations = acls.map((acl) => ({
    resourceType: RESOURCE_TYPES[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: PATTERN_TYPES[acl.patternType],
    principal: acl.principal,
    host: acl.host,
    operation: OPERATION_CODES[acl.operation],
    permissionType: PERMISSIONS[acl.permission],
  }));
  return cluster.retry('create ACLs', options, async () => {
    const { results } = await cluster.sendToController(createApi, { creations }, { signal: options.signal });
    return acls.map((acl, index) => {
      const { errorCode = 0, errorMessage = null } = results[index] ?? {};
      const what = `create an ACL of ${acl.principal} for ${acl.resourceType} ${acl.resourceName}`;
      return { acl, error: itemError(errorCode, what, errorMessage) };
    });
  });
}

/** Removes what the filters match; one answer for each of them, in their order. */
export function deleteAcls(
  cluster: Cluster,
  filters: readonly AclFilter[],
  options: RetryScope = {},
): Promise<DeletedAcls[]> {
  return cluster.retry('delete ACLs', options, async () => {
    const request = { filters: filters.map(filterRequest) };
    const { filterResults } = await cluster.sendToController(deleteApi, request, { signal: options.signal });
    return filterResults.map((result, index) => ({
      filter: filters[index] ?? {},
      error: itemError(result.errorCode, 'delete ACLs', result.errorMessage),
      deleted: result.matchingAcls.map((acl) => ({
        acl: readAcl(acl),
        error: itemError(acl.errorCode, `delete an ACL of ${acl.principal}`, acl.errorMessage),
      })),
    }));
  });
}

function filterRequest(filter: AclFilter) {
  const { resourceType, patternType, operation, permission } = filter;
  return {
    resourceTypeFilter: resourceType === undefined ? ACL_RESOURCE.any : RESOURCE_TYPES[resourceType],
    resourceNameFilter: filter.resourceName ?? null,
    patternTypeFilter: patternType === undefined ? ANY_PATTERN : PATTERN_TYPES[patternType],
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: operation === undefined ? ACL_OPERATION.any : OPERATION_CODES[operation],
    permissionType: permission === undefined ? ANY_PERMISSION : PERMISSIONS[permission],
  };
}

function readAcl(acl: {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}): DescribedAcl {
  return {
    resourceType: nameOfCode(RESOURCE_TYPES, acl.resourceType),
    resourceName: acl.resourceName,
    patternType: nameOfCode({ literal: 3, prefixed: 4 } as const, acl.patternType),
    principal: acl.principal,
    host: acl.host,
    operation: nameOfCode(OPERATION_CODES, acl.operation),
    permission: nameOfCode(PERMISSIONS, acl.permissionType),
  };
}
