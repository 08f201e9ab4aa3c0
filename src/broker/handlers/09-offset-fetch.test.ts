import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, offsetFetch } from '../../protocol/index.ts';
import { commit, findGroup } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { createTopic } from '../testing/topics.ts';

/** A broker on which a group has committed offset 5 of orders-0. */
async function started() {
  const broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders', { partitions: 2 });
  await findGroup(client, 'group');
  await commit(client, { groupId: 'group' }, 'orders', 5n);
  return { broker, client, topicId };
}

test('offsets are told in every version; -1 where there is none', async () => {
  const { broker, client, topicId } = await started();
  await using _ = broker;
  for (let version = 1; version <= 10; version++) {
    const name = version >= 10 ? { topicId } : { name: 'orders' };
    const topics = [{ ...name, partitionIndexes: [0, 1] }];
    const response =
      version < 8
        ? await client.send(offsetFetch, version, {
            groupId: 'group',
            topics: [{ name: 'orders', partitionIndexes: [0, 1] }],
          })
        : (await client.send(offsetFetch, version, { groups: [{ groupId: 'group', topics }] })).groups[0];
    assert.ok(response);
    assert.equal(response.errorCode, 0);
    const offsets = response.topics[0]?.partitions.map((partition) => [partition.committedOffset, partition.metadata]);
    assert.deepEqual(
      offsets,
      [
        [5n, 'note'],
        [-1n, ''],
      ],
      `version ${version}`,
    );
  }
});

test('null asks for everything that a group has committed', async () => {
  const { broker, client, topicId } = await started();
  await using _ = broker;
  const single = await client.send(offsetFetch, 2, { groupId: 'group', topics: null });
  assert.deepEqual(
    single.topics.map(({ name, partitions }) => [name, partitions.length]),
    [['orders', 1]],
  );
  const batched = await client.send(offsetFetch, 10, { groups: [{ groupId: 'group', topics: null }] });
  assert.deepEqual(
    batched.groups[0]?.topics.map(({ topicId: id }) => id),
    [topicId],
  );
});

test('each of several groups has its own answer, a group that nobody knows one without offsets', async () => {
  const { broker, client } = await started();
  await using _ = broker;
  const topics = [{ name: 'orders', partitionIndexes: [0] }];
  const { groups } = await client.send(offsetFetch, 9, {
    groups: [
      { groupId: 'group', topics },
      { groupId: 'nobody', topics },
    ],
    requireStable: true,
  });
  assert.deepEqual(
    groups.map(({ groupId, errorCode, topics: [topic] }) => [
      groupId,
      errorCode,
      topic?.partitions[0]?.committedOffset,
    ]),
    [
      ['group', 0, 5n],
      ['nobody', 0, -1n],
    ],
  );
});

test('an id that no topic has is refused at its partitions', async () => {
  const { broker, client } = await started();
  await using _ = broker;
  const topics = [{ topicId: 'BBBBBBBBBBBBBBBBBBBBBA', partitionIndexes: [3] }];
  const { groups } = await client.send(offsetFetch, 10, { groups: [{ groupId: 'group', topics }] });
  const [partition] = groups[0]?.topics[0]?.partitions ?? [];
  assert.deepEqual([partition?.partitionIndex, errorName(partition?.errorCode ?? 0)], [3, 'UNKNOWN_TOPIC_ID']);
});

test('an error of the whole group stands where the version has a place for it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topics = [{ name: 'orders', partitionIndexes: [0] }];
  const oldest = await client.send(offsetFetch, 1, { groupId: 'group', topics });
  assert.equal(errorName(oldest.topics[0]?.partitions[0]?.errorCode ?? 0), 'NOT_COORDINATOR');
  const single = await client.send(offsetFetch, 7, { groupId: 'group', topics });
  assert.equal(errorName(single.errorCode), 'NOT_COORDINATOR');
  const batched = await client.send(offsetFetch, 9, { groups: [{ groupId: 'group', topics }] });
  assert.equal(errorName(batched.groups[0]?.errorCode ?? 0), 'NOT_COORDINATOR');
});
