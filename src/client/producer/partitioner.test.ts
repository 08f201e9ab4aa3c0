import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import type { TopicMetadata } from '../metadata.ts';
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
