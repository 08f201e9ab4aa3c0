// One rule of access.

import type { AccessControlEntryRecord } from '../../protocol/index.ts';

/** The only resource of type `cluster`. */
export const CLUSTER_NAME = 'kafka-cluster';
/** Every resource of a type, every host. */
export const WILDCARD = '*';
export const EVERYONE = 'User:*';

/** `principal` is `type:name`. */
export type AccessRule = Readonly<Omit<AccessControlEntryRecord, 'id'>>;

/** A key that no different rule has. */
export function ruleKey(rule: AccessRule): string {
  const { resourceType, resourceName, patternType, principal, host, operation, permissionType } = rule;
  return JSON.stringify([resourceType, patternType, resourceName, principal, host, operation, permissionType]);
}
