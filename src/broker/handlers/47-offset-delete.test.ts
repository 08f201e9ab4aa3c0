import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, offsetDelete, offsetFetch } from '../../protocol/index.ts';
import { commit, findGroup, joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

async function ask(client: TestClient, groupId: string, ...partitions: readonly [string, number][]) {
  const { errorCode, topics } = await client.send(offsetDelete, 0, {
    groupId,
    topics: partitions.map(([name, partitionIndex]) => ({ name, partitions: [{ partitionIndex }] })),
  });
  const codes = topics.flatMap(({ name, partitions: answers }) =>
    answers.map((answer) => [name, answer.partitionIndex, errorName(answer.errorCode)]),
  );
  return { code: errorName(errorCode), codes };
}

test('an offset of an empty group is forgotten; what does not exist is refused beside it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await findGroup(client, 'group');
  await commit(client, { groupId: 'group' }, 'orders', 5n);
  const { code, codes } = await ask(client, 'group', ['orders', 0], ['nothing', 3]);
  assert.equal(code, 'NONE');
  assert.deepEqual(codes, [
    ['orders', 0, 'NONE'],
    ['nothing', 3, 'UNKNOWN_TOPIC_OR_PARTITION'],
  ]);
  assert.deepEqual((await client.send(offsetFetch, 2, { groupId: 'group', topics: null })).topics, []);
});

test('offsets of topics that the group reads are kept, and a group that nobody knows is an error', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const member = await joinAlone(broker, client, 'group');
  await commit(client, member, 'orders', 5n);
  assert.deepEqual((await ask(client, 'group', ['orders', 0])).codes, [['orders', 0, 'GROUP_SUBSCRIBED_TO_TOPIC']]);
  assert.equal((await ask(client, 'nobody', ['orders', 0])).code, 'GROUP_ID_NOT_FOUND');
});
