import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, streamsGroupDescribe, streamsGroupHeartbeat } from '../../protocol/index.ts';
import { findGroup } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { createTopic } from '../testing/topics.ts';

test('a streams group is described with its topology, its members and their tasks', async () => {
  await using broker = await TestBroker.start({ settings: { 'group.streams.initial.rebalance.delay.ms': '0' } });
  const client = await broker.connect();
  await findGroup(client, 'app');
  await createTopic(client, 'lines', { partitions: 2 });
  await client.send(streamsGroupHeartbeat, 0, {
    groupId: 'app',
    memberId: 'member',
    memberEpoch: 0,
    endpointInformationEpoch: 0,
    rebalanceTimeoutMs: 60_000,
    topology: {
      epoch: 0,
      subtopologies: [
        {
          subtopologyId: '0',
          sourceTopics: ['lines'],
          sourceTopicRegex: [],
          stateChangelogTopics: [],
          repartitionSinkTopics: [],
          repartitionSourceTopics: [],
          copartitionGroups: [],
        },
      ],
    },
    processId: 'process',
    userEndpoint: { host: 'here', port: 8080 },
    clientTags: [{ key: 'zone', value: 'a' }],
  });
  const { groups } = await client.send(streamsGroupDescribe, 0, {
    groupIds: ['app', 'nobody'],
    includeAuthorizedOperations: true,
  });
  const [group, nobody] = groups;
  assert.deepEqual(
    [group?.groupState, group?.groupEpoch, group?.assignmentEpoch, group?.topology?.subtopologies?.[0]?.sourceTopics],
    ['Stable', 2, 2, ['lines']],
  );
  assert.ok((group?.authorizedOperations ?? 0) > 0);
  const [member] = group?.members ?? [];
  const tasks = { activeTasks: [{ subtopologyId: '0', partitions: [0, 1] }], standbyTasks: [], warmupTasks: [] };
  assert.deepEqual([member?.assignment, member?.targetAssignment], [tasks, tasks]);
  assert.deepEqual(
    [member?.processId, member?.userEndpoint, member?.clientTags, member?.clientId, member?.isClassic],
    ['process', { host: 'here', port: 8080 }, [{ key: 'zone', value: 'a' }], 'test-client', false],
  );
  assert.equal(errorName(nobody?.errorCode ?? 0), 'GROUP_ID_NOT_FOUND');
});
