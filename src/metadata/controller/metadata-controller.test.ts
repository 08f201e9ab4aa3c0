import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, MemoryDisk, systemError } from '../../platform/index.ts';
import { errorName, type KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import type { MetadataDelta } from '../image/metadata-delta.ts';
import { failingDisk, newTopic, startCluster, startController, TEST_DIRECTORY, testBroker } from '../test-fixtures.ts';
import type { MetadataController } from './metadata-controller.ts';
import { ALL_ALLOWED } from './permissions.ts';

test('a new cluster has the features of Kafka 4.3 and one minimum of replicas in sync', async () => {
  const { controller } = await startController();
  assert.deepEqual(Object.fromEntries(controller.image.features.levels), {
    'metadata.version': 30,
    'eligible.leader.replicas.version': 1,
    'group.version': 1,
    'share.version': 1,
    'streams.version': 1,
    'transaction.version': 2,
  });
  assert.deepEqual(controller.image.configs.of({ type: 4, name: '' }), { 'min.insync.replicas': '1' });
  await controller.stop();
});

test('everything is there again after a restart', async () => {
  const { controller, disk, clock } = await startCluster();
  await controller.createTopics({
    topics: [newTopic('a', { numPartitions: 3, configs: { 'retention.ms': '7' } }), newTopic('b')],
    validateOnly: false,
  });
  await controller.deleteTopics({ topics: [], topicNames: ['b'] });
  await controller.allocateProducerIds(1, controller.image.brokers.byId.get(1)?.brokerEpoch ?? -1n);
  await controller.stop();
  const before = controller.image;
  const { controller: restarted } = await startController({ disk, clock });
  assert.deepEqual([...restarted.image.topics.byName], [...before.topics.byName]);
  assert.deepEqual([...restarted.image.configs.byResource], [...before.configs.byResource]);
  assert.deepEqual(restarted.image.brokers, before.brokers);
  assert.deepEqual(restarted.image.features, before.features);
  assert.equal(restarted.image.producerIds.nextProducerId, 1000n);
  await restarted.stop();
});

test('listeners get what changed, when it is committed', async () => {
  const { controller } = await startCluster();
  const deltas: MetadataDelta[] = [];
  const unsubscribe = controller.subscribe((delta, image) => {
    assert.equal(image, controller.image);
    deltas.push(delta);
  });
  await controller.createTopics({ topics: [newTopic('a', { configs: { 'retention.ms': '7' } })], validateOnly: false });
  await controller.createPartitions({ topics: [{ name: 'a', count: 2, assignments: null }], validateOnly: false });
  await controller.deleteTopics({ topics: [], topicNames: ['a'] });
  unsubscribe();
  await controller.createTopics({ topics: [newTopic('b')], validateOnly: false });
  assert.deepEqual(
    deltas.map(({ createdTopics, changedTopics, deletedTopics, changedConfigs }) => ({
      created: createdTopics.map(({ name, partitions }) => `${name}:${partitions.length}`),
      changed: changedTopics.map(
        ({ before, after }) => `${after.name}:${before.partitions.length}-${after.partitions.length}`,
      ),
      deleted: deletedTopics.map(({ name }) => name),
      configs: changedConfigs,
    })),
    [
      { created: ['a:1'], changed: [], deleted: [], configs: [{ type: 2, name: 'a' }] },
      { created: [], changed: ['a:1-2'], deleted: [], configs: [] },
      { created: [], changed: [], deleted: ['a'], configs: [{ type: 2, name: 'a' }] },
    ],
  );
  await controller.stop();
});

test('a deleted topic can be created again, as another topic without the old settings', async () => {
  const { controller } = await startCluster();
  const create = async () => {
    const { topics } = await controller.createTopics({
      topics: [newTopic('a', { configs: { 'retention.ms': '7' } })],
      validateOnly: false,
    });
    return topics[0]?.topicId;
  };
  const first = await create();
  await controller.deleteTopics({ topics: [], topicNames: ['a'] });
  assert.deepEqual(controller.image.configs.of({ type: 2, name: 'a' }), {});
  assert.notEqual(await create(), first);
  await controller.stop();
});

test('requests that arrive together see each other', async () => {
  const { controller } = await startCluster();
  const answers = await Promise.all([
    controller.createTopics({ topics: [newTopic('a')], validateOnly: false }),
    controller.createTopics({ topics: [newTopic('a')], validateOnly: false }),
    controller.deleteTopics({ topics: [], topicNames: ['a'] }),
    controller.createTopics({ topics: [newTopic('a')], validateOnly: false }),
  ]);
  const codes = answers.map((answer) =>
    ('topics' in answer ? answer.topics : answer.responses).map(({ errorCode }) => errorName(errorCode)),
  );
  assert.deepEqual(codes, [['NONE'], ['TOPIC_ALREADY_EXISTS'], ['NONE'], ['NONE']]);
  await controller.stop();
});

test('topics are deleted by name or id, once', async () => {
  const { controller } = await startCluster();
  await controller.createTopics({ topics: ['a', 'b', 'c', 'd'].map((name) => newTopic(name)), validateOnly: false });
  const idOf = (name: string) => controller.image.topics.byName.get(name)?.topicId ?? assert.fail();
  const ids = { a: idOf('a'), b: idOf('b'), c: idOf('c') };
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAg';
  const { responses } = await controller.deleteTopics({
    topicNames: ['d', 'x'],
    topics: [
      { name: 'a', topicId: ZERO_UUID },
      { name: null, topicId: ids.b },
      { name: null, topicId: ids.c },
      { name: 'c', topicId: ZERO_UUID },
      { name: null, topicId: unknown },
      { name: null, topicId: ZERO_UUID },
      { name: 'e', topicId: unknown },
    ],
  });
  const outcome = responses.map(({ name, topicId, errorCode }) => `${name} ${topicId} ${errorName(errorCode)}`);
  assert.deepEqual(
    outcome.filter((line) => line.endsWith(' NONE')).sort(),
    [`a ${ids.a} NONE`, `b ${ids.b} NONE`, responses.find(({ name }) => name === 'd')].map((line) =>
      typeof line === 'string' ? line : `d ${line?.topicId} NONE`,
    ),
  );
  assert.deepEqual(
    outcome.filter((line) => !line.endsWith(' NONE')).sort(),
    [
      `c ${ids.c} INVALID_REQUEST`,
      `e ${unknown} INVALID_REQUEST`,
      `null ${ZERO_UUID} INVALID_REQUEST`,
      `null ${unknown} UNKNOWN_TOPIC_ID`,
      `x ${ZERO_UUID} UNKNOWN_TOPIC_OR_PARTITION`,
    ].sort(),
  );
  assert.deepEqual([...controller.image.topics.byName.keys()], ['c']);
  await controller.stop();
});

test('who may not delete a topic learns its name only if he may see it', async () => {
  const { controller } = await startCluster();
  const { topics } = await controller.createTopics({ topics: [newTopic('a')], validateOnly: false });
  const topicId = topics[0]?.topicId ?? assert.fail();
  const byId = { topicNames: [], topics: [{ name: null, topicId }] };
  const seen = await controller.deleteTopics(byId, { ...ALL_ALLOWED, canDelete: () => false });
  assert.deepEqual(
    seen.responses.map(({ name, errorCode }) => [name, errorName(errorCode)]),
    [['a', 'TOPIC_AUTHORIZATION_FAILED']],
  );
  const unseen = await controller.deleteTopics(byId, {
    ...ALL_ALLOWED,
    canDelete: () => false,
    canDescribe: () => false,
  });
  assert.equal(unseen.responses[0]?.name, null);
  await controller.stop();
});

test('deletion can be switched off', async () => {
  const { controller } = await startCluster({ settings: { 'delete.topic.enable': 'false' } });
  await assert.rejects(controller.deleteTopics({ topics: [], topicNames: ['a'] }), { code: 'TOPIC_DELETION_DISABLED' });
  await controller.stop();
});

test('partitions are added, and only added', async () => {
  const { controller } = await startCluster();
  await controller.createTopics({ topics: [newTopic('a', { numPartitions: 2 })], validateOnly: false });
  const grow = async (name: string, count: number, assignments: { brokerIds: number[] }[] | null = null) => {
    const { results } = await controller.createPartitions({
      topics: [{ name, count, assignments }],
      validateOnly: false,
    });
    return `${errorName(results[0]?.errorCode ?? 0)}: ${results[0]?.errorMessage}`;
  };
  assert.equal(await grow('a', 2), 'INVALID_PARTITIONS: Topic already has 2 partition(s).');
  assert.equal(
    await grow('a', 1),
    'INVALID_PARTITIONS: The topic a currently has 2 partition(s); 1 would not be an increase.',
  );
  assert.match(await grow('x', 1), /^UNKNOWN_TOPIC_OR_PARTITION/);
  assert.match(await grow('a', 4, [{ brokerIds: [1] }]), /^INVALID_REPLICA_ASSIGNMENT: Attempted to add 2 additional/);
  assert.match(await grow('a', 3, [{ brokerIds: [9] }]), /^INVALID_REPLICA_ASSIGNMENT/);
  assert.match(await grow('a', 20_000), /^POLICY_VIOLATION/);
  assert.equal(await grow('a', 3), 'NONE: null');
  assert.equal(await grow('a', 5, [{ brokerIds: [1] }, { brokerIds: [1] }]), 'NONE: null');
  assert.equal(controller.image.topics.byName.get('a')?.partitions.length, 5);
  await controller.stop();
});

test('after an unclean stop every partition gets a new leader epoch, after a clean one none', async () => {
  const { controller, disk, clock } = await startCluster();
  await controller.createTopics({ topics: [newTopic('a', { numPartitions: 300 })], validateOnly: false });
  await controller.stop();
  const unclean = await startController({ disk, clock });
  const { brokerEpoch } = await unclean.controller.registerBroker(testBroker, false);
  const partitions = unclean.controller.image.topics.byName.get('a')?.partitions ?? [];
  assert.ok(
    partitions.every(
      ({ leader, leaderEpoch, partitionEpoch }) => leader === 1 && leaderEpoch === 1 && partitionEpoch === 1,
    ),
  );
  assert.equal(unclean.controller.image.brokers.byId.get(1)?.brokerEpoch, brokerEpoch);
  assert.equal(brokerEpoch, unclean.controller.image.endOffset - 1n);
  await unclean.controller.stop();
  const clean = await startController({ disk, clock });
  await clean.controller.registerBroker(testBroker, true);
  assert.equal(clean.controller.image.topics.partition('a', 0)?.leaderEpoch, 1);
  await clean.controller.stop();
});

test('a registered broker is fenced until it serves', async () => {
  const { controller } = await startController();
  await controller.registerBroker(testBroker, true);
  assert.equal(controller.image.brokers.isActive(1), false);
  await controller.unfenceBroker(1);
  assert.equal(controller.image.brokers.isActive(1), true);
  const { endOffset } = controller.image;
  await controller.unfenceBroker(1);
  assert.equal(controller.image.endOffset, endOffset);
  await controller.stop();
});

test('producer ids are given out in blocks that never overlap, to the broker of this epoch only', async () => {
  const { controller } = await startCluster();
  const epoch = controller.image.brokers.byId.get(1)?.brokerEpoch ?? -1n;
  const blocks = await Promise.all([
    controller.allocateProducerIds(1, epoch),
    controller.allocateProducerIds(1, epoch),
  ]);
  assert.deepEqual(blocks, [
    { firstProducerId: 0n, size: 1000 },
    { firstProducerId: 1000n, size: 1000 },
  ]);
  await assert.rejects(controller.allocateProducerIds(1, epoch - 1n), { code: 'STALE_BROKER_EPOCH' });
  await assert.rejects(controller.allocateProducerIds(2, epoch), { code: 'BROKER_ID_NOT_REGISTERED' });
  await controller.stop();
});

test('an election finds nothing to do where the preferred replica leads', async () => {
  const { controller } = await startCluster();
  await controller.createTopics({ topics: [newTopic('a')], validateOnly: false });
  const topicPartitions = [
    { topic: 'a', partitions: [0, 1] },
    { topic: 'x', partitions: [0] },
  ];
  const some = await controller.electLeaders({ electionType: 0, topicPartitions });
  assert.deepEqual(
    some.replicaElectionResults.map(({ topic, partitionResult }) => [
      topic,
      partitionResult.map(({ errorCode }) => errorName(errorCode)),
    ]),
    [
      ['a', ['ELECTION_NOT_NEEDED', 'UNKNOWN_TOPIC_OR_PARTITION']],
      ['x', ['UNKNOWN_TOPIC_OR_PARTITION']],
    ],
  );
  const all = await controller.electLeaders({ electionType: 1, topicPartitions: null });
  assert.deepEqual(all.replicaElectionResults, [{ topic: 'a', partitionResult: [] }]);
  await assert.rejects(controller.electLeaders({ electionType: 2, topicPartitions: null }), {
    code: 'INVALID_REQUEST',
  });
  await controller.stop();
});

test('a stopped controller refuses, and stopping twice is harmless', async () => {
  const { controller } = await startCluster();
  await controller.stop();
  await controller.stop();
  await assert.rejects(controller.createTopics({ topics: [newTopic('a')], validateOnly: false }), {
    code: 'NOT_CONTROLLER',
  });
});

test('what a full disk refused never happened, and the controller goes on when there is room', async () => {
  let failure: Error | undefined;
  const clock = new ManualClock();
  const disk = failingDisk(new MemoryDisk(clock), 'write', () => failure);
  const { controller } = await startCluster({ disk, clock });
  await controller.createTopics({ topics: [newTopic('a')], validateOnly: false });
  const before = controller.image;
  failure = systemError('ENOSPC', 'write', 'log', 'no space left on device');
  const answers = await Promise.allSettled(
    ['b', 'c'].map((name) => controller.createTopics({ topics: [newTopic(name)], validateOnly: false })),
  );
  for (const answer of answers) assert.equal(answer.status === 'rejected' && answer.reason.code, 'NOT_CONTROLLER');
  assert.equal(controller.image, before);
  failure = undefined;
  await untilServing(controller);
  await controller.createTopics({ topics: [newTopic('b')], validateOnly: false });
  assert.deepEqual([...controller.image.topics.byName.keys()].sort(), ['a', 'b']);
  await controller.stop();
  const restarted = await startController({ disk, clock });
  assert.deepEqual([...restarted.controller.image.topics.byName.keys()].sort(), ['a', 'b']);
  await restarted.controller.stop();
});

test('a snapshot is written when the log has grown, and after its interval', async () => {
  const settings = {
    'metadata.log.max.record.bytes.between.snapshots': '3000',
    'metadata.log.max.snapshot.interval.ms': '60000',
  };
  const first = await startCluster({ settings });
  const { disk, clock } = first;
  const snapshots = async () =>
    (await disk.list(TEST_DIRECTORY)).map(({ name }) => name).filter((name) => name.endsWith('.checkpoint'));
  await first.controller.createTopics({ topics: [newTopic('a')], validateOnly: false });
  await first.controller.stop();
  assert.deepEqual(await snapshots(), []);

  const second = await startController({ settings, disk, clock });
  await second.controller.createTopics({ topics: [newTopic('b', { numPartitions: 50 })], validateOnly: false });
  await second.controller.stop();
  const grown = await snapshots();
  assert.equal(grown.length, 1);

  const third = await startController({ settings, disk, clock });
  await third.controller.createTopics({ topics: [newTopic('c')], validateOnly: false });
  assert.deepEqual(await snapshots(), grown);
  clock.advance(60_000);
  await third.controller.createTopics({ topics: [newTopic('d')], validateOnly: false });
  await third.controller.stop();
  assert.notDeepEqual(await snapshots(), grown);

  const last = await startController({ disk, clock });
  assert.deepEqual([...last.controller.image.topics.byName.keys()].sort(), ['a', 'b', 'c', 'd']);
  await last.controller.stop();
});

/** The controller reads its log again after a failure, in a few turns of the event loop. */
async function untilServing(controller: MetadataController): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    try {
      return await controller.unfenceBroker(testBroker.brokerId);
    } catch (error) {
      assert.equal((error as KafkaError).code, 'NOT_CONTROLLER');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  assert.fail('the controller does not serve again');
}
