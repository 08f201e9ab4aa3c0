// Consumer groups through the coordinator's door: joining, moving partitions, leaving, static members, regular expressions, offsets.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commitError, committed, logged } from '../group-fixture.ts';
import {
  beat,
  type ConsumerFixture,
  createConsumerFixture,
  describeConsumers,
  joinConsumer,
  type MemberView,
  owning,
} from './consumer-fixture.ts';

const ALL = ['events-0', 'events-1', 'events-2', 'events-3'];

/** Heartbeats until the member has what it is told, giving up at once what it is told to. */
async function settle(fixture: ConsumerFixture, memberId: string, view: MemberView): Promise<MemberView> {
  let current = view;
  for (let round = 0; round < 5; round++) {
    const next = await beat(fixture, memberId, {
      memberEpoch: current.memberEpoch,
      topicPartitions: owning(current.partitions),
    });
    current = { ...next, partitions: next.partitions ?? current.partitions };
  }
  return current;
}

describe('a consumer group', () => {
  test('gives its only member everything', async () => {
    const fixture = await createConsumerFixture();
    assert.deepEqual(await joinConsumer(fixture, 'a'), {
      error: 'NONE',
      memberId: 'a',
      memberEpoch: 2,
      partitions: ALL,
    });
    const group = await describeConsumers(fixture);
    assert.deepEqual([group.groupState, group.groupEpoch, group.assignmentEpoch], ['Stable', 2, 2]);
    assert.deepEqual(
      logged(fixture).map(({ kind }) => kind),
      ['consumer-member', 'consumer-group', 'consumer-target-member', 'consumer-target', 'consumer-current-member'],
    );
  });

  test('moves partitions to a second member only when the first has given them up', async () => {
    const fixture = await createConsumerFixture();
    const a = await joinConsumer(fixture, 'a');
    const b = await joinConsumer(fixture, 'b');
    assert.deepEqual([b.memberEpoch, b.partitions], [3, []]);
    const revoking = await beat(fixture, 'a', { memberEpoch: a.memberEpoch });
    assert.deepEqual([revoking.memberEpoch, revoking.partitions?.length], [2, 2]);
    assert.deepEqual((await beat(fixture, 'b', { memberEpoch: 3 })).partitions, undefined);
    assert.equal((await describeConsumers(fixture)).groupState, 'Reconciling');
    const revoked = await beat(fixture, 'a', { memberEpoch: 2, topicPartitions: owning(revoking.partitions) });
    assert.equal(revoked.memberEpoch, 3);
    const given = await beat(fixture, 'b', { memberEpoch: 3 });
    assert.deepEqual([...(given.partitions ?? []), ...(revoking.partitions ?? [])].sort(), ALL);
    assert.equal((await describeConsumers(fixture)).groupState, 'Stable');
  });

  test('fences a member that does not give up its partitions within its rebalance timeout', async () => {
    const fixture = await createConsumerFixture();
    await joinConsumer(fixture, 'a', { rebalanceTimeoutMs: 20_000 });
    await joinConsumer(fixture, 'b');
    await beat(fixture, 'a', { memberEpoch: 2 });
    await fixture.clock.advanceAndSettle(21_000);
    assert.equal((await beat(fixture, 'a', { memberEpoch: 2 })).error, 'UNKNOWN_MEMBER_ID');
    assert.deepEqual((await beat(fixture, 'b', { memberEpoch: 3 })).partitions, ALL);
  });

  test('removes a member that is not heard of for its session timeout', async () => {
    const fixture = await createConsumerFixture();
    await joinConsumer(fixture, 'a');
    await fixture.clock.advanceAndSettle(44_000);
    assert.equal((await beat(fixture, 'a', { memberEpoch: 2 })).error, 'NONE');
    await fixture.clock.advanceAndSettle(46_000);
    assert.equal((await describeConsumers(fixture)).groupState, 'Empty');
  });

  test('fences epochs that are not the member’s, except the one before when it owns nothing else', async () => {
    const fixture = await createConsumerFixture();
    await joinConsumer(fixture, 'a');
    assert.equal((await beat(fixture, 'a', { memberEpoch: 7 })).error, 'FENCED_MEMBER_EPOCH');
    assert.equal((await beat(fixture, 'x', { memberEpoch: 1 })).error, 'UNKNOWN_MEMBER_ID');
    await beat(fixture, 'a', { memberEpoch: 2, subscribedTopicNames: ['events', 'other'] });
    const again = { memberEpoch: 2, topicPartitions: owning(ALL) };
    assert.equal((await beat(fixture, 'a', again)).memberEpoch, 3);
    assert.equal((await beat(fixture, 'a', { memberEpoch: 2 })).error, 'FENCED_MEMBER_EPOCH');
  });

  test('is the same after a restart, and takes partitions of grown and deleted topics into account', async () => {
    const fixture = await createConsumerFixture();
    await joinConsumer(fixture, 'a');
    const before = await describeConsumers(fixture);
    await fixture.restart();
    assert.deepEqual(await describeConsumers(fixture), before);
    fixture.setTopic('events', 6);
    assert.equal((await beat(fixture, 'a', { memberEpoch: 2 })).partitions?.length, 6);
    fixture.setTopic('events', 0);
    await beat(fixture, 'a', { memberEpoch: 3 });
    assert.equal((await describeConsumers(fixture)).members[0]?.targetAssignment.topicPartitions.length, 0);
  });

  test('computes no assignment before the assignment interval is over', async () => {
    const fixture = await createConsumerFixture({ 'group.consumer.assignment.interval.ms': '1000' });
    await joinConsumer(fixture, 'a');
    assert.equal((await joinConsumer(fixture, 'b')).memberEpoch, 2);
    assert.equal((await describeConsumers(fixture)).groupState, 'Assigning');
    await fixture.clock.advanceAndSettle(1001);
    assert.equal((await beat(fixture, 'b', { memberEpoch: 2 })).memberEpoch, 3);
  });

  test('refuses what is wrong with a request', async () => {
    const fixture = await createConsumerFixture({ 'group.consumer.max.size': '1' });
    assert.equal((await joinConsumer(fixture, '')).error, 'INVALID_REQUEST');
    assert.equal((await joinConsumer(fixture, 'a', { topicPartitions: null })).error, 'INVALID_REQUEST');
    assert.equal((await joinConsumer(fixture, 'a', { serverAssignor: 'nope' })).error, 'UNSUPPORTED_ASSIGNOR');
    assert.equal((await beat(fixture, 'a', { memberEpoch: 3 })).error, 'GROUP_ID_NOT_FOUND');
    await joinConsumer(fixture, 'a');
    assert.equal((await joinConsumer(fixture, 'b')).error, 'GROUP_MAX_SIZE_REACHED');
    assert.notEqual((await joinConsumer(await createConsumerFixture(), '', { version: 0 })).memberId, '');
  });
});

describe('a static member', () => {
  test('keeps its partitions while it is away, and takes them over under a new id', async () => {
    const fixture = await createConsumerFixture();
    await joinConsumer(fixture, 'a', { instanceId: 'one' });
    assert.equal((await joinConsumer(fixture, 'b', { instanceId: 'one' })).error, 'UNRELEASED_INSTANCE_ID');
    assert.equal((await beat(fixture, 'a', { instanceId: 'one', memberEpoch: -2 })).memberEpoch, -2);
    const back = await joinConsumer(fixture, 'b', { instanceId: 'one' });
    assert.deepEqual([back.error, back.memberEpoch, back.partitions], ['NONE', 2, ALL]);
    assert.equal((await beat(fixture, 'a', { instanceId: 'one', memberEpoch: 2 })).error, 'FENCED_INSTANCE_ID');
    assert.equal((await describeConsumers(fixture)).groupEpoch, 2);
  });
});

describe('a regular expression', () => {
  test('stands for the topics that match it, also for those that come later', async () => {
    const fixture = await createConsumerFixture();
    fixture.setTopic('logs1', 1);
    const joined = await joinConsumer(fixture, 'a', { subscribedTopicNames: null, subscribedTopicRegex: 'logs[0-9]' });
    assert.deepEqual(joined.partitions, []);
    await fixture.clock.advanceAndSettle(1);
    const view = await settle(fixture, 'a', joined);
    assert.deepEqual(view.partitions, ['logs1-0']);
    fixture.setTopic('logs2', 1);
    await fixture.clock.advanceAndSettle(11_000);
    const later = await settle(fixture, 'a', view);
    await fixture.clock.advanceAndSettle(1);
    assert.deepEqual((await settle(fixture, 'a', later)).partitions, ['logs1-0', 'logs2-0']);
  });

  test('is looked up again from time to time, because what its members may see can change', async () => {
    const fixture = await createConsumerFixture({ 'group.consumer.regex.refresh.interval.ms': '20000' });
    fixture.setTopic('logs1', 1);
    let isSeen = false;
    const maySeeTopic = () => isSeen;
    const subscription = { subscribedTopicNames: null, subscribedTopicRegex: 'logs[0-9]' };
    const { memberEpoch } = await joinConsumer(fixture, 'a', { ...subscription, maySeeTopic });
    await fixture.clock.advanceAndSettle(1);
    const beatAfter = async (delayMs: number) => {
      await fixture.clock.advanceAndSettle(delayMs);
      await beat(fixture, 'a', { memberEpoch, maySeeTopic });
      await fixture.clock.advanceAndSettle(1);
      return (await beat(fixture, 'a', { memberEpoch, maySeeTopic })).partitions;
    };
    assert.equal(await beatAfter(1), undefined);
    isSeen = true;
    assert.equal(await beatAfter(19_000), undefined);
    assert.deepEqual(await beatAfter(2000), ['logs1-0']);
  });

  test('that is none is refused', async () => {
    const fixture = await createConsumerFixture();
    const view = await joinConsumer(fixture, 'a', { subscribedTopicNames: null, subscribedTopicRegex: '(' });
    assert.equal(view.error, 'INVALID_REGULAR_EXPRESSION');
    assert.equal((await describeConsumers(fixture)).errorCode, 69);
  });
});

describe('offsets of a consumer group', () => {
  test('are committed by members in their epoch, and kept by those who left', async () => {
    const fixture = await createConsumerFixture();
    await joinConsumer(fixture, 'a');
    const commit = (memberId: string, generationIdOrMemberEpoch: number) =>
      commitError(fixture, { events: 5n }, { memberId, generationIdOrMemberEpoch });
    assert.equal(await commit('a', 2), 'NONE');
    assert.equal(await commit('a', 3), 'STALE_MEMBER_EPOCH');
    assert.equal(await commit('x', 1), 'UNKNOWN_MEMBER_ID');
    assert.equal(await commitError(fixture, { events: 5n }), 'UNKNOWN_MEMBER_ID');
    await beat(fixture, 'a', { memberEpoch: -1 });
    await fixture.restart();
    assert.deepEqual(await committed(fixture), { events: 5n });
    assert.equal((await describeConsumers(fixture)).groupState, 'Empty');
  });
});
