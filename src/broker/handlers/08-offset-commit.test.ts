import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, offsetCommit, offsetFetch } from '../../protocol/index.ts';
import { commit, findGroup, joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

const SIMPLE = { groupId: 'group' };

async function committed(client: TestClient): Promise<bigint | undefined> {
  const topics = [{ name: 'orders', partitionIndexes: [0] }];
  const response = await client.send(offsetFetch, 5, { groupId: 'group', topics });
  return response.topics[0]?.partitions[0]?.committedOffset;
}

test('an offset is committed in every version, and kept over a restart', async () => {
  const first = await TestBroker.start();
  const client = await first.connect();
  const topicId = await createTopic(client, 'orders');
  await findGroup(client, 'group');
  for (let version = 2; version <= 10; version++) {
    const { topics } = await client.send(offsetCommit, version, {
      groupId: 'group',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [
        {
          ...(version >= 10 ? { topicId } : { name: 'orders' }),
          partitions: [{ partitionIndex: 0, committedOffset: BigInt(version), committedMetadata: '' }],
        },
      ],
    });
    assert.equal(topics[0]?.partitions[0]?.errorCode, 0);
    assert.equal(version >= 10 ? topics[0]?.topicId : topics[0]?.name, version >= 10 ? topicId : 'orders');
    assert.equal(await committed(client), BigInt(version));
  }
  await first[Symbol.asyncDispose]();
  await using second = await TestBroker.start({ disk: first.disk, clock: first.clock });
  assert.equal(await committed(await second.connect()), 10n);
});

test('what does not exist is refused, partition by partition, and the rest is committed', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await findGroup(client, 'group');
  const partition = (partitionIndex: number) => ({ partitionIndex, committedOffset: 5n, committedMetadata: '' });
  const { topics } = await client.send(offsetCommit, 9, {
    groupId: 'group',
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [
      { name: 'orders', partitions: [partition(0), partition(9)] },
      { name: 'nothing', partitions: [partition(0)] },
    ],
  });
  assert.deepEqual(
    topics.map(({ name, partitions }) => [
      name,
      partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorName(errorCode)]),
    ]),
    [
      [
        'orders',
        [
          [0, 'NONE'],
          [9, 'UNKNOWN_TOPIC_OR_PARTITION'],
        ],
      ],
      ['nothing', [[0, 'UNKNOWN_TOPIC_OR_PARTITION']]],
    ],
  );
  assert.equal(await committed(client), 5n);
  const byId = await client.send(offsetCommit, 10, {
    groupId: 'group',
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [{ topicId: 'BBBBBBBBBBBBBBBBBBBBBA', partitions: [partition(0)] }],
  });
  assert.equal(errorName(byId.topics[0]?.partitions[0]?.errorCode ?? 0), 'UNKNOWN_TOPIC_ID');
});

test('members commit in their generation, and strangers not while a group has members', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const member = await joinAlone(broker, client, 'group');
  assert.equal(await commit(client, member, 'orders', 3n), 'NONE');
  assert.equal(await commit(client, { ...member, generationId: 9 }, 'orders', 4n), 'ILLEGAL_GENERATION');
  assert.equal(await commit(client, { ...member, memberId: 'stranger' }, 'orders', 4n), 'UNKNOWN_MEMBER_ID');
  assert.equal(await commit(client, SIMPLE, 'orders', 4n), 'UNKNOWN_MEMBER_ID');
  assert.equal(await committed(client), 3n);
});

test('metadata above the limit is refused', async () => {
  await using broker = await TestBroker.start({ settings: { 'offset.metadata.max.bytes': '3' } });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await findGroup(client, 'group');
  assert.equal(await commit(client, SIMPLE, 'orders', 4n), 'OFFSET_METADATA_TOO_LARGE');
});

test('a commit before anybody asked for the coordinator is told to look for it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  assert.equal(await commit(client, SIMPLE, 'orders', 4n), 'NOT_COORDINATOR');
});
