// Log directories that get no partitions any more (KIP-1066).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alterReplicaLogDirs, describeLogDirs, errorName, incrementalAlterConfigs } from '../protocol/index.ts';
import { TestBroker } from './testing/test-broker.ts';
import type { TestClient } from './testing/test-client.ts';
import { createTopic } from './testing/topics.ts';

const BROKER = 4;
const SET = 0;

async function cordon(client: TestClient, value: string, resourceName = '1'): Promise<string> {
  const configs = [{ name: 'cordoned.log.dirs', configOperation: SET, value }];
  const { responses } = await client.send(incrementalAlterConfigs, 1, {
    resources: [{ resourceType: BROKER, resourceName, configs }],
    validateOnly: false,
  });
  const [answer] = responses;
  return answer?.errorCode === 0 ? 'NONE' : `${errorName(answer?.errorCode ?? 0)}: ${answer?.errorMessage}`;
}

/** Each directory with how many partitions it has. */
async function directories(client: TestClient): Promise<string[]> {
  const { results } = await client.send(describeLogDirs, 5, { topics: null });
  return results.map(({ logDir, topics, isCordoned }) => {
    const count = topics.reduce((sum, { partitions }) => sum + partitions.length, 0);
    return `${logDir}${isCordoned ? ' cordoned' : ''}: ${count}`;
  });
}

async function move(client: TestClient, path: string): Promise<string> {
  const topics = [{ name: 'orders', partitions: [0] }];
  const { results } = await client.send(alterReplicaLogDirs, 2, { dirs: [{ path, topics }] });
  return String(errorName(results[0]?.partitions[0]?.errorCode ?? 0));
}

test('get no new partitions, from the start on or from a change on, and none that moves', async () => {
  await using broker = await TestBroker.start({ settings: { 'log.dirs': '/a,/b', 'cordoned.log.dirs': '/a' } });
  const client = await broker.connect();
  await createTopic(client, 'orders', { partitions: 3 });
  assert.deepEqual(await directories(client), ['/a cordoned: 0', '/b: 3']);
  assert.equal(await move(client, '/a'), 'INVALID_REPLICA_ASSIGNMENT');
  assert.equal(await cordon(client, '/b'), 'NONE');
  await createTopic(client, 'letters', { partitions: 2 });
  assert.deepEqual(await directories(client), ['/a: 2', '/b cordoned: 3']);
});

test('leave no room for new topics when they are all', async () => {
  await using broker = await TestBroker.start({ settings: { 'log.dirs': '/a,/b' } });
  const client = await broker.connect();
  assert.equal(await cordon(client, '*'), 'NONE');
  await assert.rejects(
    createTopic(client, 'orders'),
    /All brokers are currently fenced, or have all their log directories cordoned\./,
  );
  assert.deepEqual(await directories(client), ['/a cordoned: 0', '/b cordoned: 0']);
  assert.equal(await cordon(client, ''), 'NONE');
  await createTopic(client, 'orders');
});

test('must be log directories of the one broker, or all', async () => {
  await using broker = await TestBroker.start({ settings: { 'log.dirs': '/a,/b' } });
  const client = await broker.connect();
  assert.match(await cordon(client, '/a,/c'), /^INVALID_REQUEST: .*Missing entries : \/c$/);
  assert.match(await cordon(client, '*,/a'), /^INVALID_REQUEST: .*it must not contain other values$/);
  assert.match(await cordon(client, '/a', ''), /^INVALID_REQUEST: .*broker id must be specified/);
  assert.deepEqual(await directories(client), ['/a: 0', '/b: 0']);
});
