import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, ZERO_UUID } from '../../protocol/index.ts';
import { applyRecords } from '../image/metadata-image.ts';
import { partitionChange } from '../image/partition-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { newTopic, startCluster, testBroker, testSchema } from '../test-fixtures.ts';
import { alterReassignments, listReassignments } from './reassign-partitions.ts';
import { registerBroker } from './register-broker.ts';
import { unregisterBroker } from './unregister-broker.ts';
import { updateFeatures } from './update-features.ts';

const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const NEWEST = 2;

async function clusterImage() {
  const { controller } = await startCluster();
  await controller.createTopics({ topics: [newTopic('orders', { numPartitions: 2 })], validateOnly: false });
  const { image } = controller;
  await controller.stop();
  return image;
}

function target(partitionIndex: number, replicas: number[] | null) {
  return {
    topics: [{ name: 'orders', partitions: [{ partitionIndex, replicas }] }],
    allowReplicationFactorChange: true,
  };
}

function change(topicId: string, index: number, fields: Parameters<typeof partitionChange>[2]): MetadataRecord {
  return { type: 'PartitionChangeRecord', value: partitionChange(topicId, index, fields) };
}

test('a partition that is where it should be stays there, and others are refused', async () => {
  const image = await clusterImage();
  const codeOf = (request: Parameters<typeof alterReassignments>[1]) => {
    const { records, response } = alterReassignments(image, request);
    assert.deepEqual(records, []);
    return errorName(response.responses[0]?.partitions[0]?.errorCode ?? 0);
  };
  assert.equal(codeOf(target(0, [1])), 'NONE');
  assert.equal(codeOf(target(0, [1, 2])), 'INVALID_REPLICA_ASSIGNMENT');
  assert.equal(codeOf(target(0, [])), 'INVALID_REPLICA_ASSIGNMENT');
  assert.equal(codeOf(target(0, null)), 'NO_REASSIGNMENT_IN_PROGRESS');
  assert.equal(codeOf(target(9, [1])), 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.deepEqual(listReassignments(image, { topics: null }).topics, []);
});

test('a reassignment that another cluster left behind is listed, and can be cancelled or ended', async () => {
  const image = await clusterImage();
  const { topicId } = image.topics.byName.get('orders') ?? assert.fail();
  const underWay = applyRecords(image, [
    change(topicId, 1, { replicas: [1, 2], addingReplicas: [2], directories: [ZERO_UUID, ZERO_UUID] }),
  ]);
  assert.deepEqual(listReassignments(underWay, { topics: null }).topics, [
    {
      name: 'orders',
      partitions: [{ partitionIndex: 1, replicas: [1, 2], addingReplicas: [2], removingReplicas: [] }],
    },
  ]);
  for (const replicas of [null, [1]]) {
    const { records } = alterReassignments(underWay, target(1, replicas));
    const after = applyRecords(underWay, records);
    assert.deepEqual(after.topics.partition('orders', 1)?.replicas, [1]);
    assert.deepEqual(listReassignments(after, { topics: null }).topics, []);
  }
});

test('features go up and down within what this release knows, all or none', async () => {
  const image = await clusterImage();
  const context = { nodeId: 1, schema: testSchema, apiVersion: NEWEST };
  const update = (feature: string, maxVersionLevel: number, upgradeType = UPGRADE) => ({
    feature,
    maxVersionLevel,
    allowDowngrade: false,
    upgradeType,
  });
  const decide = (...featureUpdates: ReturnType<typeof update>[]) =>
    updateFeatures(image, { featureUpdates, validateOnly: false }, context);
  const lowered = applyRecords(image, decide(update('group.version', 0, SAFE_DOWNGRADE)).records);
  assert.equal(lowered.features.levels.get('group.version'), undefined);
  for (const wrong of [
    update('group.version', 99),
    update('group.version', 0),
    update('no.such', 1),
    update('metadata.version', 29, SAFE_DOWNGRADE),
    update('metadata.version', 29, 3),
    update('kraft.version', 0, SAFE_DOWNGRADE),
    update('group.version', 1, 0),
  ]) {
    assert.throws(
      () => decide(update('share.version', 1), wrong),
      { code: 'INVALID_UPDATE_VERSION' },
      JSON.stringify(wrong),
    );
  }
  assert.deepEqual(decide(update('kraft.version', 1)).records, []);
});

test('a broker that is gone is forgotten, and partitions lose it', async () => {
  const before = await clusterImage();
  const other = registerBroker(before, { ...testBroker, brokerId: 7 }, true);
  const { topicId } = before.topics.byName.get('orders') ?? assert.fail();
  const image = applyRecords(before, [
    ...other.records,
    change(topicId, 0, { replicas: [7, 1], isr: [7, 1], leader: 7, directories: [ZERO_UUID, ZERO_UUID] }),
    change(topicId, 1, { replicas: [7], isr: [7], leader: 7, directories: [ZERO_UUID] }),
  ]);
  const after = applyRecords(image, unregisterBroker(image, 7, 1).records);
  assert.equal(after.brokers.byId.has(7), false);
  const [shared, lost] = [0, 1].map((index) => after.topics.partition('orders', index));
  assert.deepEqual([shared?.leader, shared?.isr], [1, [1]]);
  assert.deepEqual([lost?.leader, lost?.isr, lost?.eligibleLeaderReplicas], [-1, [], [7]]);
  assert.throws(() => unregisterBroker(after, 7, 1), { code: 'BROKER_ID_NOT_REGISTERED' });
  assert.throws(() => unregisterBroker(after, 1, 1), { code: 'INVALID_REQUEST' });
});
