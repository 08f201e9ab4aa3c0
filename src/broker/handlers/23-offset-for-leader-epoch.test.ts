import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, offsetForLeaderEpoch } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, produceTo } from '../testing/topics.ts';

async function ask(
  client: TestClient,
  leaderEpoch: number,
  options: { currentLeaderEpoch?: number; topic?: string; version?: number } = {},
) {
  const { currentLeaderEpoch = -1, topic = 'orders', version = 4 } = options;
  const request = { topics: [{ topic, partitions: [{ partition: 0, currentLeaderEpoch, leaderEpoch }] }] };
  const [answer] = (await client.send(offsetForLeaderEpoch, version, request)).topics[0]?.partitions ?? [];
  return [errorName(answer?.errorCode ?? 0), answer?.leaderEpoch, answer?.endOffset];
}

test('the end of an epoch is told, of the current one and of those before (KIP-320)', async () => {
  const first = await TestBroker.start();
  const client = await first.connect();
  await createTopic(client, 'orders');
  await produceTo(client, { topic: 'orders' }, batchOf(['a', 'b']));
  for (let version = 2; version <= 4; version++) assert.deepEqual(await ask(client, 0, { version }), ['NONE', 0, 2n]);
  await first[Symbol.asyncDispose]();
  // A broker that was not stopped cleanly leads in a new epoch.
  await first.disk.remove('/data/.kafka_cleanshutdown');
  await using second = await TestBroker.start({ disk: first.disk, clock: first.clock });
  const later = await second.connect();
  await produceTo(later, { topic: 'orders' }, batchOf(['c']));
  assert.deepEqual(await ask(later, 0), ['NONE', 0, 2n]);
  assert.deepEqual(await ask(later, 1), ['NONE', 1, 3n]);
  assert.deepEqual(await ask(later, 9), ['NONE', -1, -1n]);
  assert.deepEqual(await ask(later, 1, { currentLeaderEpoch: 1 }), ['NONE', 1, 3n]);
  assert.deepEqual(await ask(later, 0, { currentLeaderEpoch: 0 }), ['FENCED_LEADER_EPOCH', -1, -1n]);
  assert.deepEqual(await ask(later, 0, { currentLeaderEpoch: 2 }), ['UNKNOWN_LEADER_EPOCH', -1, -1n]);
  assert.deepEqual(await ask(later, 0, { topic: 'nothing' }), ['UNKNOWN_TOPIC_OR_PARTITION', -1, -1n]);
});
