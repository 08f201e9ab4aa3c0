// A broker one of whose log directories is away serves what is in the others, and says of the rest that it cannot be reached, never that it is empty.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Disk, ManualClock, MemoryDisk, systemError } from '../platform/index.ts';
import { errorName, findCoordinator, listOffsets, offsetFetch } from '../protocol/index.ts';
import { commit, findGroup } from './testing/groups.ts';
import { TestBroker } from './testing/test-broker.ts';
import type { TestClient } from './testing/test-client.ts';
import { batchOf, createTopic, produceTo } from './testing/topics.ts';

const settings = { 'log.dirs': '/a,/b' };
const PARTITIONS = 4;
const GROUPS = ['g0', 'g1', 'g2', 'g3', 'g4', 'g5'];
const LATEST = -1n;

/** A disk with a record in every partition and a commit of every group, half of them in `/b`. */
async function filledDisk(clock: ManualClock): Promise<MemoryDisk> {
  const disk = new MemoryDisk(clock);
  await using broker = await TestBroker.start({ clock, disk, settings });
  const client = await broker.connect();
  await createTopic(client, 'orders', { partitions: PARTITIONS });
  for (let partition = 0; partition < PARTITIONS; partition++)
    await produceTo(client, { topic: 'orders', partition }, batchOf(['a']));
  for (const groupId of GROUPS) {
    await findGroup(client, groupId);
    assert.equal(await commit(client, { groupId }, 'orders', 1n), 'NONE');
  }
  return disk;
}

function withoutDirectory(disk: MemoryDisk, directory: string): Disk {
  const { makeDirectory } = disk;
  disk.makeDirectory = (path) =>
    path === directory
      ? Promise.reject(systemError('EIO', 'mkdir', path, 'i/o error'))
      : makeDirectory.call(disk, path);
  return disk;
}

async function endOf(client: TestClient, partitionIndex: number): Promise<string> {
  const partitions = [{ partitionIndex, timestamp: LATEST }];
  const { topics } = await client.send(listOffsets, 7, { replicaId: -1, topics: [{ name: 'orders', partitions }] });
  const [found] = topics[0]?.partitions ?? [];
  return found?.errorCode === 0 ? `ends at ${found.offset}` : String(errorName(found?.errorCode ?? 0));
}

async function offsetOf(client: TestClient, groupId: string): Promise<string> {
  await client.send(findCoordinator, 2, { key: groupId, keyType: 0 });
  const topics = [{ name: 'orders', partitionIndexes: [0] }];
  const { groups } = await client.send(offsetFetch, 8, { groups: [{ groupId, topics }] });
  const [group] = groups;
  return group?.errorCode === 0
    ? `is at ${group.topics[0]?.partitions[0]?.committedOffset}`
    : String(errorName(group?.errorCode ?? 0));
}

test('offsets of logs and of groups that are in it are refused, not told as if there were none', async () => {
  const clock = new ManualClock();
  const disk = withoutDirectory(await filledDisk(clock), '/b');
  await using broker = await TestBroker.start({ clock, disk, settings });
  const client = await broker.connect();
  const ends = await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => endOf(client, partition)));
  assert.deepEqual([...new Set(ends)].sort(), ['KAFKA_STORAGE_ERROR', 'ends at 1']);
  const offsets = new Set<string>();
  for (const groupId of GROUPS) offsets.add(await offsetOf(client, groupId));
  assert.deepEqual([...offsets].sort(), ['COORDINATOR_LOAD_IN_PROGRESS', 'is at 1']);
});
