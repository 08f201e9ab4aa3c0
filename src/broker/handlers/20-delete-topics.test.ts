import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteTopics, errorName, ZERO_UUID } from '../../protocol/index.ts';
import { commit, findGroup } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from '../testing/topics.ts';

const ORDERS = { topic: 'orders' };

async function remove(client: TestClient, version: number, topic: { name?: string | null; topicId?: string }) {
  const request =
    version < 6
      ? { topicNames: [topic.name ?? ''], timeoutMs: 0 }
      : { topics: [{ name: topic.name ?? null, topicId: topic.topicId ?? ZERO_UUID }], timeoutMs: 0 };
  const [answer] = (await client.send(deleteTopics, version, request)).responses;
  return errorName(answer?.errorCode ?? 0);
}

test('a topic is deleted by its name, in every version, or by its id', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (let version = 1; version <= 6; version++) {
    await createTopic(client, 'orders');
    assert.equal(await remove(client, version, { name: 'orders' }), 'NONE');
    assert.equal(await remove(client, version, { name: 'orders' }), 'UNKNOWN_TOPIC_OR_PARTITION');
  }
  const topicId = await createTopic(client, 'orders');
  assert.equal(await remove(client, 6, { topicId }), 'NONE');
  assert.equal(await remove(client, 6, { topicId }), 'UNKNOWN_TOPIC_ID');
  assert.equal(errorName((await fetchFrom(client, ORDERS)).errorCode), 'UNKNOWN_TOPIC_OR_PARTITION');
});

test('a new topic of the same name is empty, and its groups begin anew', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const before = await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['old']));
  await findGroup(client, 'group');
  await commit(client, { groupId: 'group' }, 'orders', 1n);
  await remove(client, 6, { name: 'orders' });
  assert.notEqual(await createTopic(client, 'orders'), before);
  assert.deepEqual(valuesOf(await fetchFrom(client, ORDERS)), []);
  assert.equal((await produceTo(client, ORDERS, batchOf(['new']))).baseOffset, 0n);
  await broker.clock.advanceAndSettle(120_000);
  assert.deepEqual(valuesOf(await fetchFrom(client, ORDERS)), ['new']);
});

test('the files of a deleted topic go after file.delete.delay.ms', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a']));
  assert.ok(await broker.disk.status('/data/orders-0'));
  await remove(client, 6, { name: 'orders' });
  await broker.clock.advanceAndSettle(60_001);
  for (let turns = 0; turns < 10; turns++) await broker.clock.advanceAndSettle(0);
  const names = (await broker.disk.list('/data')).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => name.startsWith('orders')),
    [],
  );
});

test('deleting is refused where delete.topic.enable is false', async () => {
  await using broker = await TestBroker.start({ settings: { 'delete.topic.enable': 'false' } });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  assert.equal(await remove(client, 6, { name: 'orders' }), 'TOPIC_DELETION_DISABLED');
});
