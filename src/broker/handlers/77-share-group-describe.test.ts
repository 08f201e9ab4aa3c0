import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACL_OPERATION, ACL_RESOURCE, createAcls, errorName, shareGroupDescribe } from '../../protocol/index.ts';
import { STANDARD_AUTHORIZER } from '../authorizer/authorizer-config.ts';
import { SHARE_GROUP, startShareGroup } from '../testing/share-groups.ts';
import type { TestClient } from '../testing/test-client.ts';

async function describe(client: TestClient, groupId: string) {
  const { groups } = await client.send(shareGroupDescribe, 1, {
    groupIds: [groupId],
    includeAuthorizedOperations: true,
  });
  const [group] = groups;
  if (group === undefined) throw new Error('no group in the answer');
  return { ...group, error: errorName(group.errorCode) };
}

test('a share group is described with its members and what they share', async () => {
  const { broker, client, topicId } = await startShareGroup({ partitions: 2 });
  await using _ = broker;
  const { members, ...group } = await describe(client, SHARE_GROUP);
  assert.equal(group.error, 'NONE');
  assert.equal(group.groupState, 'Stable');
  assert.equal(group.assignorName, 'simple');
  assert.equal(group.assignmentEpoch, group.groupEpoch);
  assert.equal(members.length, 1);
  assert.equal(members[0]?.memberId, 'member');
  assert.deepEqual(members[0]?.subscribedTopicNames, ['orders']);
  assert.deepEqual(
    members[0]?.assignment.topicPartitions.map((topic) => ({ ...topic, partitions: topic.partitions.sort() })),
    [{ topicId, topicName: 'orders', partitions: [0, 1] }],
  );
});

test('what is no share group is told so', async () => {
  const { broker, client } = await startShareGroup();
  await using _ = broker;
  const { error, errorMessage } = await describe(client, 'nobody');
  assert.equal(error, 'GROUP_ID_NOT_FOUND');
  assert.equal(errorMessage, 'Group nobody not found.');
  assert.equal((await describe(client, '')).error, 'INVALID_GROUP_ID');
});

test('who may not see a topic of the group is told nothing of the group', async () => {
  const { broker, client } = await startShareGroup({
    settings: { 'authorizer.class.name': STANDARD_AUTHORIZER, 'allow.everyone.if.no.acl.found': 'true' },
  });
  await using _ = broker;
  await client.send(createAcls, 3, {
    creations: [
      {
        resourceType: ACL_RESOURCE.topic,
        resourceName: 'orders',
        resourcePatternType: 3,
        principal: 'User:ANONYMOUS',
        host: '*',
        operation: ACL_OPERATION.describe,
        permissionType: 2,
      },
    ],
  });
  const { error, members } = await describe(client, SHARE_GROUP);
  assert.equal(error, 'TOPIC_AUTHORIZATION_FAILED');
  assert.deepEqual(members, []);
});
