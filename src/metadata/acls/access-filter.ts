// Which rules a request means: null and `any` leave a part open, and `match` asks for all rules that are about one resource.

import type { DescribeAclsRequest } from '../../protocol/index.ts';
import { ACL_OPERATION, ACL_PATTERN, ACL_PERMISSION, ACL_RESOURCE, KafkaError } from '../../protocol/index.ts';
import { type AccessRule, WILDCARD } from './access-rule.ts';

/** The filter of DescribeAcls and DeleteAcls. */
export type AccessFilter = Readonly<DescribeAclsRequest>;

/** Throws INVALID_REQUEST for numbers that have no meaning. */
export function checkFilter(filter: AccessFilter): void {
  const isKnown =
    Object.values<number>(ACL_RESOURCE).includes(filter.resourceTypeFilter) &&
    Object.values<number>(ACL_PATTERN).includes(filter.patternTypeFilter) &&
    Object.values<number>(ACL_OPERATION).includes(filter.operation) &&
    Object.values<number>(ACL_PERMISSION).includes(filter.permissionType);
  if (!isKnown)
    throw new KafkaError('INVALID_REQUEST', 'The filter has a type, operation or permission that nobody knows');
}

export function matchesFilter(rule: AccessRule, filter: AccessFilter): boolean {
  const { resourceTypeFilter, principalFilter, hostFilter, operation, permissionType } = filter;
  return (
    (resourceTypeFilter === ACL_RESOURCE.any || resourceTypeFilter === rule.resourceType) &&
    matchesName(rule, filter) &&
    (principalFilter === null || principalFilter === rule.principal) &&
    (hostFilter === null || hostFilter === rule.host) &&
    (operation === ACL_OPERATION.any || operation === rule.operation) &&
    (permissionType === ACL_PERMISSION.any || permissionType === rule.permissionType)
  );
}

function matchesName(rule: AccessRule, { patternTypeFilter, resourceNameFilter: name }: AccessFilter): boolean {
  const { any, match, literal } = ACL_PATTERN;
  if (patternTypeFilter !== match) {
    const isPattern = patternTypeFilter === any || patternTypeFilter === rule.patternType;
    return isPattern && (name === null || name === rule.resourceName);
  }
  if (name === null) return true;
  if (rule.patternType === literal) return rule.resourceName === name || rule.resourceName === WILDCARD;
  return name.startsWith(rule.resourceName);
}
