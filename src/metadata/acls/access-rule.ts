// One rule of access, and the numbers by which requests and records name its parts.

import type { AccessControlEntryRecord } from '../../protocol/index.ts';

/** Kafka's AclOperation codes. */
export const OPERATION = {
  any: 1,
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
  createTokens: 13,
  describeTokens: 14,
  twoPhaseCommit: 15,
} as const;

/** Kafka's ResourceType codes. They are not those of settings' resources. */
export const ACCESS_RESOURCE = {
  any: 1,
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
} as const;

/** How a rule's resource name is meant; `any` and `match` are for filters only. */
export const PATTERN_TYPE = { any: 1, match: 2, literal: 3, prefixed: 4 } as const;

export const PERMISSION = { any: 1, deny: 2, allow: 3 } as const;

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
