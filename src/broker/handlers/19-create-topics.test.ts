import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTopics, errorName, metadata, type RequestInput } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';

type NewTopic = RequestInput<typeof createTopics>['topics'][number];

function newTopic(name: string, fields: Partial<NewTopic> = {}): NewTopic {
  return { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...fields };
}

async function create(client: TestClient, topics: readonly NewTopic[], version = 7, validateOnly = false) {
  const response = await client.send(createTopics, version, { topics, timeoutMs: 1000, validateOnly });
  return response.topics.map((topic) => ({ ...topic, code: errorName(topic.errorCode) }));
}

async function codesOf(client: TestClient, ...topics: readonly NewTopic[]) {
  return (await create(client, topics)).map(({ code }) => code);
}

test('a topic is there and can be used when the answer comes, in every version', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (let version = 2; version <= 7; version++) {
    const name = `made-by-version-${version}`;
    const [made] = await create(client, [newTopic(name, { numPartitions: 2 })], version);
    assert.equal(made?.code, 'NONE');
    const { topics } = await client.send(metadata, 12, { topics: [{ name }] });
    assert.deepEqual(
      topics[0]?.partitions.map(({ leaderId }) => leaderId),
      [1, 1],
    );
    if (version >= 7) assert.equal(made.topicId, topics[0]?.topicId);
    // Never null: the Java client does not expect it.
    if (version >= 5) assert.ok(Array.isArray(made.configs));
  }
});

test('-1 takes the number of partitions and replicas that the broker is configured with', async () => {
  await using broker = await TestBroker.start({ settings: { 'num.partitions': '5' } });
  const [made] = await create(await broker.connect(), [
    newTopic('orders', { numPartitions: -1, replicationFactor: -1 }),
  ]);
  assert.deepEqual([made?.numPartitions, made?.replicationFactor], [5, 1]);
});

test('each topic has its own answer, and what is refused harms no other', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await create(client, [newTopic('there')]);
  const wanted: readonly [NewTopic, string][] = [
    [newTopic('fine'), 'NONE'],
    [newTopic('there'), 'TOPIC_ALREADY_EXISTS'],
    [newTopic('..'), 'INVALID_TOPIC_EXCEPTION'],
    [newTopic('a/b'), 'INVALID_TOPIC_EXCEPTION'],
    [newTopic('x'.repeat(250)), 'INVALID_TOPIC_EXCEPTION'],
    [newTopic('no-partitions', { numPartitions: 0 }), 'INVALID_PARTITIONS'],
    [newTopic('no-replicas', { replicationFactor: 0 }), 'INVALID_REPLICATION_FACTOR'],
    [newTopic('too-many-replicas', { replicationFactor: 2 }), 'INVALID_REPLICATION_FACTOR'],
    [newTopic('bad-config', { configs: [{ name: 'retention.ms', value: 'long' }] }), 'INVALID_CONFIG'],
    [newTopic('no-config', { configs: [{ name: 'retention', value: '1' }] }), 'INVALID_CONFIG'],
  ];
  const answers = await create(
    client,
    wanted.map(([topic]) => topic),
  );
  const codeOf = Object.fromEntries(answers.map(({ name, code }) => [name, code]));
  for (const [{ name }, code] of wanted) assert.equal(codeOf[name], code, name);
});

test('a name that stands twice in a request is refused', async () => {
  await using broker = await TestBroker.start();
  const codes = await codesOf(await broker.connect(), newTopic('twice'), newTopic('once'), newTopic('twice'));
  assert.deepEqual(codes.sort(), ['INVALID_REQUEST', 'NONE']);
});

test('a number of partitions that no broker can hold is refused without an attempt', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const [code] = await codesOf(client, newTopic('orders', { numPartitions: 2 ** 31 - 1 }));
  assert.equal(code, 'POLICY_VIOLATION');
  assert.deepEqual(await codesOf(client, newTopic('orders')), ['NONE']);
});

test('a request that only validates makes nothing', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const [validated] = await create(client, [newTopic('orders')], 7, true);
  assert.equal(validated?.code, 'NONE');
  assert.deepEqual((await client.send(metadata, 12, { topics: null })).topics, []);
});
