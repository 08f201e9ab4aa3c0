import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLUSTER_NAME } from '../metadata/index.ts';
import {
  ACL_OPERATION,
  ACL_RESOURCE,
  alterConfigs,
  createAcls,
  createTopics,
  deleteGroups,
  deleteRecords,
  deleteTopics,
  describeAcls,
  describeCluster,
  describeConfigs,
  describeGroups,
  describeLogDirs,
  describeTopicPartitions,
  errorName,
  findCoordinator,
  heartbeat,
  initProducerId,
  listGroups,
  listOffsets,
  metadata,
  offsetCommit,
  offsetDelete,
  offsetFetch,
  ZERO_UUID,
} from '../protocol/index.ts';
import { STANDARD_AUTHORIZER } from './authorizer/authorizer-config.ts';
import { TestBroker } from './testing/test-broker.ts';
import type { TestClient } from './testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, produceTo } from './testing/topics.ts';

const DENY = 2;
const ALLOW = 3;
const LITERAL = 3;

/** Everybody may do everything with what no rule is about, so that a test can make its own rules. */
function startBroker(settings: Readonly<Record<string, string>> = {}): Promise<TestBroker> {
  return TestBroker.start({
    settings: {
      'authorizer.class.name': STANDARD_AUTHORIZER,
      'allow.everyone.if.no.acl.found': 'true',
      'offsets.topic.replication.factor': '1',
      ...settings,
    },
  });
}

type Rule = [
  permission: number,
  operation: keyof typeof ACL_OPERATION,
  resource: keyof typeof ACL_RESOURCE,
  name: string,
];

async function addRules(client: TestClient, ...rules: Rule[]): Promise<void> {
  const { results } = await client.send(createAcls, 3, {
    creations: rules.map(([permissionType, operation, resource, resourceName]) => ({
      resourceType: ACL_RESOURCE[resource],
      resourceName,
      resourcePatternType: LITERAL,
      principal: 'User:ANONYMOUS',
      host: '*',
      operation: ACL_OPERATION[operation],
      permissionType,
    })),
  });
  assert.deepEqual(
    results.map(({ errorCode }) => errorCode),
    rules.map(() => 0),
  );
}

test('a topic that may not be read, written or deleted is refused, whether it exists or not', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  await createTopic(client, 'secret');
  for (const topic of ['secret', 'ghost']) {
    await addRules(
      client,
      [DENY, 'read', 'topic', topic],
      [DENY, 'write', 'topic', topic],
      [DENY, 'delete', 'topic', topic],
    );
    const produced = await produceTo(client, { topic }, batchOf(['a']));
    const fetched = await fetchFrom(client, { topic });
    const deleted = await client.send(deleteRecords, 2, {
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset: 0n }] }],
      timeoutMs: 1,
    });
    const codes = [produced.errorCode, fetched.errorCode, deleted.topics[0]?.partitions[0]?.errorCode ?? 0];
    assert.deepEqual(codes.map(errorName), Array(3).fill('TOPIC_AUTHORIZATION_FAILED'), topic);
  }
});

test('a topic that may not be described is left out of lists, and refused by name without a word on whether it exists', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  for (const name of ['open', 'secret']) await createTopic(client, name);
  await addRules(client, [DENY, 'describe', 'topic', 'secret'], [DENY, 'describe', 'topic', 'ghost']);

  const all = await client.send(metadata, 12, { topics: null, allowAutoTopicCreation: false });
  assert.deepEqual(
    all.topics.map(({ name }) => name),
    ['open'],
  );
  const byName = await client.send(metadata, 12, {
    topics: [{ name: 'secret' }, { name: 'ghost' }],
    allowAutoTopicCreation: true,
  });
  const described = await client.send(describeTopicPartitions, 0, { topics: [{ name: 'secret' }, { name: 'ghost' }] });
  for (const { topics } of [byName, described]) {
    assert.deepEqual(
      topics.map(({ errorCode, partitions }) => [errorName(errorCode), partitions.length]),
      [
        ['TOPIC_AUTHORIZATION_FAILED', 0],
        ['TOPIC_AUTHORIZATION_FAILED', 0],
      ],
    );
  }
  const pages = await client.send(describeTopicPartitions, 0, { topics: [] });
  assert.deepEqual(
    pages.topics.map(({ name }) => name),
    ['open'],
  );
  const offsets = await client.send(listOffsets, 7, {
    replicaId: -1,
    topics: [{ name: 'secret', partitions: [{ partitionIndex: 0, timestamp: -1n }] }],
  });
  assert.equal(errorName(offsets.topics[0]?.partitions[0]?.errorCode ?? 0), 'TOPIC_AUTHORIZATION_FAILED');
});

test('topics are created, changed and deleted only where a rule allows it', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  await createTopic(client, 'kept');
  await addRules(
    client,
    [DENY, 'delete', 'topic', 'kept'],
    [DENY, 'alterConfigs', 'topic', 'kept'],
    [DENY, 'describeConfigs', 'topic', 'kept'],
    [DENY, 'create', 'topic', 'new'],
    [ALLOW, 'describe', 'cluster', CLUSTER_NAME],
  );
  const created = await client.send(createTopics, 7, {
    topics: [{ name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1,
  });
  const deleted = await client.send(deleteTopics, 6, { topics: [{ name: 'kept', topicId: ZERO_UUID }], timeoutMs: 1 });
  const altered = await client.send(alterConfigs, 2, {
    resources: [{ resourceType: 2, resourceName: 'kept', configs: [] }],
    validateOnly: false,
  });
  const settings = await client.send(describeConfigs, 4, {
    resources: [{ resourceType: 2, resourceName: 'kept', configurationKeys: null }],
  });
  const codes = [created.topics, deleted.responses, altered.responses, settings.results].map(
    (list) => list[0]?.errorCode,
  );
  assert.deepEqual(
    codes.map((code) => errorName(code ?? 0)),
    Array(4).fill('TOPIC_AUTHORIZATION_FAILED'),
  );
});

test('a group is closed to whoever may not read, describe or delete it', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const groupId = 'billing';
  await addRules(
    client,
    [DENY, 'read', 'group', groupId],
    [DENY, 'describe', 'group', groupId],
    [DENY, 'delete', 'group', groupId],
  );
  const beat = await client.send(heartbeat, 4, { groupId, generationId: 1, memberId: 'm' });
  const found = await client.send(findCoordinator, 6, { keyType: 0, coordinatorKeys: [groupId] });
  const described = await client.send(describeGroups, 5, { groups: [groupId] });
  const deleted = await client.send(deleteGroups, 2, { groupsNames: [groupId] });
  const fetched = await client.send(offsetFetch, 9, { groups: [{ groupId, topics: null }] });
  const forgotten = await client.send(offsetDelete, 0, { groupId, topics: [] });
  const committed = await client.send(offsetCommit, 9, {
    groupId,
    memberId: '',
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }] }],
  });
  const codes = [
    beat.errorCode,
    found.coordinators[0]?.errorCode,
    described.groups[0]?.errorCode,
    deleted.results[0]?.errorCode,
    fetched.groups[0]?.errorCode,
    forgotten.errorCode,
    committed.topics[0]?.partitions[0]?.errorCode,
  ];
  assert.deepEqual(
    codes.map((code) => errorName(code ?? 0)),
    Array(7).fill('GROUP_AUTHORIZATION_FAILED'),
  );
});

test('offsets of topics that may not be read are neither committed nor shown', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await client.send(findCoordinator, 6, { keyType: 0, coordinatorKeys: ['billing'] });
  const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: '' }] }];
  const before = await client.send(offsetCommit, 9, { groupId: 'billing', memberId: '', topics });
  assert.equal(before.topics[0]?.partitions[0]?.errorCode, 0);
  await addRules(client, [DENY, 'read', 'topic', 'orders'], [DENY, 'describe', 'topic', 'orders']);

  const committed = await client.send(offsetCommit, 9, { groupId: 'billing', memberId: '', topics });
  const byName = await client.send(offsetFetch, 9, {
    groups: [{ groupId: 'billing', topics: [{ name: 'orders', partitionIndexes: [0] }] }],
  });
  const codes = [committed.topics, byName.groups[0]?.topics ?? []].map(
    ([topic]) => topic?.partitions[0]?.errorCode ?? 0,
  );
  assert.deepEqual(codes.map(errorName), Array(2).fill('TOPIC_AUTHORIZATION_FAILED'));
  const all = await client.send(offsetFetch, 9, { groups: [{ groupId: 'billing', topics: null }] });
  assert.deepEqual(all.groups[0]?.topics, []);
});

test('administration needs rights on the cluster', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  await addRules(
    client,
    [DENY, 'describe', 'cluster', CLUSTER_NAME],
    [DENY, 'idempotentWrite', 'cluster', CLUSTER_NAME],
  );
  const dirs = await client.send(describeLogDirs, 4, { topics: null });
  const acls = await client.send(describeAcls, 3, {
    resourceTypeFilter: 1,
    patternTypeFilter: 1,
    operation: 1,
    permissionType: 1,
    resourceNameFilter: null,
    principalFilter: null,
    hostFilter: null,
  });
  assert.deepEqual([dirs.errorCode, acls.errorCode].map(errorName), Array(2).fill('CLUSTER_AUTHORIZATION_FAILED'));
  const cluster = await client.send(describeCluster, 1, { includeClusterAuthorizedOperations: true });
  assert.equal(cluster.clusterAuthorizedOperations, 0);
  assert.deepEqual((await client.send(listGroups, 5, {})).groups, []);
});

test('a producer who may write to a topic gets an id, and nothing is said of a refusal', async () => {
  await using broker = await startBroker();
  const client = await broker.connect();
  await addRules(client, [DENY, 'idempotentWrite', 'cluster', CLUSTER_NAME], [ALLOW, 'write', 'topic', 'orders']);
  const request = { transactionalId: null, transactionTimeoutMs: 1000 };
  assert.equal((await client.send(initProducerId, 5, request)).errorCode, 0);
  assert.deepEqual(
    broker.log.lines.filter(({ message }) => message === 'denied'),
    [],
  );
});

test('super users may do everything, and the bit fields say so', async () => {
  await using broker = await startBroker({
    'allow.everyone.if.no.acl.found': 'false',
    'super.users': 'User:root;User:ANONYMOUS',
  });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await addRules(client, [DENY, 'all', 'topic', 'orders']);
  assert.equal((await produceTo(client, { topic: 'orders' }, batchOf(['a']))).errorCode, 0);
  const described = await client.send(describeTopicPartitions, 0, { topics: [{ name: 'orders' }] });
  assert.equal(described.topics[0]?.topicAuthorizedOperations, 0b1101_1111_1000);
});

test('without rules of access there is no list of them', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const { results } = await client.send(createAcls, 3, {
    creations: [
      {
        resourceType: 2,
        resourceName: 'a',
        principal: 'User:a',
        host: '*',
        operation: 3,
        permissionType: ALLOW,
      },
    ],
  });
  assert.equal(errorName(results[0]?.errorCode ?? 0), 'SECURITY_DISABLED');
});

test('a broker with the name of an authorizer that is not here does not start', async () => {
  await assert.rejects(
    TestBroker.start({ settings: { 'authorizer.class.name': 'com.example.Opa' } }),
    /authorizer\.class\.name/,
  );
});
