import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteRecords, errorName } from '../../protocol/index.ts';
import { findGroup } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from '../testing/topics.ts';

async function remove(client: TestClient, topic: string, offset: bigint, version = 2, partitionIndex = 0) {
  const topics = [{ name: topic, partitions: [{ partitionIndex, offset }] }];
  const [answer] = (await client.send(deleteRecords, version, { topics, timeoutMs: 0 })).topics[0]?.partitions ?? [];
  return [errorName(answer?.errorCode ?? 0), answer?.lowWatermark];
}

async function filled(broker: TestBroker, configs: Record<string, string> = {}): Promise<TestClient> {
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs });
  for (const values of [['a', 'b'], ['c', 'd'], ['e']]) await produceTo(client, { topic: 'orders' }, batchOf(values));
  return client;
}

test('records below an offset are gone, also where it lies inside a batch', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  assert.deepEqual(await remove(client, 'orders', 0n, 0), ['NONE', 0n]);
  assert.deepEqual(await remove(client, 'orders', 3n, 1), ['NONE', 3n]);
  assert.equal(errorName((await fetchFrom(client, { topic: 'orders', offset: 2n })).errorCode), 'OFFSET_OUT_OF_RANGE');
  assert.deepEqual(valuesOf(await fetchFrom(client, { topic: 'orders', offset: 3n })).at(-1), 'e');
  assert.deepEqual(await remove(client, 'orders', 1n), ['NONE', 3n], 'what is gone does not come back');
  assert.deepEqual(await remove(client, 'orders', -1n), ['NONE', 5n], '-1 is everything');
});

test('what lies above the high watermark or does not exist is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  assert.deepEqual(await remove(client, 'orders', 6n), ['OFFSET_OUT_OF_RANGE', -1n]);
  assert.deepEqual(await remove(client, 'orders', -2n), ['OFFSET_OUT_OF_RANGE', -1n]);
  assert.deepEqual(await remove(client, 'nothing', 0n), ['UNKNOWN_TOPIC_OR_PARTITION', -1n]);
  assert.deepEqual(await remove(client, 'orders', 0n, 2, 7), ['UNKNOWN_TOPIC_OR_PARTITION', -1n]);
});

test('records of compacted and of internal topics are kept', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker, { 'cleanup.policy': 'compact' });
  assert.deepEqual(await remove(client, 'orders', 1n), ['POLICY_VIOLATION', -1n]);
  assert.deepEqual(await remove(client, '__consumer_offsets', 0n), ['UNKNOWN_TOPIC_OR_PARTITION', -1n]);
  await findGroup(client, 'group');
  assert.deepEqual(await remove(client, '__consumer_offsets', 0n), ['INVALID_TOPIC_EXCEPTION', -1n]);
});

test('the new start of the log is kept over a restart', async () => {
  const first = await TestBroker.start();
  const client = await filled(first);
  await remove(client, 'orders', 3n);
  await first[Symbol.asyncDispose]();
  await using second = await TestBroker.start({ disk: first.disk, clock: first.clock });
  const partition = await fetchFrom(await second.connect(), { topic: 'orders', offset: 4n });
  assert.equal(partition.logStartOffset, 3n);
});
