import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ShareGroupHeartbeatRequest, shareGroupHeartbeat } from '../../protocol/index.ts';
import { Cluster } from '../cluster.ts';
import { TOPIC_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { readShareConsumerSettings } from './share-consumer-settings.ts';
import { ShareMembership } from './share-membership.ts';

test('a member whose heartbeat was not answered says everything again, because the answer may have told its partitions', async () => {
  const { broker, clock, options } = await testWorld();
  broker.topics.set('jobs', 1);
  const heartbeats: ShareGroupHeartbeatRequest[] = [];
  broker.on(shareGroupHeartbeat, (request, { disconnect }) => {
    heartbeats.push(request);
    // The broker divides behind the first answer, and takes the second for heard.
    if (heartbeats.length === 2) disconnect();
    const isTold = heartbeats.length === 2 || (heartbeats.length > 2 && request.subscribedTopicNames !== null);
    const topicPartitions = [{ topicId: TOPIC_ID, partitions: [0] }];
    return {
      errorCode: 0,
      errorMessage: null,
      memberId: request.memberId,
      memberEpoch: request.memberEpoch === -1 ? -1 : Math.min(heartbeats.length, 2),
      heartbeatIntervalMs: 5000,
      assignment: isTold ? { topicPartitions } : null,
    };
  });
  const hasPartitions = Promise.withResolvers<void>();
  const cluster = new Cluster(options);
  const settings = readShareConsumerSettings({ ...options, groupId: 'workers' });
  const membership = new ShareMembership(cluster, settings, ['jobs'], () => {
    if (membership.partitions.length > 0) hasPartitions.resolve();
  });
  await settled(clock, hasPartitions.promise);
  assert.deepEqual(
    heartbeats.slice(0, 3).map(({ subscribedTopicNames }) => subscribedTopicNames),
    [['jobs'], null, ['jobs']],
  );
  assert.deepEqual(membership.partitions, [{ topic: 'jobs', partition: 0, topicId: TOPIC_ID }]);
  await settled(clock, membership.close());
  await cluster[Symbol.asyncDispose]();
});
