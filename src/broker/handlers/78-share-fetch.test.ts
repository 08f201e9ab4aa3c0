import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACKNOWLEDGE_TYPE } from '../share/acknowledge-records.ts';
import { alter } from '../testing/configs.ts';
import { joinShareGroup, SHARE_GROUP, ShareConsumer } from '../testing/share-groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { batchOf, createTopic, produceTo } from '../testing/topics.ts';

const GROUP_RESOURCE = 32;
const { accept, release } = ACKNOWLEDGE_TYPE;

async function start() {
  const broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  const error = await alter(client, {
    type: GROUP_RESOURCE,
    name: SHARE_GROUP,
    setting: 'share.auto.offset.reset',
    value: 'earliest',
  });
  assert.equal(error, 'NONE');
  await joinShareGroup(broker, client, ['orders']);
  return { broker, client, topicId };
}

test('a member acquires records, and gets them no more when it has accepted them', async () => {
  const { broker, client, topicId } = await start();
  await using _ = broker;
  await produceTo(client, { topic: 'orders' }, batchOf(['a', 'b', 'c']));
  const consumer = new ShareConsumer(client, 'member');
  const first = await broker.settle(consumer.fetch(topicId, { maxWaitMs: 100 }));
  assert.deepEqual(first.values, ['a', 'b', 'c']);
  assert.deepEqual(first.acquired, ['0-2*1']);
  assert.equal(
    await consumer.acknowledge(topicId, [
      [0, 0, accept],
      [1, 2, release],
    ]),
    'NONE',
  );
  assert.deepEqual((await broker.settle(consumer.fetch(topicId))).acquired, ['1-2*2']);
});
