import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartitions, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, produceTo } from '../testing/topics.ts';

async function grow(client: TestClient, name: string, count: number, version = 3, validateOnly = false) {
  const request = { topics: [{ name, count, assignments: null }], timeoutMs: 1000, validateOnly };
  const [answer] = (await client.send(createPartitions, version, request)).results;
  return errorName(answer?.errorCode ?? 0);
}

test('a topic gets more partitions, which can be used at once; never fewer, never the same number', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  for (let version = 0; version <= 3; version++) {
    const count = version + 2;
    assert.equal(await grow(client, 'orders', count, version, true), 'NONE');
    assert.equal(await grow(client, 'orders', count, version), 'NONE');
    assert.equal((await produceTo(client, { topic: 'orders', partition: count - 1 }, batchOf(['a']))).errorCode, 0);
    assert.equal(await grow(client, 'orders', count, version), 'INVALID_PARTITIONS');
    assert.equal(await grow(client, 'orders', count - 1, version), 'INVALID_PARTITIONS');
  }
  assert.equal(await grow(client, 'nothing', 5), 'UNKNOWN_TOPIC_OR_PARTITION');
});
