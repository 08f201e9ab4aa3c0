import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTopicPartitions, errorName, listOffsets, metadata, type RequestInput } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, produceTo } from '../testing/topics.ts';

const NEWEST = 13;
type Topics = RequestInput<typeof metadata>['topics'];

async function ask(client: TestClient, topics: Topics, allowAutoTopicCreation = false, version = NEWEST) {
  const response = await client.send(metadata, version, {
    topics,
    // Before version 4 it goes without saying.
    ...(version >= 4 && { allowAutoTopicCreation }),
  });
  return {
    ...response,
    topics: response.topics.map((topic) => ({ ...topic, code: errorName(topic.errorCode) })),
  };
}

test('the brokers are told under the address that is advertised on the listener that was asked', async () => {
  await using broker = await TestBroker.start({
    settings: {
      listeners: 'IN://127.0.0.1:9092,OUT://127.0.0.1:9093',
      'advertised.listeners': 'IN://inside:1,OUT://outside:2',
      'listener.security.protocol.map': 'IN:PLAINTEXT,OUT:PLAINTEXT',
      'broker.rack': 'here',
      'node.id': '7',
    },
  });
  const inside = await ask(await broker.connect(), []);
  const outside = await ask(await broker.connect(9093), []);
  assert.deepEqual({ ...inside.brokers[0] }, { nodeId: 7, host: 'inside', port: 1, rack: 'here' });
  assert.deepEqual({ ...outside.brokers[0] }, { nodeId: 7, host: 'outside', port: 2, rack: 'here' });
  assert.deepEqual([inside.controllerId, inside.clusterId], [7, broker.broker.clusterId]);
});

test('topics are described by name, by id, or all of them, each with leaders and replicas', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders', { partitions: 2 });
  await createTopic(client, 'bills');
  const [byName] = (await ask(client, [{ name: 'orders' }])).topics;
  const [byId] = (await ask(client, [{ name: null, topicId }])).topics;
  assert.deepEqual(byName, byId);
  assert.deepEqual([byName?.code, byName?.topicId, byName?.isInternal], ['NONE', topicId, false]);
  assert.deepEqual(
    byName?.partitions.map(({ partitionIndex, leaderId, leaderEpoch, replicaNodes, isrNodes, offlineReplicas }) => {
      return [partitionIndex, leaderId, leaderEpoch, replicaNodes, isrNodes, offlineReplicas];
    }),
    [0, 1].map((index) => [index, 1, 0, [1], [1], []]),
  );
  const names = async (topics: Topics, version: number) =>
    (await ask(client, topics, false, version)).topics.map(({ name }) => name).sort();
  assert.deepEqual(await names(null, NEWEST), ['bills', 'orders']);
  assert.deepEqual(await names([], NEWEST), []);
  assert.deepEqual(await names([], 0), ['bills', 'orders'], 'version 0 has no null');
  assert.deepEqual(await names([], 1), []);
  assert.deepEqual(await names([{ name: 'orders' }, { name: 'orders' }], NEWEST), ['orders']);
});

test('several topics are described by id, whatever name stands beside it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const ids = [await createTopic(client, 'orders'), await createTopic(client, 'bills')];
  const { topics } = await ask(
    client,
    [...ids, ...ids].map((topicId) => ({ name: '', topicId })),
  );
  assert.deepEqual(
    topics.map(({ name, topicId }) => [name, topicId]),
    [
      ['orders', ids[0]],
      ['bills', ids[1]],
    ],
  );
});

test('a topic is made on first use when client and broker allow it, and can be used at once', async () => {
  await using broker = await TestBroker.start({ settings: { 'num.partitions': '3' } });
  const client = await broker.connect();
  assert.equal((await ask(client, [{ name: 'orders' }])).topics[0]?.code, 'UNKNOWN_TOPIC_OR_PARTITION');
  const [made] = (await ask(client, [{ name: 'orders' }], true)).topics;
  assert.deepEqual([made?.code, made?.partitions.map(({ leaderId }) => leaderId)], ['NONE', [1, 1, 1]]);
  assert.equal((await ask(client, [{ name: 'by-version-3' }], true, 3)).topics[0]?.code, 'NONE');
  assert.deepEqual((await ask(client, null, true)).topics.length, 2);
});

test('clients that ask for a new topic at the same time make it once', async () => {
  await using broker = await TestBroker.start();
  const clients = await Promise.all(Array.from({ length: 20 }, () => broker.connect()));
  const answers = await Promise.all(clients.map((client) => ask(client, [{ name: 'orders' }], true)));
  assert.equal(new Set(answers.map(({ topics }) => topics[0]?.topicId)).size, 1);
});

test('no topic is made where the broker does not allow it', async () => {
  await using broker = await TestBroker.start({ settings: { 'auto.create.topics.enable': 'false' } });
  const client = await broker.connect();
  assert.equal((await ask(client, [{ name: 'orders' }], true)).topics[0]?.code, 'UNKNOWN_TOPIC_OR_PARTITION');
});

test('a name that no topic may have is refused, and never becomes a path', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const names = ['..', '.', '', 'a/b', '../escaped', '/etc', 'a\0b', 'sp ace', 'ü', 'x'.repeat(250), 'a\\b', 'a:b'];
  const { topics } = await ask(
    client,
    names.map((name) => ({ name })),
    true,
  );
  assert.deepEqual(
    topics.map(({ name, code }) => [name, code]),
    names.map((name) => [name, 'INVALID_TOPIC_EXCEPTION']),
  );
  assert.deepEqual((await ask(client, null)).topics, []);
  assert.equal(await broker.disk.status('/escaped-0'), undefined);
  await createTopic(client, 'a.b');
  const [colliding] = (await ask(client, [{ name: 'a_b' }], true)).topics;
  assert.equal(colliding?.code, 'INVALID_TOPIC_EXCEPTION');
});

test('an internal topic is marked, and made with the settings of its coordinator', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const [topic] = (await ask(client, [{ name: '__consumer_offsets' }], true)).topics;
  assert.deepEqual([topic?.code, topic?.isInternal, topic?.partitions.length], ['NONE', true, 2]);
});

test('an id that nobody has is unknown, and ids before version 12 are refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = 'BBBBBBBBBBBBBBBBBBBBBA';
  const [unknown] = (await ask(client, [{ name: null, topicId }], true)).topics;
  assert.deepEqual([unknown?.code, unknown?.topicId, unknown?.name], ['UNKNOWN_TOPIC_ID', topicId, null]);
  for (const version of [10, 11]) {
    const [refused] = (await ask(client, [{ name: null, topicId }], true, version)).topics;
    assert.deepEqual([refused?.code, refused?.name], ['INVALID_REQUEST', '']);
  }
});

test('what the caller may do is told to who asks', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const operations = async (isAsked: boolean, version: number) => {
    const response = await client.send(metadata, version, {
      topics: [{ name: 'orders' }],
      includeTopicAuthorizedOperations: isAsked,
      ...(version <= 10 && { includeClusterAuthorizedOperations: isAsked }),
    });
    return [response.topics[0]?.topicAuthorizedOperations, response.clusterAuthorizedOperations];
  };
  const notAsked = -(2 ** 31);
  assert.deepEqual(await operations(false, NEWEST), [notAsked, notAsked]);
  const [onTopic = 0] = await operations(true, NEWEST);
  assert.ok(onTopic > 0);
  assert.ok((await operations(true, 10)).every((bits = 0) => bits > 0));
});

test('a partition whose log cannot be loaded has no leader, and answers with a storage error', async () => {
  const first = await TestBroker.start();
  const client = await first.connect();
  await createTopic(client, 'orders', { partitions: 2 });
  for (let count = 0; count < 2; count++) await produceTo(client, { topic: 'orders' }, batchOf(['a']));
  await first[Symbol.asyncDispose]();
  await first.disk.remove('/data/.kafka_cleanshutdown');
  const log = await first.disk.open('/data/orders-0/00000000000000000000.log');
  await log.write([Buffer.from([255])], 16);
  await using second = await TestBroker.start({ disk: first.disk, clock: first.clock });
  const later = await second.connect();
  const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, timestamp: -2n }));
  const starts = (await later.send(listOffsets, 7, { replicaId: -1, topics: [{ name: 'orders', partitions }] }))
    .topics[0]?.partitions;
  assert.deepEqual(
    starts?.map(({ errorCode }) => errorName(errorCode)),
    ['KAFKA_STORAGE_ERROR', 'NONE'],
  );
  const expected = [
    ['LEADER_NOT_AVAILABLE', -1, [1], [1]],
    ['NONE', 1, [1], []],
  ];
  const described = (await later.send(metadata, NEWEST, { topics: [{ name: 'orders' }] })).topics[0]?.partitions;
  assert.deepEqual(
    described?.map((one) => [errorName(one.errorCode), one.leaderId, one.isrNodes, one.offlineReplicas]),
    expected,
  );
  const paged = (await later.send(describeTopicPartitions, 0, { topics: [{ name: 'orders' }] })).topics[0]?.partitions;
  assert.deepEqual(
    paged?.map((one) => [errorName(one.errorCode), one.leaderId, one.isrNodes, one.offlineReplicas]),
    expected,
  );
  const produced = await produceTo(later, { topic: 'orders' }, batchOf(['b']));
  assert.equal(errorName(produced.errorCode), 'KAFKA_STORAGE_ERROR');
  assert.equal(errorName((await fetchFrom(later, { topic: 'orders' })).errorCode), 'KAFKA_STORAGE_ERROR');
});
