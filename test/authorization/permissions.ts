// One user for each permission that there is, who has nothing but it, others with what a client of their kind needs, and `nobody` and `admin`, who
// have none and all.

import {
  ACL_OPERATION,
  ACL_PATTERN,
  ACL_PERMISSION,
  ACL_RESOURCE,
  type createAcls,
  type RequestInput,
} from '../../src/protocol/index.ts';

/** All resources of the cases begin with these names. */
const RESOURCES = {
  topic: {
    name: 'orders',
    operations: ['read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'],
  },
  group: { name: 'crew', operations: ['read', 'delete', 'describe', 'describeConfigs', 'alterConfigs'] },
  cluster: {
    name: 'kafka-cluster',
    operations: ['create', 'alter', 'describe', 'clusterAction', 'describeConfigs', 'alterConfigs', 'idempotentWrite'],
  },
  transactionalId: { name: 'tx', operations: ['write', 'describe'] },
  delegationToken: { name: '*', operations: ['describe'] },
  user: { name: 'User:', operations: ['createTokens', 'describeTokens'] },
} as const;

interface Permission {
  readonly user: string;
  readonly resource: keyof typeof RESOURCES;
  readonly operation: keyof typeof ACL_OPERATION;
}

const READING = [
  { resource: 'topic', operation: 'read' },
  { resource: 'group', operation: 'read' },
] as const;

/** What needs several permissions at once opens only to those who have them. */
const CLIENTS: Readonly<Record<string, readonly Omit<Permission, 'user'>[]>> = {
  consumer: READING,
  transactor: [
    ...READING,
    { resource: 'topic', operation: 'write' },
    { resource: 'transactionalId', operation: 'write' },
  ],
  watcher: [
    { resource: 'topic', operation: 'describe' },
    { resource: 'group', operation: 'describe' },
  ],
};

const PERMISSIONS: readonly Permission[] = [
  ...Object.entries(RESOURCES).flatMap(([resource, { operations }]) =>
    operations.map((operation) => ({
      user: `${resource}:${operation}`,
      resource: resource as keyof typeof RESOURCES,
      operation,
    })),
  ),
  ...Object.entries(CLIENTS).flatMap(([user, permissions]) =>
    permissions.map((permission) => ({ user, ...permission })),
  ),
];

export const USERS: readonly string[] = [...new Set(['nobody', ...PERMISSIONS.map(({ user }) => user), 'admin'])];
export const PASSWORD = 'secret';

/** Settings of both brokers. Requests without a login, of the broker itself and of the test, may do everything. */
export const SETTINGS: readonly string[] = [
  'node.id=1',
  'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users=User:admin;User:ANONYMOUS',
  'sasl.enabled.mechanisms=PLAIN',
  `listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${USERS.map((user) => `"user_${user}"="${PASSWORD}"`).join(' ')};`,
  'delegation.token.secret.key=secret',
  'offsets.topic.num.partitions=1',
  'transaction.state.log.num.partitions=1',
  'share.coordinator.state.topic.num.partitions=1',
  'auto.create.topics.enable=false',
  'group.initial.rebalance.delay.ms=0',
  // Members join once, and then are only described.
  ...['consumer', 'share', 'streams'].flatMap((kind) => [
    `group.${kind}.session.timeout.ms=3600000`,
    `group.${kind}.max.session.timeout.ms=3600000`,
  ]),
];

export const RULES: RequestInput<typeof createAcls> = {
  creations: PERMISSIONS.map(({ user, resource, operation }) => ({
    resourceType: ACL_RESOURCE[resource],
    resourceName: RESOURCES[resource].name,
    resourcePatternType: ['cluster', 'delegationToken'].includes(resource) ? ACL_PATTERN.literal : ACL_PATTERN.prefixed,
    principal: `User:${user}`,
    host: '*',
    operation: ACL_OPERATION[operation],
    permissionType: ACL_PERMISSION.allow,
  })),
};
