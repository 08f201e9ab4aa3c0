// CreateAcls and DeleteAcls: rules of access come and go, each on its own.

import type { Random } from '../../platform/index.ts';
import type {
  CreateAclsRequest,
  createAcls as createAclsApi,
  DeleteAclsRequest,
  deleteAcls as deleteAclsApi,
  Item,
} from '../../protocol/index.ts';
import {
  ACL_OPERATION,
  ACL_PATTERN,
  ACL_PERMISSION,
  ACL_RESOURCE,
  KafkaError,
  randomUuid,
} from '../../protocol/index.ts';
import { checkFilter, matchesFilter } from '../acls/access-filter.ts';
import { type AccessRule, CLUSTER_NAME, ruleKey } from '../acls/access-rule.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type Answer, apiError, type Decision, NO_ERROR } from './decision.ts';

/** Rules that one request may remove. */
const MAX_REMOVED = 10_000;

/** A rule that exists already is no error, and nothing new. */
export function createAcls(
  image: MetadataImage,
  request: Pick<CreateAclsRequest, 'creations'>,
  random: Random,
): Decision<Answer<typeof createAclsApi>> {
  const records: MetadataRecord[] = [];
  const created = new Set<string>();
  const results = request.creations.map((creation) => {
    try {
      const rule = ruleOf(creation);
      const key = ruleKey(rule);
      if (!image.acls.has(rule) && !created.has(key)) {
        created.add(key);
        records.push({ type: 'AccessControlEntryRecord', value: { id: randomUuid(random), ...rule } });
      }
      return NO_ERROR;
    } catch (error) {
      return apiError(error);
    }
  });
  return { records, response: { results } };
}

/** Removes what the filters match. */
export function deleteAcls(
  image: MetadataImage,
  request: Pick<DeleteAclsRequest, 'filters'>,
): Decision<Answer<typeof deleteAclsApi>> {
  const removed = new Set<string>();
  const filterResults = request.filters.map((filter) => {
    try {
      checkFilter(filter);
      const matching = [...image.acls.byId.values()].filter((rule) => matchesFilter(rule, filter));
      return { ...NO_ERROR, matchingAcls: matching.map(({ id, ...rule }) => remove(id, rule)) };
    } catch (error) {
      return { ...apiError(error), matchingAcls: [] };
    }
  });
  if (removed.size > MAX_REMOVED) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `Cannot remove more than ${MAX_REMOVED} acls in a single delete operation.`,
    );
  }
  const records = [...removed].map((id): MetadataRecord => ({ type: 'RemoveAccessControlEntryRecord', value: { id } }));
  return { records, response: { filterResults } };

  function remove(id: string, rule: AccessRule) {
    removed.add(id);
    return { ...NO_ERROR, ...rule };
  }
}

function ruleOf(creation: Item<CreateAclsRequest['creations']>): AccessRule {
  const { resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType } = creation;
  if (resourceType === ACL_RESOURCE.cluster && resourceName !== CLUSTER_NAME) {
    throw invalid(`The only valid name for the CLUSTER resource is ${CLUSTER_NAME}`);
  }
  if (resourceName === '') throw invalid('Invalid empty resource name');
  checkOneOf('resourceType', resourceType, ACL_RESOURCE);
  if (resourcePatternType === ACL_PATTERN.match) throw invalid('Invalid patternType MATCH');
  checkOneOf('patternType', resourcePatternType, ACL_PATTERN);
  checkOneOf('operation', operation, ACL_OPERATION);
  checkOneOf('permissionType', permissionType, ACL_PERMISSION);
  if (!principal.includes(':')) {
    throw invalid(
      `Could not parse principal from \`${principal}\` (no colon is present separating the principal type from the principal name)`,
    );
  }
  return { resourceType, resourceName, patternType: resourcePatternType, principal, host, operation, permissionType };
}

/** A rule is about something definite. */
function checkOneOf(what: string, value: number, allowed: Readonly<Record<string, number>> & { any: number }): void {
  if (value === allowed.any) throw invalid(`Invalid ${what} ANY`);
  if (!Object.values(allowed).includes(value)) throw invalid(`Invalid ${what} UNKNOWN`);
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message);
}
