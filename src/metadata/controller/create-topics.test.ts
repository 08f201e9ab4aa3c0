import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, isUuid, ZERO_UUID } from '../../protocol/index.ts';
import { type NewTopicOptions, newTopic, startCluster, startController } from '../test-fixtures.ts';
import { ALL_ALLOWED } from './permissions.ts';

async function refusalOf(name: string, options: NewTopicOptions = {}, settings: Record<string, string> = {}) {
  const { controller } = await startCluster({ settings });
  await controller.createTopics({ topics: [newTopic('a.b')], validateOnly: false });
  const { topics } = await controller.createTopics({ topics: [newTopic(name, options)], validateOnly: false });
  assert.equal(topics.length, 1);
  assert.equal(topics[0]?.topicId, ZERO_UUID);
  assert.equal(controller.image.topics.byName.size, 1);
  await controller.stop();
  return `${errorName(topics[0]?.errorCode ?? 0)}: ${topics[0]?.errorMessage}`;
}

test('a topic is created with the partitions, replicas and settings that were asked for', async () => {
  const { controller } = await startCluster();
  const request = {
    topics: [newTopic('orders', { numPartitions: 3, configs: { 'retention.ms': '5' } })],
    validateOnly: false,
  };
  const { topics } = await controller.createTopics(request);
  const [result] = topics;
  assert.ok(result !== undefined && isUuid(result.topicId ?? ''));
  assert.deepEqual(result, {
    name: 'orders',
    topicId: result.topicId,
    errorCode: 0,
    errorMessage: null,
    topicConfigErrorCode: 0,
    numPartitions: 3,
    replicationFactor: 1,
    configs: [
      { name: 'cleanup.policy', value: 'delete', readOnly: false, configSource: 5, isSensitive: false },
      {
        name: 'follower.replication.throttled.replicas',
        value: '',
        readOnly: false,
        configSource: 5,
        isSensitive: false,
      },
      { name: 'min.insync.replicas', value: '1', readOnly: false, configSource: 3, isSensitive: false },
      { name: 'retention.ms', value: '5', readOnly: false, configSource: 1, isSensitive: false },
    ],
  });
  const topic = controller.image.topics.byName.get('orders');
  assert.equal(topic, controller.image.topics.byId.get(result.topicId ?? ''));
  assert.equal(topic?.partitions.length, 3);
  const { leader, leaderEpoch, replicas, isr, directories } = topic.partitions[2] ?? assert.fail();
  assert.deepEqual(
    { leader, leaderEpoch, replicas, isr, directories },
    {
      leader: 1,
      leaderEpoch: 0,
      replicas: [1],
      isr: [1],
      directories: ['FFFFFFFFFFFFFFFFFFFFFg'],
    },
  );
  assert.deepEqual(controller.image.configs.of({ type: 2, name: 'orders' }), { 'retention.ms': '5' });
  await controller.stop();
});

test('what is not asked for comes from num.partitions and default.replication.factor', async () => {
  const { controller } = await startCluster({ settings: { 'num.partitions': '4' } });
  const { topics } = await controller.createTopics({ topics: [newTopic('a')], validateOnly: false });
  assert.equal(topics[0]?.numPartitions, 4);
  await controller.stop();
});

test('replicas may be assigned by hand', async () => {
  const { controller } = await startCluster();
  const assignments = [
    { partitionIndex: 1, brokerIds: [1] },
    { partitionIndex: 0, brokerIds: [1] },
  ];
  const { topics } = await controller.createTopics({ topics: [newTopic('a', { assignments })], validateOnly: false });
  assert.equal(topics[0]?.numPartitions, 2);
  await controller.stop();
});

test('validating only answers the same and changes nothing', async () => {
  const { controller } = await startCluster();
  const before = controller.image;
  const { topics } = await controller.createTopics({ topics: [newTopic('a')], validateOnly: true });
  assert.equal(topics[0]?.errorCode, 0);
  assert.equal(topics[0]?.numPartitions, 1);
  assert.equal(controller.image, before);
  await controller.stop();
});

test('a name that is none, taken, or too much like another is refused', async () => {
  assert.equal(
    await refusalOf('a/b'),
    "INVALID_TOPIC_EXCEPTION: Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
  );
  assert.equal(await refusalOf('a.b'), "TOPIC_ALREADY_EXISTS: Topic 'a.b' already exists.");
  assert.equal(await refusalOf('a_b'), "INVALID_TOPIC_EXCEPTION: Topic 'a_b' collides with existing topic: a.b");
  assert.equal(
    await refusalOf('__cluster_metadata'),
    'INVALID_REQUEST: Creation of internal topic __cluster_metadata is prohibited.',
  );
});

test('numbers of partitions and replicas that cannot be are refused', async () => {
  assert.equal(
    await refusalOf('a', { numPartitions: 0 }),
    'INVALID_PARTITIONS: Number of partitions was set to an invalid non-positive value.',
  );
  assert.equal(
    await refusalOf('a', { replicationFactor: 0 }),
    'INVALID_REPLICATION_FACTOR: Replication factor must be larger than 0, or -1 to use the default value.',
  );
  assert.equal(
    await refusalOf('a', { replicationFactor: 3 }),
    'INVALID_REPLICATION_FACTOR: Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.',
  );
  assert.equal(
    await refusalOf('a', { numPartitions: 10_001 }),
    'POLICY_VIOLATION: Excessively large number of partitions per request.',
  );
});

test('assignments that contradict themselves or the cluster are refused', async () => {
  const assigned = (...brokerIds: number[][]) => ({
    assignments: brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids })),
  });
  const twice = [
    { partitionIndex: 0, brokerIds: [1] },
    { partitionIndex: 0, brokerIds: [1] },
  ];
  assert.equal(
    await refusalOf('a', { ...assigned([1]), numPartitions: 1 }),
    'INVALID_REQUEST: A manual partition assignment was specified, but numPartitions was not set to -1.',
  );
  assert.match(
    await refusalOf('a', { ...assigned([1]), replicationFactor: 1 }),
    /^INVALID_REQUEST: .* replication factor was not set to -1\.$/,
  );
  assert.match(await refusalOf('a', assigned([])), /^INVALID_REPLICA_ASSIGNMENT: .* includes an empty replica list\.$/);
  assert.match(await refusalOf('a', assigned([2])), /includes broker 2, but no such broker is registered\.$/);
  assert.match(await refusalOf('a', assigned([1, 1])), /includes the broker 1 more than once\.$/);
  assert.match(
    await refusalOf('a', { assignments: twice }),
    /Found multiple manual partition assignments for partition 0$/,
  );
  assert.match(
    await refusalOf('a', { assignments: [{ partitionIndex: 1, brokerIds: [1] }] }),
    /consecutive 0-based integer sequence$/,
  );
});

test('settings that are unknown, null or out of range are refused', async () => {
  assert.equal(
    await refusalOf('a', { configs: { 'retention.mss': '1' } }),
    'INVALID_CONFIG: Unknown topic config name: retention.mss',
  );
  assert.equal(
    await refusalOf('a', { configs: { 'retention.ms': null } }),
    'INVALID_CONFIG: Null value not supported for topic configs: retention.ms',
  );
  assert.match(
    await refusalOf('a', { configs: { 'retention.ms': '-2' } }),
    /^INVALID_CONFIG: Invalid value -2 for configuration retention\.ms/,
  );
});

test('a topic that a request names twice is refused, the others are not', async () => {
  const { controller } = await startCluster();
  const { topics } = await controller.createTopics({
    topics: [newTopic('a'), newTopic('b'), newTopic('a')],
    validateOnly: false,
  });
  assert.deepEqual(
    topics.map(({ name, errorCode, errorMessage }) => [name, errorName(errorCode), errorMessage]),
    [
      ['b', 'NONE', null],
      ['a', 'INVALID_REQUEST', 'Duplicate topic name.'],
    ],
  );
  await controller.stop();
});

test('two topics of one request may not collide', async () => {
  const { controller } = await startCluster();
  const { topics } = await controller.createTopics({ topics: [newTopic('x.y'), newTopic('x_y')], validateOnly: false });
  assert.deepEqual(
    topics.map(({ errorCode }) => errorName(errorCode)),
    ['NONE', 'INVALID_TOPIC_EXCEPTION'],
  );
  await controller.stop();
});

test('who may not create a topic is refused, and who may not see settings gets none', async () => {
  const { controller } = await startCluster();
  const permissions = { ...ALL_ALLOWED, canCreate: (topic: string) => topic !== 'a', canDescribeConfigs: () => false };
  const { topics } = await controller.createTopics(
    { topics: [newTopic('a'), newTopic('b')], validateOnly: false },
    permissions,
  );
  assert.deepEqual(
    topics.map(({ errorCode, topicConfigErrorCode = 0, configs }) => [
      errorName(errorCode),
      errorName(topicConfigErrorCode),
      configs,
    ]),
    [
      ['TOPIC_AUTHORIZATION_FAILED', 'NONE', []],
      ['NONE', 'TOPIC_AUTHORIZATION_FAILED', []],
    ],
  );
  await controller.stop();
});

test('no topic is created before a broker serves', async () => {
  const { controller } = await startController();
  const { topics } = await controller.createTopics({ topics: [newTopic('a')], validateOnly: false });
  assert.equal(
    topics[0]?.errorMessage,
    'Unable to replicate the partition 1 time(s): All brokers are currently fenced, or have all their log directories cordoned.',
  );
  await controller.stop();
});
