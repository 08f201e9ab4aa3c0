import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alterReplicaLogDirs, describeLogDirs, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, produceTo } from '../testing/topics.ts';

const settings = { 'log.dirs': '/a,/b' };

async function move(client: TestClient, path: string, name = 'orders'): Promise<string> {
  const topics = [{ name, partitions: [0] }];
  const { results } = await client.send(alterReplicaLogDirs, 2, { dirs: [{ path, topics }] });
  return String(errorName(results[0]?.partitions[0]?.errorCode ?? 0));
}

/** Where the partition is; `future` where a copy is on its way. */
async function places(client: TestClient): Promise<string[]> {
  const { results } = await client.send(describeLogDirs, 4, { topics: null });
  return results.flatMap(({ logDir, topics }) =>
    topics.flatMap(({ partitions }) =>
      partitions.map(({ isFutureKey }) => (isFutureKey ? `${logDir} future` : logDir)),
    ),
  );
}

test('a partition moves to the directory that is asked for, and the metadata says where it is', async () => {
  await using broker = await TestBroker.start({ settings });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await produceTo(client, { topic: 'orders', partition: 0 }, batchOf(['a', 'b']));
  const [from = ''] = await places(client);
  const to = from === '/a' ? '/b' : '/a';
  assert.equal(await move(client, to), 'NONE');
  for (let turn = 0; (await places(client)).join() !== to; turn++) {
    assert.ok(turn < 1000, 'it never moves');
    broker.clock.advance(10);
  }
  assert.equal(await move(client, to), 'NONE');
  const { baseOffset } = await produceTo(client, { topic: 'orders', partition: 0 }, batchOf(['c']));
  assert.equal(baseOffset, 2n);
});

test('what cannot be moved is told as Apache Kafka tells it', async () => {
  await using broker = await TestBroker.start({ settings });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  assert.equal(await move(client, '/c'), 'LOG_DIR_NOT_FOUND');
  assert.equal(await move(client, '/b', 'none'), 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal(await move(client, '/b', 'x'.repeat(220)), 'INVALID_TOPIC_EXCEPTION');
  await createTopic(client, 'none');
  assert.ok((await places(client)).includes('/b'));
});
