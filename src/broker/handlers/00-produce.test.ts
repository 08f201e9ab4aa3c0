import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestBroker } from '../testing/test-broker.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from '../testing/topics.ts';

test('what was produced is fetched', async () => {
  const start = performance.now();
  await using broker = await TestBroker.start();
  console.log('start', performance.now() - start);
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await produceTo(client, { topic: 'orders' }, batchOf(['a', 'b']));
  assert.deepEqual(valuesOf(await fetchFrom(client, { topic: 'orders' })), ['a', 'b']);
  console.log('start', performance.now() - start);
});
