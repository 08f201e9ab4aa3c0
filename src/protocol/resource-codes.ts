// The numbers by which requests and records name what rules of access and settings are about.

/** Kafka's AclOperation; `any` is for filters only. */
export const ACL_OPERATION = {
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

/** Kafka's ResourceType, of rules of access. */
export const ACL_RESOURCE = {
  any: 1,
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
} as const;

/** How a rule's resource name is meant; `any` and `match` are for filters only. */
export const ACL_PATTERN = { any: 1, match: 2, literal: 3, prefixed: 4 } as const;

export const ACL_PERMISSION = { any: 1, deny: 2, allow: 3 } as const;

/** Kafka's ConfigResource.Type: other numbers than those of the same things in rules of access. */
export const CONFIG_RESOURCE = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const;
