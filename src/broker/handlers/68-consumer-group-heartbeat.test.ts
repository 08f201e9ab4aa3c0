import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACL_OPERATION,
  ACL_RESOURCE,
  CONFIG_RESOURCE,
  consumerGroupDescribe,
  consumerGroupHeartbeat,
  createAcls,
  errorName,
  incrementalAlterConfigs,
} from '../../protocol/index.ts';
import { STANDARD_AUTHORIZER } from '../authorizer/authorizer-config.ts';
import { findGroup } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

const DENY = 2;
const LITERAL = 3;

function beat(client: TestClient, memberEpoch: number, topics: readonly string[] | null = null, groupId = 'readers') {
  return client.send(consumerGroupHeartbeat, 1, {
    groupId,
    memberId: 'member',
    memberEpoch,
    rebalanceTimeoutMs: memberEpoch === 0 ? 60_000 : -1,
    subscribedTopicNames: topics,
    topicPartitions: memberEpoch === 0 ? [] : null,
  });
}

/** The names of the members. */
async function members(client: TestClient): Promise<string[]> {
  const { groups } = await client.send(consumerGroupDescribe, 1, {
    groupIds: ['readers'],
    includeAuthorizedOperations: false,
  });
  return (groups[0]?.members ?? []).map(({ memberId }) => memberId);
}

test('a member is given partitions of the topics that it names, and is described with them', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await findGroup(client, 'readers');
  await createTopic(client, 'orders', { partitions: 2 });
  const joined = await beat(client, 0, ['orders']);
  assert.deepEqual([joined.errorCode, joined.memberEpoch, joined.heartbeatIntervalMs], [0, 2, 5000]);
  assert.deepEqual(
    joined.assignment?.topicPartitions.map(({ partitions }) => partitions),
    [[0, 1]],
  );
  const { groups } = await client.send(consumerGroupDescribe, 1, {
    groupIds: ['readers', 'nobody'],
    includeAuthorizedOperations: true,
  });
  const [group, nobody] = groups;
  assert.deepEqual([group?.groupState, group?.assignorName], ['Stable', 'uniform']);
  assert.ok((group?.authorizedOperations ?? 0) > 0);
  const [member] = group?.members ?? [];
  assert.deepEqual(
    member?.assignment.topicPartitions.map(({ topicName, partitions }) => [topicName, partitions]),
    [['orders', [0, 1]]],
  );
  assert.deepEqual([member?.memberType, member?.subscribedTopicNames], [1, ['orders']]);
  assert.equal(errorName(nobody?.errorCode ?? 0), 'GROUP_ID_NOT_FOUND');
});

test('the settings of a group count from its next heartbeat on', async () => {
  await using broker = await TestBroker.start({
    settings: { 'group.consumer.min.session.timeout.ms': '1000', 'group.consumer.min.heartbeat.interval.ms': '100' },
  });
  const client = await broker.connect();
  await findGroup(client, 'readers');
  await createTopic(client, 'orders');
  const { memberEpoch } = await beat(client, 0, ['orders']);
  const configs = { 'consumer.heartbeat.interval.ms': '200', 'consumer.session.timeout.ms': '2000' };
  const { responses } = await client.send(incrementalAlterConfigs, 1, {
    validateOnly: false,
    resources: [
      {
        resourceType: CONFIG_RESOURCE.group,
        resourceName: 'readers',
        configs: Object.entries(configs).map(([name, value]) => ({ name, value, configOperation: 0 })),
      },
    ],
  });
  assert.deepEqual(
    responses.map(({ errorCode }) => errorCode),
    [0],
  );
  assert.equal((await beat(client, memberEpoch)).heartbeatIntervalMs, 200);
  await broker.clock.advanceAndSettle(1999);
  assert.deepEqual(await members(client), ['member']);
  await broker.clock.advanceAndSettle(2);
  assert.deepEqual(await members(client), []);
  assert.equal(errorName((await beat(client, memberEpoch)).errorCode), 'UNKNOWN_MEMBER_ID');
});

test('a member needs READ on the group and DESCRIBE on its topics, who describes it DESCRIBE on both', async () => {
  await using broker = await TestBroker.start({
    settings: { 'authorizer.class.name': STANDARD_AUTHORIZER, 'allow.everyone.if.no.acl.found': 'true' },
  });
  const client = await broker.connect();
  const deny = (operation: keyof typeof ACL_OPERATION, resource: keyof typeof ACL_RESOURCE, resourceName: string) => {
    const rule = { resourceType: ACL_RESOURCE[resource], resourceName, resourcePatternType: LITERAL };
    const creation = {
      ...rule,
      principal: 'User:*',
      host: '*',
      operation: ACL_OPERATION[operation],
      permissionType: DENY,
    };
    return client.send(createAcls, 3, { creations: [creation] });
  };
  await findGroup(client, 'readers');
  await createTopic(client, 'orders');
  await deny('read', 'group', 'closed');
  await deny('describe', 'topic', 'secret');
  assert.equal(errorName((await beat(client, 0, ['orders'], 'closed')).errorCode), 'GROUP_AUTHORIZATION_FAILED');
  assert.equal(errorName((await beat(client, 0, ['orders', 'secret'])).errorCode), 'TOPIC_AUTHORIZATION_FAILED');
  assert.equal((await beat(client, 0, ['orders'])).errorCode, 0);
  const describe = async (groupId: string) => {
    const { groups } = await client.send(consumerGroupDescribe, 1, {
      groupIds: [groupId],
      includeAuthorizedOperations: false,
    });
    return errorName(groups[0]?.errorCode ?? 0);
  };
  assert.equal(await describe('readers'), 'NONE');
  await deny('describe', 'topic', 'orders');
  assert.equal(await describe('readers'), 'TOPIC_AUTHORIZATION_FAILED');
  await deny('describe', 'group', 'readers');
  assert.equal(await describe('readers'), 'GROUP_AUTHORIZATION_FAILED');
});
