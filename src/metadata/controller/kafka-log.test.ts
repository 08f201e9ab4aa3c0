// A metadata log that Apache Kafka 4.3.1 has written: a new cluster, topic alpha with three partitions and two settings, a clean stop.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock, MemoryDisk } from '../../platform/index.ts';
import { startController, TEST_DIRECTORY, testBroker } from '../test-fixtures.ts';

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/kafka-cluster-metadata');

async function diskOfKafka(): Promise<MemoryDisk> {
  const disk = new MemoryDisk(new ManualClock());
  await disk.makeDirectory(TEST_DIRECTORY);
  for (const name of readdirSync(FIXTURE)) {
    const file = await disk.open(`${TEST_DIRECTORY}/${name}`, { create: true });
    await file.write([readFileSync(join(FIXTURE, name))], 0);
    await file.close();
  }
  return disk;
}

test('a metadata log of Apache Kafka opens, with its snapshot, transactions and unknown records', async () => {
  const { controller } = await startController({ disk: await diskOfKafka() });
  const { image } = controller;
  assert.equal(image.features.levels.get('metadata.version'), 30);
  assert.equal(image.brokers.byId.get(1)?.fenced, true);
  assert.deepEqual([...image.topics.byName.keys()], ['alpha']);
  assert.deepEqual(
    { ...image.configs.of({ type: 2, name: 'alpha' }) },
    { 'retention.ms': '1000', 'cleanup.policy': 'compact' },
  );
  // 43 records and control records of Kafka's, and the leader change of this start.
  assert.equal(image.endOffset, 44n);
  await controller.stop();
});

test('partitions that Apache Kafka left without a leader get it back when their broker registers', async () => {
  const { controller } = await startController({ disk: await diskOfKafka() });
  assert.equal(controller.image.topics.partition('alpha', 0)?.leader, -1);
  await controller.registerBroker(testBroker, true);
  const { leader, isr, leaderEpoch, eligibleLeaderReplicas, lastKnownElr } =
    controller.image.topics.partition('alpha', 2) ?? assert.fail();
  assert.deepEqual(
    { leader, isr, leaderEpoch, eligibleLeaderReplicas, lastKnownElr },
    { leader: 1, isr: [1], leaderEpoch: 2, eligibleLeaderReplicas: [], lastKnownElr: [] },
  );
  await controller.stop();
});
