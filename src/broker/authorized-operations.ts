// The bit fields in which answers say what the caller may do (KIP-430). Without an authorizer that is everything.

/** Kafka's AclOperation codes. */
const OPERATION = {
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
} as const;

type Operation = keyof typeof OPERATION;

function bitField(...operations: readonly Operation[]): number {
  return operations.reduce((bits, operation) => bits | (1 << OPERATION[operation]), 0);
}

/** What there is to do with a topic. */
export const TOPIC_OPERATIONS = bitField(
  'read',
  'write',
  'create',
  'describe',
  'delete',
  'alter',
  'describeConfigs',
  'alterConfigs',
);
export const GROUP_OPERATIONS = bitField('read', 'describe', 'delete', 'describeConfigs', 'alterConfigs');
export const CLUSTER_OPERATIONS = bitField(
  'create',
  'clusterAction',
  'describeConfigs',
  'alterConfigs',
  'idempotentWrite',
  'alter',
  'describe',
);
