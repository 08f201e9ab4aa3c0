// Hashes beside those of the library that Apache Kafka uses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GroupTopic, NO_TOPICS } from './group-topics.ts';
import { metadataHash, topicHash } from './metadata-hash.ts';
import { xxh3 } from './xxh3.ts';

/** By the length of an input whose byte at i is 7i + 3. Made with hash4j 0.22. */
const HASHES: readonly (readonly [number, bigint])[] = [
  [0, 3244421341483603138n],
  [1, 1433843135270481901n],
  [3, -6266602912829716452n],
  [4, 7895465118229274323n],
  [8, 6941064856527638883n],
  [9, -72226354546400344n],
  [16, -5131753158909839995n],
  [17, 8163341949877205007n],
  [100, -5362810412169982817n],
  [128, 7440608504995537343n],
  [129, -4150982730466284604n],
  [200, 8389308914288017243n],
  [240, 7229805477010515663n],
  [241, -8364630114420064745n],
  [500, -5135160933809773974n],
  [1024, -7241394453710343503n],
  [1025, -9192937061388044938n],
  [3000, -3994278647677818051n],
];

test('inputs of every length class have the hash that other implementations give them', () => {
  for (const [length, expected] of HASHES) {
    const input = Buffer.from(Array.from({ length }, (_, index) => (index * 7 + 3) & 0xff));
    assert.equal(xxh3(input), expected, `${length} bytes`);
  }
});

const TOPIC: GroupTopic = {
  name: 'orders',
  topicId: Buffer.from('0123456789abcdef8edcba9876543210', 'hex').toString('base64url'),
  partitionCount: 2,
  racks: (partition) => [`r${partition + 1}`],
};

test('a topic has the hash that Apache Kafka gives it', () => {
  assert.equal(topicHash(TOPIC), 2772904255059572781n);
});

test('topics that are not there do not count', () => {
  const topics = { ...NO_TOPICS, byName: (name: string) => (name === 'orders' ? TOPIC : undefined) };
  assert.equal(metadataHash(['gone'], topics), 0n);
  assert.equal(metadataHash(['orders', 'gone'], topics), metadataHash(['orders'], topics));
  assert.notEqual(metadataHash(['orders'], topics), 0n);
});
