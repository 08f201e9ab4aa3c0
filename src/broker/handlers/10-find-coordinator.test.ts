import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeConfigs, errorName, findCoordinator, metadata } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';

const GROUP = 0;
const TOPIC_RESOURCE = 2;

test('a group is coordinated here, whatever the version that asks', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (let version = 0; version <= 6; version++) {
    const request = version < 4 ? { key: 'group' } : { keyType: GROUP, coordinatorKeys: ['group', 'another'] };
    const response = await client.send(findCoordinator, version, request);
    const answers = version < 4 ? [response] : response.coordinators;
    assert.equal(answers.length, version < 4 ? 1 : 2);
    for (const { errorCode, nodeId, host, port } of answers) {
      assert.deepEqual([errorCode, nodeId, host, port], [0, 1, '127.0.0.1', 9092]);
    }
  }
});

test('the topic in which groups are kept is made for the first who asks, compacted and as large as configured', async () => {
  await using broker = await TestBroker.start({ settings: { 'offsets.topic.num.partitions': '7' } });
  const clients = await Promise.all(Array.from({ length: 10 }, () => broker.connect()));
  const answers = clients.map((client) => client.send(findCoordinator, 2, { key: 'group', keyType: GROUP }));
  for (const { errorCode } of await Promise.all(answers)) assert.equal(errorCode, 0);
  const client = await broker.connect();
  const { topics } = await client.send(metadata, 12, { topics: null });
  assert.deepEqual(
    topics.map(({ name, isInternal, partitions }) => [name, isInternal, partitions.length]),
    [['__consumer_offsets', true, 7]],
  );
  const { results } = await client.send(describeConfigs, 4, {
    resources: [
      { resourceType: TOPIC_RESOURCE, resourceName: '__consumer_offsets', configurationKeys: ['cleanup.policy'] },
    ],
  });
  assert.equal(results[0]?.configs[0]?.value, 'compact');
});

test('a kind of coordinator that nobody knows is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const single = await client.send(findCoordinator, 3, { key: 'x', keyType: 9 });
  assert.deepEqual([errorName(single.errorCode), single.nodeId, single.port], ['INVALID_REQUEST', -1, -1]);
  const batched = await client.send(findCoordinator, 4, { keyType: 9, coordinatorKeys: ['x'] });
  assert.equal(errorName(batched.coordinators[0]?.errorCode ?? 0), 'INVALID_REQUEST');
  assert.equal(batched.coordinators[0]?.key, 'x');
});
