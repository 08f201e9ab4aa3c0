// Compaction of a broker's logs: that of its own state, which a restart reads back, and settings that change meanwhile.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deleteGroups,
  encodeBatch,
  incrementalAlterConfigs,
  listGroups,
  offsetCommit,
  offsetDelete,
  offsetFetch,
} from '../protocol/index.ts';
import { findGroup, joinAlone, type Member } from './testing/groups.ts';
import { TestBroker } from './testing/test-broker.ts';
import type { TestClient } from './testing/test-client.ts';
import { createTopic, produceTo } from './testing/topics.ts';

const BROKER = 4;
const TOPIC = 2;
const SET = 0;
const SEGMENT_BYTES = 1_048_576;
/** Of these two fill a segment. */
const LARGE = Buffer.alloc(600_000);
/** The most that a commit may carry. */
const NOTE = 'x'.repeat(4096);
/** They fill a segment. */
const COMMITS = 130n;

/** Time for the cleaner to look, and to work. */
async function pass(broker: TestBroker, ms = 5000): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) await broker.clock.advanceAndSettle(100);
}

async function bytesOf({ disk }: TestBroker, partition: string): Promise<number> {
  let bytes = 0;
  for (const { name } of await disk.list(`/data/${partition}`))
    if (name.endsWith('.log')) bytes += (await disk.status(`/data/${partition}/${name}`))?.size ?? 0;
  return bytes;
}

async function commit(client: TestClient, member: Partial<Member>, offset: bigint, partitionIndex = 0): Promise<void> {
  const { groupId = '', memberId = '', generationId: generationIdOrMemberEpoch = -1 } = member;
  const partitions = [{ partitionIndex, committedOffset: offset, committedMetadata: NOTE }];
  const topics = [{ name: 'orders', partitions }];
  const response = await client.send(offsetCommit, 9, { groupId, memberId, generationIdOrMemberEpoch, topics });
  assert.equal(response.topics[0]?.partitions[0]?.errorCode, 0);
}

async function offsetsOf(client: TestClient, groupId: string): Promise<string[]> {
  const { topics } = await client.send(offsetFetch, 5, { groupId, topics: null });
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => `${name}-${partitionIndex} ${committedOffset}`),
  );
}

test('__consumer_offsets reads back after compaction and a restart as it was: offsets, members, and what was deleted', async () => {
  const settings = {
    'offsets.topic.num.partitions': '1',
    'offsets.topic.segment.bytes': String(SEGMENT_BYTES),
    'log.cleaner.backoff.ms': '1000',
  };
  let broker = await TestBroker.start({ settings });
  const { disk, clock } = broker;
  try {
    let client = await broker.connect();
    await createTopic(client, 'orders', { partitions: 2 });
    const member = await joinAlone(broker, client, 'members');
    await findGroup(client, 'kept');
    await commit(client, { groupId: 'deleted' }, 7n);
    await commit(client, { groupId: 'kept' }, 9n, 1);
    for (let offset = 0n; offset < COMMITS; offset++) {
      await commit(client, { groupId: 'kept' }, offset);
      await commit(client, member, offset);
    }
    await client.send(deleteGroups, 2, { groupsNames: ['deleted'] });
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 1 }] }];
    await client.send(offsetDelete, 0, { groupId: 'kept', topics });
    for (let offset = 0n; offset < 2n * COMMITS; offset++) await commit(client, { groupId: 'kept' }, offset);
    const before = await bytesOf(broker, '__consumer_offsets-0');
    // The second time tombstones have had their day, and go.
    for (const restMs of [0, 90_000_000]) {
      await clock.advanceAndSettle(restMs);
      client = await broker.connect();
      for (let count = 0n; count < 2n * COMMITS; count++) await commit(client, { groupId: 'kept' }, 1000n);
      await pass(broker);
      const after = await bytesOf(broker, '__consumer_offsets-0');
      assert.ok(after < before / 2, `${before} bytes became ${after}`);
      await broker[Symbol.asyncDispose]();
      broker = await TestBroker.start({ settings, disk, clock });
      client = await broker.connect();
      await findGroup(client, 'kept');
      assert.deepEqual(await offsetsOf(client, 'kept'), ['orders-0 1000']);
      assert.deepEqual(await offsetsOf(client, 'members'), [`orders-0 ${COMMITS - 1n}`]);
      assert.deepEqual(await offsetsOf(client, 'deleted'), []);
      const { groups } = await client.send(listGroups, 4, {});
      assert.deepEqual(groups.map(({ groupId }) => groupId).sort(), ['kept', 'members']);
    }
  } finally {
    await broker[Symbol.asyncDispose]();
  }
});

test('settings of compaction that change while the broker runs count for logs that it has', async () => {
  const settings = { 'log.cleaner.backoff.ms': '1000', 'log.cleaner.io.max.bytes.per.second': '1000' };
  await using broker = await TestBroker.start({ settings });
  const client = await broker.connect();
  const alter = async (resourceType: number, resourceName: string, name: string, value: string) => {
    const resources = [{ resourceType, resourceName, configs: [{ name, configOperation: SET, value }] }];
    const { responses } = await client.send(incrementalAlterConfigs, 1, { resources, validateOnly: false });
    assert.equal(responses[0]?.errorCode, 0, responses[0]?.errorMessage ?? '');
  };
  const never = String(2n ** 63n - 1n);
  const configs = { 'cleanup.policy': 'compact', 'segment.bytes': String(SEGMENT_BYTES) };
  await createTopic(client, 'clean', { configs: { ...configs, 'min.cleanable.dirty.ratio': '1' } });
  await createTopic(client, 'young', { configs: { ...configs, 'min.compaction.lag.ms': never } });
  await createTopic(client, 'plain', { configs: { ...configs, 'cleanup.policy': 'delete' } });
  const names = ['clean', 'young', 'plain'] as const;
  for (const topic of names) {
    for (let count = 0; count < 6; count++) {
      const records = [{ timestamp: BigInt(broker.clock.now()), key: Buffer.from('key'), value: LARGE }];
      const { errorCode } = await produceTo(client, { topic }, encodeBatch({ records }));
      assert.equal(errorCode, 0);
    }
  }
  const compacted = async () => {
    const sizes = await Promise.all(names.map((name) => bytesOf(broker, `${name}-0`)));
    return names.filter((_, index) => (sizes[index] ?? 0) < 4 * LARGE.length);
  };
  await pass(broker);
  assert.deepEqual(await compacted(), []);
  await alter(TOPIC, 'clean', 'min.cleanable.dirty.ratio', '0');
  await pass(broker);
  assert.deepEqual(await compacted(), [], 'at a thousand bytes per second it takes an hour');
  await alter(BROKER, '', 'log.cleaner.io.max.bytes.per.second', '1000000000');
  await pass(broker);
  assert.deepEqual(await compacted(), ['clean']);
  await alter(TOPIC, 'young', 'min.compaction.lag.ms', '0');
  await pass(broker);
  assert.deepEqual(await compacted(), ['clean', 'young']);
  await alter(TOPIC, 'plain', 'cleanup.policy', 'compact');
  await alter(BROKER, '', 'log.cleaner.dedupe.buffer.size', '1048576');
  await pass(broker);
  assert.deepEqual(await compacted(), ['clean', 'young', 'plain']);
});
