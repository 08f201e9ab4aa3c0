import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  alterShareGroupOffsets,
  deleteGroups,
  deleteShareGroupOffsets,
  deleteTopics,
  describeShareGroupOffsets,
  errorName,
  listGroups,
  shareGroupHeartbeat,
} from '../../protocol/index.ts';
import { ACKNOWLEDGE_TYPE } from '../share/acknowledge-records.ts';
import { SHARE_GROUP, ShareConsumer, startShareGroup } from '../testing/share-groups.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, produceTo } from '../testing/topics.ts';

const { accept, release } = ACKNOWLEDGE_TYPE;

/** A group that is done with two of five records, one of them behind one that it has given back. */
async function start() {
  const started = await startShareGroup();
  const { broker, client, topicId } = started;
  const consumer = new ShareConsumer(client, 'member');
  await produceTo(client, { topic: 'orders' }, batchOf(['a', 'b', 'c', 'd', 'e']));
  await broker.settle(consumer.fetch(topicId, { maxWaitMs: 100 }));
  await consumer.acknowledge(topicId, [[0, 4, accept, release, accept, release, release]]);
  return { ...started, consumer };
}

async function offsetsOf(client: TestClient, topics: readonly string[] | null = ['orders']) {
  const asked = topics?.map((topicName) => ({ topicName, partitions: [0] }));
  const { groups } = await client.send(describeShareGroupOffsets, 1, {
    groups: [{ groupId: SHARE_GROUP, topics: asked ?? null }],
  });
  const partitions = groups[0]?.topics.flatMap((topic) => topic.partitions) ?? [];
  return partitions.map(({ startOffset, lag, errorCode }) => ({ startOffset, lag, error: errorName(errorCode) }));
}

async function leave(client: TestClient) {
  await client.send(shareGroupHeartbeat, 1, { groupId: SHARE_GROUP, memberId: 'member', memberEpoch: -1 });
}

/** The name of the error of the group, or of its first partition. */
async function alter(client: TestClient, startOffset: bigint, topicName = 'orders', partitionIndex = 0) {
  const { errorCode, responses } = await client.send(alterShareGroupOffsets, 0, {
    ...{ groupId: SHARE_GROUP, topics: [{ topicName, partitions: [{ partitionIndex, startOffset }] }] },
  });
  return errorName(errorCode || (responses[0]?.partitions[0]?.errorCode ?? 0));
}

/** The name of the error of the group, or of its first topic. */
async function forget(client: TestClient, topicName = 'orders') {
  const { errorCode, responses } = await client.send(deleteShareGroupOffsets, 0, {
    ...{ groupId: SHARE_GROUP, topics: [{ topicName }] },
  });
  return errorName(errorCode || (responses[0]?.errorCode ?? 0));
}

describe('Offsets of a share group', () => {
  it('are where it begins and how many records it is not done with', async () => {
    const { broker, client, topicId, consumer } = await start();
    await using _ = broker;
    const expected = [{ startOffset: 0n, lag: 3n, error: 'NONE' }];
    assert.deepEqual(await offsetsOf(client), expected, 'the new start is written down with the next change');
    assert.deepEqual(await offsetsOf(client, null), expected);
    await broker.settle(consumer.fetch(topicId, { maxWaitMs: 100 }));
    await consumer.acknowledge(topicId, [[1, 1, accept]]);
    assert.deepEqual(await offsetsOf(client), [{ startOffset: 1n, lag: 2n, error: 'NONE' }]);
  });

  it('are unknown of what the group does not read', async () => {
    const { broker, client } = await start();
    await using _ = broker;
    await createTopic(client, 'unread');
    assert.deepEqual(await offsetsOf(client, ['unread']), [{ startOffset: -1n, lag: -1n, error: 'NONE' }]);
    assert.deepEqual(await offsetsOf(client, ['missing']), [{ startOffset: -1n, lag: -1n, error: 'NONE' }]);
  });

  it('are set while the group has no members', async () => {
    const { broker, client, topicId, consumer } = await start();
    await using _ = broker;
    assert.equal(await alter(client, 3n), 'NON_EMPTY_GROUP');
    await consumer.close();
    await leave(client);
    assert.equal(await alter(client, 3n), 'NONE');
    assert.equal(await alter(client, 3n, 'missing'), 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.equal(await alter(client, 3n, 'orders', 5), 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.deepEqual(await offsetsOf(client), [{ startOffset: 3n, lag: 2n, error: 'NONE' }]);
    const next = new ShareConsumer(await broker.connect(), 'next');
    const fetched = await broker.settle(next.fetch(topicId, { maxWaitMs: 100 }));
    assert.deepEqual(fetched.acquired, ['3-4*1'], 'a member begins there, whatever was known before');
  });

  it('are forgotten while the group has no members', async () => {
    const { broker, client } = await start();
    await using _ = broker;
    assert.equal(await forget(client), 'NON_EMPTY_GROUP');
    await leave(client);
    assert.equal(await forget(client), 'NONE');
    assert.deepEqual(await offsetsOf(client, null), []);
    assert.equal(await forget(client), 'UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('go with the group, and with the topic', async () => {
    const { broker, client } = await start();
    await using _ = broker;
    const remove = () => client.send(deleteGroups, 2, { groupsNames: [SHARE_GROUP] });
    assert.equal(errorName((await remove()).results[0]?.errorCode ?? 0), 'NON_EMPTY_GROUP');
    await client.send(deleteTopics, 5, { topicNames: ['orders'], timeoutMs: 1000 });
    await broker.clock.advanceAndSettle(0);
    assert.deepEqual(await offsetsOf(client, null), []);
    await leave(client);
    assert.equal(errorName((await remove()).results[0]?.errorCode ?? 0), 'NONE');
    const { groups } = await client.send(listGroups, 5, { statesFilter: [], typesFilter: ['share'] });
    assert.deepEqual(groups, []);
  });
});
