import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import type { PartitionMetadata, TopicMetadata } from '../metadata.ts';
import { murmur2 } from './murmur2.ts';
import { partitionOfKey, StickyPartitioner } from './partitioner.ts';

test('the hash is the one of the Java client', () => {
  const known: [string, number][] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  for (const [key, hash] of known) assert.equal(murmur2(Buffer.from(key)), hash, key);
});

test('a key keeps its partition, and every partition is a valid one', () => {
  for (let index = 0; index < 1000; index++) {
    const key = Buffer.from(`key ${index}`);
    const partition = partitionOfKey(key, 7);
    assert.equal(partitionOfKey(Buffer.from(key), 7), partition);
    assert.ok(partition >= 0 && partition < 7);
  }
});

function topicWithLeaders(leaders: readonly number[]): TopicMetadata {
  return {
    name: 'orders',
    topicId: undefined,
    isInternal: false,
    authorizedOperations: undefined,
    partitions: leaders.map((leader, partition) => ({
      partition,
      leader,
      leaderEpoch: 0,
      replicas: [],
      inSyncReplicas: [],
      offlineReplicas: [],
      error: undefined,
    })),
  };
}

test('records without a key stay with one partition until it got its bytes', () => {
  const partitioner = new StickyPartitioner(100, new SeededRandom(7));
  const topic = topicWithLeaders([1, 1, 1, 1]);
  const first = Array.from({ length: 10 }, () => partitioner.next(topic, 10));
  assert.equal(new Set(first).size, 1);
  assert.notEqual(partitioner.next(topic, 10), first[0]);
});

test('records without a key reach every partition over time', () => {
  const partitioner = new StickyPartitioner(10, new SeededRandom(11));
  const topic = topicWithLeaders([1, 1, 1, 1]);
  const seen = new Set(Array.from({ length: 200 }, () => partitioner.next(topic, 10)));
  assert.equal(seen.size, 4);
});

test('a partition without a leader is passed over', () => {
  const partitioner = new StickyPartitioner(1, new SeededRandom(3));
  const topic = topicWithLeaders([-1, 2, -1]);
  for (let index = 0; index < 20; index++) assert.equal(partitioner.next(topic, 10), 1);
});

test('without any leader a partition is chosen all the same: its records wait', () => {
  const partitioner = new StickyPartitioner(1, new SeededRandom(3));
  assert.ok([0, 1].includes(partitioner.next(topicWithLeaders([-1, -1]), 10)));
});

test('partitions with fewer waiting batches get more of the records, in proportion to the difference', () => {
  const queued = [0, 3, 3];
  const loads = { queuedBatches: (partition: number) => queued[partition] ?? 0, isAvailable: () => true };
  const partitioner = new StickyPartitioner(1, new SeededRandom(5), loads);
  const topic = topicWithLeaders([1, 1, 1]);
  const counts = [0, 0, 0];
  for (let index = 0; index < 3000; index++) {
    const partition = partitioner.next(topic, 1);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  // From each of the others partition 0 is four times as likely as the third, and from there both are alike: 4 of 9 in all.
  const [first = 0] = counts;
  assert.ok(first > 1250 && first < 1420, `counts ${counts}`);
});

test('a partition whose broker takes nothing is passed over while there are others', () => {
  const silent = new Set([1]);
  const loads = { queuedBatches: () => 0, isAvailable: ({ leader }: PartitionMetadata) => !silent.has(leader) };
  const partitioner = new StickyPartitioner(1, new SeededRandom(5), loads);
  const topic = topicWithLeaders([1, 2, 1]);
  for (let index = 0; index < 20; index++) assert.equal(partitioner.next(topic, 1), 1);
  silent.add(2);
  assert.equal(new Set(Array.from({ length: 100 }, () => partitioner.next(topic, 1))).size, 3);
});
