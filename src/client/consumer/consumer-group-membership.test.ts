import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerGroupHeartbeat, errorCode, offsetCommit, offsetFetch, type RequestOf } from '../../protocol/index.ts';
import { serveLogs } from '../testing/memory-log.ts';
import { TOPIC_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerOptions } from './consumer-settings.ts';
import type { TopicSelection } from './subscription.ts';

type Heartbeat = RequestOf<typeof consumerGroupHeartbeat>;

/** A member of a group whose coordinator gives it what the test says. */
async function member(overrides: Partial<ConsumerOptions> = {}, topics: TopicSelection = ['orders']) {
  const world = await testWorld();
  const { broker } = world;
  serveLogs(broker, 'orders', 4);
  const group = {
    assigned: [0, 1, 2, 3] as readonly number[],
    /** Answered once, instead. */
    errors: [] as number[],
    epoch: 0,
    heartbeats: [] as Heartbeat[],
  };
  let told = '';
  broker.on(consumerGroupHeartbeat, (request) => {
    group.heartbeats.push(request);
    const error = group.errors.shift();
    if (error !== undefined) return { errorCode: error, memberEpoch: 0, heartbeatIntervalMs: 0 };
    if (request.memberEpoch < 0) return { errorCode: 0, memberEpoch: request.memberEpoch, heartbeatIntervalMs: 0 };
    const isNews = request.memberEpoch === 0 || told !== String(group.assigned);
    if (isNews) group.epoch++;
    told = String(group.assigned);
    const assignment = { topicPartitions: [{ topicId: TOPIC_ID, partitions: [...group.assigned] }] };
    return {
      errorCode: 0,
      memberId: request.memberId,
      memberEpoch: group.epoch,
      heartbeatIntervalMs: 5000,
      assignment: isNews ? assignment : null,
    };
  });
  broker.on(offsetFetch, ({ groups }) => ({ groups: groups.map(({ groupId }) => ({ groupId, topics: [] })) }));
  broker.on(offsetCommit, () => ({ topics: [] }));
  const events: string[] = [];
  const names = (partitions: readonly TopicPartition[]) => partitions.map(({ partition }) => partition).join();
  const consumer = new Consumer({ ...world.options, groupId: 'g', groupProtocol: 'consumer', ...overrides });
  consumer.subscribe(topics, {
    onAssigned: (partitions) => void events.push(`+ ${names(partitions)}`),
    onRevoked: (partitions, isLost) => void events.push(`${isLost ? 'lost' : '-'} ${names(partitions)}`),
  });
  const poll = (timeoutMs: number) => settled(world.clock, consumer.poll(timeoutMs));
  return { ...world, group, consumer, events, poll };
}

test('a member joins with its first poll, reads what the broker assigns, and says what it has', async () => {
  const { group, consumer, poll, clock } = await member({ rackId: 'r1', groupRemoteAssignor: 'range' });
  await poll(100);
  assert.deepEqual(consumer.assignment.map(partitionName).sort(), ['orders-0', 'orders-1', 'orders-2', 'orders-3']);
  const [join, owned] = group.heartbeats;
  assert.deepEqual(
    { epoch: join?.memberEpoch, topics: join?.subscribedTopicNames, rack: join?.rackId, by: join?.serverAssignor },
    { epoch: 0, topics: ['orders'], rack: 'r1', by: 'range' },
  );
  assert.deepEqual(owned?.topicPartitions, [{ topicId: TOPIC_ID, partitions: [0, 1, 2, 3] }]);
  assert.equal(owned?.memberId, join?.memberId);
  await settled(clock, consumer.close());
  assert.equal(group.heartbeats.at(-1)?.memberEpoch, -1);
  assert.equal(clock.pendingTimers, 0);
});

test('heartbeats without news carry nothing, in the interval that the broker asks for', async () => {
  const { group, poll, clock } = await member();
  await poll(100);
  const startMs = clock.monotonic();
  const count = group.heartbeats.length;
  await poll(20_000);
  const beats = group.heartbeats.slice(count);
  assert.ok(Math.abs(beats.length - (clock.monotonic() - startMs) / 5000) <= 1, `${beats.length} heartbeats`);
  assert.equal(beats.at(-1)?.subscribedTopicNames, null);
  assert.equal(beats.at(-1)?.topicPartitions, null);
});

test('partitions that are taken away are given up with a poll, and the broker is told at once', async () => {
  const { group, events, poll } = await member();
  await poll(100);
  group.assigned = [1];
  await poll(10_000);
  assert.deepEqual(events, ['+ 0,1,2,3', '- 0,2,3']);
  assert.deepEqual(group.heartbeats.findLast(({ topicPartitions }) => topicPartitions)?.topicPartitions, [
    { topicId: TOPIC_ID, partitions: [1] },
  ]);
  group.assigned = [1, 2];
  await poll(10_000);
  assert.deepEqual(events.at(-1), '+ 2');
});

test('a fenced member loses its partitions and joins again under its id', async () => {
  const { group, events, poll } = await member();
  await poll(100);
  group.errors.push(errorCode('FENCED_MEMBER_EPOCH'));
  await poll(10_000);
  assert.deepEqual(events, ['+ 0,1,2,3', 'lost 0,1,2,3', '+ 0,1,2,3']);
  assert.deepEqual(new Set(group.heartbeats.map(({ memberId }) => memberId)).size, 1);
});

test('a coordinator that moves is found again, not sooner than the backoff allows', async () => {
  const { group, poll, events, clock } = await member();
  group.errors.push(...Array.from({ length: 6 }, () => errorCode('NOT_COORDINATOR')));
  const startMs = clock.monotonic();
  await poll(60_000);
  assert.equal(group.heartbeats.length >= 7, true);
  assert.ok(clock.monotonic() - startMs > 1000);
  assert.deepEqual(events, ['+ 0,1,2,3']);
});

test('what no retry can mend is told by the next poll', async () => {
  const { group, poll } = await member({ groupRemoteAssignor: 'best' });
  group.errors.push(errorCode('UNSUPPORTED_ASSIGNOR'));
  await assert.rejects(poll(10_000), /UNSUPPORTED_ASSIGNOR/);
});

test('a member that does not poll for too long leaves, and joins again when it polls', async () => {
  const { group, poll, events, clock } = await member({ maxPollIntervalMs: 10_000 });
  await poll(100);
  for (let second = 0; second < 20; second++) {
    clock.advance(1000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(group.heartbeats.at(-1)?.memberEpoch, -1);
  await poll(1000);
  assert.deepEqual(events, ['+ 0,1,2,3', 'lost 0,1,2,3', '+ 0,1,2,3']);
});

test('a static member says that it may come back', async () => {
  const { group, poll, consumer, clock } = await member({ groupInstanceId: 'one' });
  await poll(100);
  await settled(clock, consumer.close());
  assert.equal(group.heartbeats.at(-1)?.memberEpoch, -2);
  assert.equal(group.heartbeats.at(-1)?.instanceId, 'one');
});

test('commits carry the epoch of the member', async () => {
  const { group, poll, consumer, broker, clock } = await member();
  await poll(100);
  await settled(clock, consumer.commit([{ topic: 'orders', partition: 0, offset: 3n }]));
  assert.equal(broker.last(offsetCommit).generationIdOrMemberEpoch, group.epoch);
  assert.equal(broker.last(offsetCommit).memberId, group.heartbeats[0]?.memberId);
});

test('a RegExp is matched by the client again and again, a pattern by the broker', async () => {
  const byClient = await member({ metadataMaxAgeMs: 10_000 }, /^ord/g);
  await byClient.poll(100);
  assert.deepEqual(byClient.group.heartbeats[0]?.subscribedTopicNames, ['orders']);
  byClient.broker.topics.set('ordinals', 1);
  byClient.broker.topics.set('others', 1);
  await byClient.poll(30_000);
  assert.deepEqual(
    byClient.group.heartbeats.findLast((beat) => beat.subscribedTopicNames)?.subscribedTopicNames,
    ['orders', 'ordinals'].sort(),
  );
  const byBroker = await member({}, { pattern: 'ord.*' });
  await byBroker.poll(100);
  assert.equal(byBroker.group.heartbeats[0]?.subscribedTopicRegex, 'ord.*');
  assert.equal(byBroker.group.heartbeats[0]?.subscribedTopicNames, null);
});
