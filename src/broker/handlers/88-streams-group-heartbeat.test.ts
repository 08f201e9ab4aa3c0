import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACL_OPERATION,
  ACL_RESOURCE,
  createAcls,
  errorName,
  metadata,
  streamsGroupHeartbeat,
} from '../../protocol/index.ts';
import { STANDARD_AUTHORIZER } from '../authorizer/authorizer-config.ts';
import { findGroup } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

const SETTINGS = { 'group.streams.initial.rebalance.delay.ms': '0' };
const DENY = 2;
const ALLOW = 3;
const CHANGELOG = 'app-counts-changelog';

function subtopology(sourceTopic: string, changelog: string, replicationFactor = 0) {
  return {
    subtopologyId: '0',
    sourceTopics: [sourceTopic],
    sourceTopicRegex: [],
    stateChangelogTopics: [
      {
        name: changelog,
        partitions: 0,
        replicationFactor,
        topicConfigs: [{ key: 'cleanup.policy', value: 'compact' }],
      },
    ],
    repartitionSinkTopics: [],
    repartitionSourceTopics: [],
    copartitionGroups: [],
  };
}

function join(client: TestClient, subtopologies = [subtopology('lines', CHANGELOG)], groupId = 'app') {
  return client.send(streamsGroupHeartbeat, 0, {
    groupId,
    memberId: 'member',
    memberEpoch: 0,
    endpointInformationEpoch: 0,
    rebalanceTimeoutMs: 60_000,
    topology: { epoch: 0, subtopologies },
    activeTasks: [],
    standbyTasks: [],
    warmupTasks: [],
    processId: 'process',
  });
}

function beat(client: TestClient, memberEpoch: number) {
  return client.send(streamsGroupHeartbeat, 0, {
    groupId: 'app',
    memberId: 'member',
    memberEpoch,
    endpointInformationEpoch: 0,
  });
}

test('missing internal topics are created with their settings, and then the member gets its tasks', async () => {
  await using broker = await TestBroker.start({ settings: SETTINGS });
  const client = await broker.connect();
  await findGroup(client, 'app');
  await createTopic(client, 'lines', { partitions: 3 });
  const joined = await join(client);
  assert.deepEqual([errorName(joined.errorCode), joined.memberEpoch], ['NONE', 2]);
  assert.match(joined.status?.[0]?.statusDetail ?? '', /Internal topics are missing/);
  await broker.settle(Promise.resolve());
  const { topics } = await client.send(metadata, 9, { topics: [{ name: CHANGELOG }], allowAutoTopicCreation: false });
  assert.equal(topics[0]?.partitions.length, 3);
  await broker.clock.advanceAndSettle(1000);
  const beaten = await beat(client, joined.memberEpoch);
  assert.deepEqual(beaten.activeTasks, [{ subtopologyId: '0', partitions: [0, 1, 2] }]);
  assert.deepEqual(beaten.status, []);
});

test('a member is told why its internal topics cannot be created', async () => {
  await using broker = await TestBroker.start({ settings: SETTINGS });
  const client = await broker.connect();
  await findGroup(client, 'app');
  await createTopic(client, 'lines');
  const joined = await join(client, [subtopology('lines', CHANGELOG, 3)]);
  await broker.settle(Promise.resolve());
  const beaten = await beat(client, joined.memberEpoch);
  assert.match(beaten.status?.[0]?.statusDetail ?? '', /Creation failed: app-counts-changelog \(.*replica.*\)\.$/i);
});

test('internal topics of the broker and names that no topic may have are refused', async () => {
  await using broker = await TestBroker.start({ settings: SETTINGS });
  const client = await broker.connect();
  await findGroup(client, 'app');
  for (const topic of ['__consumer_offsets', 'no topic'])
    assert.equal(
      errorName((await join(client, [subtopology(topic, CHANGELOG)])).errorCode),
      'STREAMS_INVALID_TOPOLOGY',
    );
});

test('a member needs READ on the group, DESCRIBE on the topics and CREATE on those that are missing', async () => {
  await using broker = await TestBroker.start({
    settings: {
      ...SETTINGS,
      'authorizer.class.name': STANDARD_AUTHORIZER,
      'allow.everyone.if.no.acl.found': 'true',
      'offsets.topic.replication.factor': '1',
    },
  });
  const client = await broker.connect();
  await findGroup(client, 'app');
  await createTopic(client, 'lines');
  const addRule = (
    operation: keyof typeof ACL_OPERATION,
    resource: keyof typeof ACL_RESOURCE,
    resourceName: string,
    permissionType = DENY,
  ) =>
    client.send(createAcls, 3, {
      creations: [
        {
          resourceType: ACL_RESOURCE[resource],
          resourceName,
          resourcePatternType: 3,
          principal: 'User:*',
          host: '*',
          operation: ACL_OPERATION[operation],
          permissionType,
        },
      ],
    });
  await addRule('read', 'group', 'closed');
  assert.equal(errorName((await join(client, undefined, 'closed')).errorCode), 'GROUP_AUTHORIZATION_FAILED');
  await addRule('describe', 'topic', 'secret');
  const secret = await join(client, [subtopology('secret', CHANGELOG)]);
  assert.equal(errorName(secret.errorCode), 'TOPIC_AUTHORIZATION_FAILED');
  // What has a rule is closed to what the rule does not name.
  await addRule('describe', 'topic', CHANGELOG, ALLOW);
  await addRule('create', 'topic', CHANGELOG);
  await addRule('create', 'cluster', 'kafka-cluster');
  const joined = await join(client);
  assert.match(joined.status?.[0]?.statusDetail ?? '', /; Unauthorized to CREATE on topics app-counts-changelog\.$/);
});
