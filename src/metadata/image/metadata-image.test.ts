import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetadataRecord } from '../metadata-record.ts';
import { compareImages } from './metadata-delta.ts';
import { applyRecords, EMPTY_IMAGE, imageRecords } from './metadata-image.ts';
import { type PartitionImage, partitionChange, partitionRecord } from './partition-image.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const partition: PartitionImage = {
  replicas: [1, 2],
  directories: [ID, ID],
  isr: [1, 2],
  removingReplicas: [],
  addingReplicas: [],
  eligibleLeaderReplicas: [],
  lastKnownElr: [],
  leader: 1,
  leaderRecoveryState: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
};
const topic: MetadataRecord[] = [
  { type: 'TopicRecord', value: { name: 'a', topicId: ID } },
  { type: 'PartitionRecord', value: partitionRecord(ID, 0, partition) },
];
const config = (value: string | null): MetadataRecord => ({
  type: 'ConfigRecord',
  value: { resourceType: 2, resourceName: 'a', name: 'retention.ms', value },
});

test('an image is never changed by what comes after it', () => {
  const first = applyRecords(EMPTY_IMAGE, [...topic, config('1')]);
  const change = partitionChange(ID, 0, { isr: [1] });
  const second = applyRecords(first, [{ type: 'PartitionChangeRecord', value: change }, config('2')]);
  assert.deepEqual(first.topics.partition('a', 0)?.isr, [1, 2]);
  assert.deepEqual(second.topics.partition('a', 0)?.isr, [1]);
  assert.deepEqual({ ...first.configs.of({ type: 2, name: 'a' }) }, { 'retention.ms': '1' });
  assert.equal(second.brokers, first.brokers);
});

test('only a change that names a leader begins a leader epoch', () => {
  const first = applyRecords(EMPTY_IMAGE, topic);
  const shrink = applyRecords(first, [{ type: 'PartitionChangeRecord', value: partitionChange(ID, 0, { isr: [1] }) }]);
  const elect = applyRecords(shrink, [{ type: 'PartitionChangeRecord', value: partitionChange(ID, 0, { leader: 1 }) }]);
  const epochs = [first, shrink, elect]
    .map((image) => image.topics.partition('a', 0))
    .map((found) => [found?.leaderEpoch, found?.partitionEpoch]);
  assert.deepEqual(epochs, [
    [0, 0],
    [0, 1],
    [1, 2],
  ]);
});

test('a record about what is not there is refused, and the image stays', () => {
  const image = applyRecords(EMPTY_IMAGE, topic);
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAg';
  for (const record of [
    { type: 'RemoveTopicRecord', value: { topicId: unknown } },
    { type: 'PartitionChangeRecord', value: partitionChange(unknown, 0, {}) },
    { type: 'PartitionChangeRecord', value: partitionChange(ID, 7, {}) },
  ] satisfies MetadataRecord[]) {
    assert.throws(() => applyRecords(image, [config('9'), record]), { code: 'UNKNOWN_SERVER_ERROR' });
  }
  assert.deepEqual(image.configs.of({ type: 2, name: 'a' }), {});
});

test('a topic that is created, deleted and created again in one group is the last one, without older settings', () => {
  const other = 'AAAAAAAAAAAAAAAAAAAAAw';
  const image = applyRecords(EMPTY_IMAGE, [
    ...topic,
    config('1'),
    { type: 'RemoveTopicRecord', value: { topicId: ID } },
    { type: 'TopicRecord', value: { name: 'a', topicId: other } },
  ]);
  assert.equal(image.topics.byName.get('a')?.topicId, other);
  assert.deepEqual([...image.topics.byId.keys()], [other]);
  assert.deepEqual(image.configs.of({ type: 2, name: 'a' }), {});
});

test('the records of an image make the same image', () => {
  const image = applyRecords(EMPTY_IMAGE, [
    ...topic,
    config('1'),
    { type: 'FeatureLevelRecord', value: { name: 'group.version', featureLevel: 1 } },
    { type: 'ProducerIdsRecord', value: { brokerId: 1, brokerEpoch: 1n, nextProducerId: 1000n } },
  ]);
  const again = applyRecords(EMPTY_IMAGE, [...imageRecords(image)]);
  const { hasChangedFeatures: _features, ...delta } = compareImages(image, again);
  assert.deepEqual([...again.topics.byName], [...image.topics.byName]);
  assert.deepEqual(again.features, image.features);
  assert.equal(again.producerIds.nextProducerId, 1000n);
  assert.equal(delta.createdTopics.length + delta.deletedTopics.length, 0);
});

test('a feature at level zero is none', () => {
  const on = applyRecords(EMPTY_IMAGE, [{ type: 'FeatureLevelRecord', value: { name: 'x', featureLevel: 1 } }]);
  const off = applyRecords(on, [{ type: 'FeatureLevelRecord', value: { name: 'x', featureLevel: 0 } }]);
  assert.deepEqual([...on.features.levels], [['x', 1]]);
  assert.deepEqual([...off.features.levels], []);
});
