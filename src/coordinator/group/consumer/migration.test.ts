// Live groups that change between the classic and the consumer protocol.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  context,
  describe as describeClassic,
  GROUP,
  heartbeat,
  INITIAL_DELAY_MS,
  join,
  joinWithId,
  nameOf,
  REBALANCE_TIMEOUT_MS,
  stableGroup,
  subscription,
} from '../group-fixture.ts';
import { beat, createConsumerFixture, describeConsumers, joinConsumer, TOPIC, topicIdOf } from './consumer-fixture.ts';
import { assignmentBytes } from './embedded-protocol.ts';
import { NO_TOPICS } from './group-topics.ts';

/** A stable classic group of one, which has partitions 0 and 1. */
async function classicGroup(texts: Readonly<Record<string, string>> = {}) {
  const fixture = await createConsumerFixture(texts);
  const { joined } = await joinWithId(fixture, {});
  await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
  const member = await joined;
  const { memberId, generationId = -1 } = member;
  const topicId = topicIdOf(TOPIC);
  const topic = { name: TOPIC, topicId, partitionCount: 4, racks: () => [] };
  const topics = { ...NO_TOPICS, byId: () => topic };
  const assignment = assignmentBytes(new Map([[topicId, new Set([0, 1])]]), subscription(TOPIC), topics);
  const answer = await fixture.coordinator.syncGroup(context(5), {
    groupId: GROUP,
    memberId,
    generationId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId, assignment }],
  });
  assert.equal(nameOf(answer), 'NONE');
  return { fixture, member };
}

describe('a live group', () => {
  test('is upgraded by a member of the consumer protocol, and downgraded when the last of them leaves', async () => {
    const { fixture, member } = await classicGroup();
    assert.equal((await joinConsumer(fixture, 'new')).error, 'NONE');
    const { members } = await describeConsumers(fixture);
    assert.deepEqual(
      new Map(members.map(({ memberId, memberType }) => [memberId, memberType])),
      new Map([
        [member.memberId, 0],
        ['new', 1],
      ]),
    );
    assert.equal(nameOf(await describeClassic(fixture)), 'GROUP_ID_NOT_FOUND');
    assert.equal(await heartbeat(fixture, member), 'REBALANCE_IN_PROGRESS');
    await fixture.restart();
    assert.equal((await describeConsumers(fixture)).members.length, 2);
    await beat(fixture, 'new', { memberEpoch: -1 });
    const classic = await describeClassic(fixture);
    assert.deepEqual([nameOf(classic), classic.members.length], ['NONE', 1]);
    assert.equal(nameOf(await describeConsumers(fixture)), 'GROUP_ID_NOT_FOUND');
  });

  test('is downgraded when its last member of the consumer protocol comes back as a classic one under its instance id', async () => {
    const { fixture, member } = await classicGroup();
    assert.equal((await joinConsumer(fixture, 'new', { instanceId: 'one' })).error, 'NONE');
    assert.equal(nameOf(await join(fixture, { groupInstanceId: 'one' })), 'NONE');
    assert.equal(nameOf(await describeConsumers(fixture)), 'GROUP_ID_NOT_FOUND');
    const { members } = await describeClassic(fixture);
    assert.deepEqual(members.map(({ groupInstanceId }) => groupInstanceId).sort(), [null, 'one']);
    // Nobody has to move, and yet the generation is the epoch of the group, so that the others join again.
    assert.equal(await heartbeat(fixture, member), 'ILLEGAL_GENERATION');
    await fixture.restart();
    assert.equal((await describeClassic(fixture)).members.length, 2);
  });

  test('ends classic members that do not come to join or to sync, and those that are silent', async () => {
    const { fixture, member } = await classicGroup();
    await joinConsumer(fixture, 'new');
    const ids = async () => (await describeConsumers(fixture)).members.map(({ memberId }) => memberId);
    // Told to join, it keeps its session alive and does not join.
    assert.equal(await heartbeat(fixture, member), 'REBALANCE_IN_PROGRESS');
    for (let waitedMs = 0; waitedMs < REBALANCE_TIMEOUT_MS; waitedMs += 5000) {
      assert.deepEqual((await ids()).sort(), [member.memberId, 'new'].sort());
      await fixture.clock.advanceAndSettle(5000);
      await beat(fixture, 'new', { memberEpoch: 2 });
      await heartbeat(fixture, member);
    }
    await fixture.clock.advanceAndSettle(1);
    assert.deepEqual(await ids(), ['new']);
  });

  test('refuses a classic member whose subscription cannot be read, and does without those that nobody has to read', async () => {
    const malformed = Buffer.alloc(1);
    const { fixture, member } = await classicGroup();
    assert.equal((await joinConsumer(fixture, 'new')).error, 'NONE');
    const { memberId } = member;
    const refused = await join(fixture, { memberId, protocols: [{ name: 'range', metadata: malformed }] });
    assert.equal(nameOf(refused), 'INCONSISTENT_GROUP_PROTOCOL');
    const protocols = [
      { name: 'range', metadata: subscription(TOPIC) },
      { name: 'roundrobin', metadata: malformed },
    ];
    assert.equal(nameOf(await join(fixture, { memberId, protocols })), 'NONE');
    await beat(fixture, 'new', { memberEpoch: -1 });
    assert.equal(nameOf(await describeClassic(fixture)), 'NONE');
    assert.equal(assignmentBytes(new Map(), malformed, NO_TOPICS).readInt16BE(0), 0);
  });

  test('is not upgraded where the policy forbids it', async () => {
    const { fixture, member } = await classicGroup({ 'group.consumer.migration.policy': 'downgrade' });
    assert.equal((await joinConsumer(fixture, 'new')).error, 'GROUP_ID_NOT_FOUND');
    assert.equal(await heartbeat(fixture, member), 'NONE');
  });

  test('whose assignments are none of the embedded protocol stays as it is', async () => {
    const fixture = await createConsumerFixture();
    await stableGroup(fixture, 1);
    assert.equal((await joinConsumer(fixture, 'new')).error, 'GROUP_ID_NOT_FOUND');
    assert.equal((await describeClassic(fixture)).groupState, 'Stable');
  });
});
