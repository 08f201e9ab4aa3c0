// DescribeAcls: the rules that match a filter, those of one resource together.

import type { describeAcls as describeAclsApi, Item, ResponseInput } from '../../protocol/index.ts';
import type { Answer } from '../controller/decision.ts';
import type { AclsImage } from '../image/acls-image.ts';
import { type AccessFilter, checkFilter, matchesFilter } from './access-filter.ts';

type Resource = Item<ResponseInput<typeof describeAclsApi>['resources']>;

/** Throws INVALID_REQUEST for a filter without meaning. */
export function describeAcls(acls: AclsImage, filter: AccessFilter): Answer<typeof describeAclsApi> {
  checkFilter(filter);
  const resources = new Map<string, Resource & { acls: Item<Resource['acls']>[] }>();
  for (const rule of acls.byId.values()) {
    if (!matchesFilter(rule, filter)) continue;
    const { resourceType, resourceName, patternType, principal, host, operation, permissionType } = rule;
    const key = `${resourceType}:${patternType}:${resourceName}`;
    const resource = resources.get(key) ?? { resourceType, resourceName, patternType, acls: [] };
    resource.acls.push({ principal, host, operation, permissionType });
    resources.set(key, resource);
  }
  return { errorCode: 0, errorMessage: null, resources: [...resources.values()] };
}
