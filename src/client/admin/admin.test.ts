import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  alterReplicaLogDirs,
  consumerGroupDescribe,
  createPartitions,
  createTopics,
  deleteGroups,
  deleteRecords,
  deleteTopics,
  describeCluster,
  describeConfigs,
  describeGroups,
  describeLogDirs,
  incrementalAlterConfigs,
  KafkaError,
  listGroups,
  offsetCommit,
  offsetDelete,
  offsetFetch,
} from '../../protocol/index.ts';
import { writeAssignment } from '../consumer/consumer-protocol.ts';
import { TimeoutError } from '../errors.ts';
import { serveLogs } from '../testing/memory-log.ts';
import { NODE_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Admin } from './admin.ts';

async function administering() {
  const world = await testWorld();
  return { ...world, admin: new Admin(world.options) };
}

test('each topic is created or has its own error', async () => {
  const { broker, admin } = await administering();
  broker.on(createTopics, ({ topics }) => ({
    topics: topics.map(({ name }, index) => ({
      name,
      errorCode: index === 0 ? 0 : 36,
      errorMessage: index === 0 ? null : `Topic '${name}' already exists.`,
      numPartitions: 3,
      replicationFactor: 1,
      configs: [],
    })),
  }));
  const created = await admin.createTopics([
    { name: 'new', numPartitions: 3, configs: { 'retention.ms': '5' } },
    { name: 'old' },
  ]);
  assert.equal(created[0]?.error, undefined);
  assert.equal(created[0]?.numPartitions, 3);
  assert.equal(created[1]?.error?.code, 'TOPIC_ALREADY_EXISTS');
  assert.match(created[1]?.error?.message ?? '', /Cannot create topic old: Topic 'old' already exists/);
  const request = broker.last(createTopics);
  assert.deepEqual(request.topics[0]?.configs, [{ name: 'retention.ms', value: '5' }]);
  assert.equal(request.topics[1]?.numPartitions, -1);
});

test('replicas can be placed by hand', async () => {
  const { broker, admin } = await administering();
  broker.on(createTopics, () => ({ topics: [] }));
  await admin.createTopics([
    {
      name: 'placed',
      replicaAssignment: [
        [1, 2],
        [2, 1],
      ],
    },
  ]);
  const { topics } = broker.last(createTopics);
  assert.deepEqual(topics[0]?.assignments, [
    { partitionIndex: 0, brokerIds: [1, 2] },
    { partitionIndex: 1, brokerIds: [2, 1] },
  ]);
});

test('a controller that moved is asked again', async () => {
  const { broker, admin, clock } = await administering();
  let refusals = 2;
  broker.on(deleteTopics, ({ topics }) => {
    const errorCode = refusals-- > 0 ? 41 : 0;
    return { responses: topics.map(({ name }) => ({ name, errorCode })) };
  });
  const deleted = await settled(clock, admin.deleteTopics(['a']));
  assert.deepEqual(deleted, [{ name: 'a', error: undefined }]);
  assert.equal(broker.count(deleteTopics), 3);
});

test('old brokers are asked to delete by name', async () => {
  const { broker, admin } = await administering();
  broker.served.set(deleteTopics.key, { min: 1, max: 5 });
  broker.on(deleteTopics, ({ topicNames }) => ({ responses: topicNames.map((name) => ({ name, errorCode: 0 })) }));
  assert.deepEqual(await admin.deleteTopics(['a', 'b']), [
    { name: 'a', error: undefined },
    { name: 'b', error: undefined },
  ]);
});

test('topics are listed by name, and described in the order in which they were asked for', async () => {
  const { broker, admin } = await administering();
  broker.topics.set('b', 2);
  broker.topics.set('a', 1);
  assert.deepEqual(
    (await admin.listTopics()).map(({ name }) => name),
    ['a', 'b'],
  );
  const described = await admin.describeTopics(['b', 'nothing', 'a']);
  assert.deepEqual(
    described.map(({ topic, error }) => topic?.partitions.length ?? error?.code),
    [2, 'UNKNOWN_TOPIC_OR_PARTITION', 1],
  );
});

test('partitions are added', async () => {
  const { broker, admin } = await administering();
  broker.on(createPartitions, ({ topics }) => ({
    results: topics.map(({ name, count }) => ({ name, errorCode: count > 2 ? 0 : 37, errorMessage: null })),
  }));
  const results = await admin.createPartitions([
    { topic: 'a', totalCount: 3 },
    { topic: 'b', totalCount: 1 },
  ]);
  assert.deepEqual(
    results.map(({ error }) => error?.code),
    [undefined, 'INVALID_PARTITIONS'],
  );
});

test('settings come with their sources, sorted, and each resource with its own error', async () => {
  const { broker, admin } = await administering();
  broker.on(describeConfigs, ({ resources }) => ({
    results: resources.map(({ resourceType, resourceName }) => ({
      errorCode: resourceName === 'missing' ? 3 : 0,
      errorMessage: null,
      resourceType,
      resourceName,
      configs: [
        {
          name: 'retention.ms',
          value: '5',
          readOnly: false,
          configSource: 1,
          isSensitive: false,
          synonyms: [],
          configType: 5,
          documentation: null,
        },
        {
          name: 'cleanup.policy',
          value: 'delete',
          readOnly: false,
          configSource: 5,
          isSensitive: false,
          synonyms: [],
          configType: 7,
          documentation: null,
        },
      ],
    })),
  }));
  const [topic, missing, onBroker] = await admin.describeConfigs([
    { type: 'topic', name: 'a' },
    { type: 'topic', name: 'missing' },
    { type: 'broker', name: String(NODE_ID) },
  ]);
  assert.deepEqual(
    topic?.entries.map(({ name, source, type }) => [name, source, type]),
    [
      ['cleanup.policy', 'default', 'list'],
      ['retention.ms', 'dynamic topic', 'long'],
    ],
  );
  assert.equal(missing?.error?.code, 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal(onBroker?.error, undefined);
});

test('settings are changed one by one', async () => {
  const { broker, admin } = await administering();
  broker.on(incrementalAlterConfigs, ({ resources }) => ({
    responses: resources.map(({ resourceType, resourceName }) => ({
      errorCode: 40,
      errorMessage: 'no such value',
      resourceType,
      resourceName,
    })),
  }));
  const [altered] = await admin.alterConfigs([
    {
      resource: { type: 'topic', name: 'a' },
      changes: [
        { name: 'x', operation: 'set', value: '1' },
        { name: 'y', operation: 'delete', value: null },
      ],
    },
  ]);
  assert.match(altered?.error?.message ?? '', /Cannot alter the configs of topic a: no such value \(INVALID_CONFIG\)/);
  const { resources } = broker.last(incrementalAlterConfigs);
  assert.deepEqual(resources[0]?.configs, [
    { name: 'x', configOperation: 0, value: '1' },
    { name: 'y', configOperation: 1, value: null },
  ]);
});

test('groups are listed, and filtered here when the broker cannot', async () => {
  const { broker, admin } = await administering();
  broker.served.set(listGroups.key, { min: 0, max: 4 });
  broker.on(listGroups, () => ({
    errorCode: 0,
    groups: [
      { groupId: 'b', protocolType: 'consumer', groupState: 'Stable' },
      { groupId: 'a', protocolType: 'consumer', groupState: 'Empty' },
    ],
  }));
  assert.deepEqual(
    (await admin.listGroups()).map(({ groupId }) => groupId),
    ['a', 'b'],
  );
  assert.deepEqual(
    (await admin.listGroups({ states: ['stable'] })).map(({ groupId }) => groupId),
    ['b'],
  );
});

test('a classic group is described with the partitions of its members', async () => {
  const { broker, admin } = await administering();
  broker.on(consumerGroupDescribe, ({ groupIds }) => ({
    groups: groupIds.map((groupId) => ({
      groupId,
      errorCode: 69,
      groupState: '',
      groupEpoch: 0,
      assignmentEpoch: 0,
      assignorName: '',
      members: [],
      errorMessage: null,
    })),
  }));
  broker.on(describeGroups, ({ groups }) => ({
    groups: groups.map((groupId) => ({
      groupId,
      errorCode: 0,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [
        {
          memberId: 'm',
          clientId: 'c',
          clientHost: '/127.0.0.1',
          memberMetadata: Buffer.alloc(0),
          memberAssignment: writeAssignment([{ topic: 'orders', partition: 3 }]),
        },
      ],
    })),
  }));
  const [described] = await admin.describeGroups(['g']);
  assert.equal(described?.group?.assignor, 'range');
  assert.deepEqual(described?.group?.members[0]?.assignment, [{ topic: 'orders', partition: 3 }]);
});

test('a group of the consumer protocol is described by its own API', async () => {
  const { broker, admin } = await administering();
  broker.on(consumerGroupDescribe, ({ groupIds }) => ({
    groups: groupIds.map((groupId) => ({
      groupId,
      errorCode: 0,
      errorMessage: null,
      groupState: 'Stable',
      groupEpoch: 2,
      assignmentEpoch: 2,
      assignorName: 'uniform',
      members: [
        {
          memberId: 'm',
          memberEpoch: 2,
          clientId: 'c',
          clientHost: '/127.0.0.1',
          subscribedTopicNames: ['orders'],
          assignment: {
            topicPartitions: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', topicName: 'orders', partitions: [0, 1] }],
          },
          targetAssignment: { topicPartitions: [] },
        },
      ],
    })),
  }));
  const [described] = await admin.describeGroups(['g']);
  assert.equal(described?.group?.type, 'Consumer');
  assert.equal(described?.group?.members[0]?.assignment.length, 2);
});

test('groups are deleted', async () => {
  const { broker, admin } = await administering();
  broker.on(deleteGroups, ({ groupsNames }) => ({
    results: groupsNames.map((groupId) => ({ groupId, errorCode: groupId === 'busy' ? 68 : 0 })),
  }));
  const results = await admin.deleteGroups(['idle', 'busy']);
  assert.deepEqual(
    results.map(({ error }) => error?.code),
    [undefined, 'NON_EMPTY_GROUP'],
  );
});

test('committed offsets are read, set and forgotten; a coordinator that is loading is waited for', async () => {
  const { broker, admin, clock } = await administering();
  let isLoading = true;
  broker.on(offsetFetch, ({ groups }) => {
    const errorCode = isLoading ? 14 : 0;
    isLoading = false;
    return {
      groups: groups.map(({ groupId }) => ({
        groupId,
        errorCode,
        topics: [
          {
            name: 'orders',
            partitions: [
              { partitionIndex: 0, committedOffset: 7n, metadata: 'note', errorCode: 0 },
              { partitionIndex: 1, committedOffset: -1n, metadata: '', errorCode: 0 },
            ],
          },
        ],
      })),
    };
  });
  broker.on(offsetCommit, ({ topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 25 })),
    })),
  }));
  broker.on(offsetDelete, ({ topics }) => ({
    errorCode: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 86 })),
    })),
  }));
  const committed = await settled(clock, admin.listGroupOffsets('g'));
  assert.deepEqual(committed, [{ topic: 'orders', partition: 0, offset: 7n, leaderEpoch: -1, metadata: 'note' }]);
  const [altered] = await admin.alterGroupOffsets('g', [{ topic: 'orders', partition: 0, offset: 5n }]);
  assert.equal(altered?.error?.code, 'UNKNOWN_MEMBER_ID');
  const [deleted] = await admin.deleteGroupOffsets('g', [{ topic: 'orders', partition: 0 }]);
  assert.equal(deleted?.error?.code, 'GROUP_SUBSCRIBED_TO_TOPIC');
});

test('offsets are asked of the leaders, and a missing partition has its own error', async () => {
  const { broker, admin } = await administering();
  const logs = serveLogs(broker, 'orders', 2);
  if (logs[1]) logs[1].endOffset = 9n;
  const found = await admin.listOffsets([
    { topic: 'orders', partition: 1, spec: 'latest' },
    { topic: 'orders', partition: 0, spec: 'earliest' },
    { topic: 'orders', partition: 5, spec: 'latest' },
  ]);
  assert.deepEqual(
    found.map(({ offset, error }) => offset ?? error?.code),
    [9n, 0n, 'UNKNOWN_TOPIC_OR_PARTITION'],
  );
});

test('records are deleted up to an offset, or all of them', async () => {
  const { broker, admin } = await administering();
  broker.topics.set('orders', 2);
  broker.on(deleteRecords, ({ topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, offset }) => ({
        partitionIndex,
        lowWatermark: offset === -1n ? 9n : offset,
        errorCode: 0,
      })),
    })),
  }));
  const deleted = await admin.deleteRecords([
    { topic: 'orders', partition: 0, beforeOffset: 4n },
    { topic: 'orders', partition: 1, beforeOffset: 'end' },
    { topic: 'orders', partition: 2, beforeOffset: 'end' },
  ]);
  const byPartition = new Map(deleted.map((result) => [result.partition, result.error?.code ?? result.lowWatermark]));
  assert.deepEqual(
    byPartition,
    new Map<number, unknown>([
      [2, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [0, 4n],
      [1, 9n],
    ]),
  );
});

test('the cluster is described', async () => {
  const { broker, admin } = await administering();
  const brokers = [{ brokerId: NODE_ID, ...broker.address }];
  broker.on(describeCluster, () => ({ errorCode: 0, clusterId: 'id', controllerId: NODE_ID, brokers }));
  assert.equal((await admin.describeCluster()).clusterId, 'id');
});

test('a cluster that is too old to describe itself is described by its metadata', async () => {
  const { broker, admin } = await administering();
  broker.served.delete(describeCluster.key);
  const described = await admin.describeCluster();
  assert.equal(described.clusterId, 'test-cluster');
  assert.deepEqual(
    described.brokers.map(({ id }) => id),
    [NODE_ID],
  );
});

test('log directories tell what each partition takes', async () => {
  const { broker, admin } = await administering();
  broker.on(describeLogDirs, () => ({
    errorCode: 0,
    results: [
      {
        errorCode: 0,
        logDir: '/data',
        topics: [
          { name: 'orders', partitions: [{ partitionIndex: 0, partitionSize: 5n, offsetLag: 0n, isFutureKey: false }] },
        ],
        totalBytes: 100n,
        usableBytes: 50n,
      },
    ],
  }));
  const [dir] = await admin.describeLogDirs([NODE_ID]);
  assert.equal(dir?.path, '/data');
  assert.equal(dir?.partitions[0]?.sizeInBytes, 5n);
});

test('a log directory out of order is told, and not asked about again', async () => {
  const { broker, admin } = await administering();
  const offline = { errorCode: 56, logDir: '/broken', topics: [], totalBytes: -1n, usableBytes: -1n };
  broker.on(describeLogDirs, () => ({ errorCode: 0, results: [offline] }));
  broker.on(alterReplicaLogDirs, () => ({
    results: [{ topicName: 'orders', partitions: [{ partitionIndex: 0, errorCode: 56 }] }],
  }));
  const [dir] = await admin.describeLogDirs([NODE_ID]);
  assert.equal(dir?.error?.code, 'KAFKA_STORAGE_ERROR');
  const move = { topic: 'orders', partition: 0, brokerId: NODE_ID, path: '/broken' };
  const [moved] = await admin.alterReplicaLogDirs([move]);
  assert.equal(moved?.error?.code, 'KAFKA_STORAGE_ERROR');
});

test('the versions of a broker are told by key', async () => {
  const { admin } = await administering();
  const { apis } = await admin.describeApiVersions(NODE_ID);
  assert.deepEqual(
    apis.slice(0, 3).map(({ apiKey }) => apiKey),
    [0, 1, 2],
  );
});

test('a call that never gets an answer ends with its time', async () => {
  const { broker, admin, clock } = await administering();
  broker.on(listGroups, () => undefined);
  await assert.rejects(
    settled(clock, admin.listGroups({ timeoutMs: 2000 })),
    (error) => error instanceof TimeoutError || error instanceof KafkaError,
  );
});

test('an aborted call ends with the reason of the signal', async () => {
  const { broker, admin } = await administering();
  broker.on(listGroups, () => undefined);
  const stop = new AbortController();
  const asking = admin.listGroups({ signal: stop.signal });
  stop.abort(new Error('enough'));
  await assert.rejects(asking, /enough/);
});
