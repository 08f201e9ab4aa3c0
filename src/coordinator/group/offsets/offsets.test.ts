import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorName, ZERO_UUID } from '../../../protocol/index.ts';
import {
  commit,
  commitError,
  committed,
  context,
  createFixture,
  describe as describeGroup,
  type Fixture,
  GROUP,
  heartbeat,
  INITIAL_DELAY_MS,
  isPending,
  join,
  joinWithId,
  logged,
  nameOf,
  SESSION_TIMEOUT_MS,
  stableGroup,
  subscription,
} from '../group-fixture.ts';

const OTHER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

async function fetchOne({ coordinator }: Fixture, name: string, topicId = ZERO_UUID) {
  const topics = [{ name, topicId, partitionIndexes: [0] }];
  const group = { groupId: GROUP, memberId: null, memberEpoch: -1, topics };
  return (await coordinator.fetchOffsets(context(10), group, false)).topics[0]?.partitions[0];
}

async function deleteOffset({ coordinator }: Fixture, topic: string, groupId = GROUP) {
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0 }] }];
  const response = await coordinator.deleteOffsets(context(0), { groupId, topics });
  return errorName(response.errorCode || (response.topics[0]?.partitions[0]?.errorCode ?? 0));
}

describe('committing offsets', () => {
  it('answers when they are committed, and they outlive a restart', async () => {
    const fixture = await createFixture();
    fixture.log.isHolding = true;
    const response = commit(fixture, { events: 7n });
    assert.equal(await isPending(response), true);
    fixture.log.commit();
    assert.deepEqual(await response, {
      topics: [{ name: 'events', topicId: ZERO_UUID, partitions: [{ partitionIndex: 0, errorCode: 0 }] }],
    });
    await fixture.restart();
    assert.deepEqual(await fetchOne(fixture, 'events'), {
      partitionIndex: 0,
      committedOffset: 7n,
      committedLeaderEpoch: 5,
      metadata: 'note',
      errorCode: 0,
    });
  });

  it('without membership makes a simple group, whose consumers assign themselves', async () => {
    const fixture = await createFixture();
    await commit(fixture, { events: 7n });
    const { groupState, protocolType, members } = await describeGroup(fixture);
    assert.deepEqual({ groupState, protocolType, members }, { groupState: 'Empty', protocolType: '', members: [] });
  });

  it('is for the members of the generation while the group has any', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    const { memberId } = member;
    assert.equal(await commitError(fixture, { events: 1n }), 'UNKNOWN_MEMBER_ID');
    assert.equal(
      await commitError(fixture, { events: 1n }, { memberId, generationIdOrMemberEpoch: 2 }),
      'ILLEGAL_GENERATION',
    );
    const stranger = { memberId: 'stranger', generationIdOrMemberEpoch: 1 };
    assert.equal(await commitError(fixture, { events: 1n }, stranger), 'UNKNOWN_MEMBER_ID');
    assert.equal(await commitError(fixture, { events: 1n }, { memberId, generationIdOrMemberEpoch: 1 }), 'NONE');
    assert.deepEqual(await committed(fixture), { events: 1n });
  });

  it('is refused while the assignment is awaited, and allowed while members join again', async () => {
    const fixture = await createFixture();
    const { joined, memberId } = await joinWithId(fixture);
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    await joined;
    const asMember = { memberId, generationIdOrMemberEpoch: 1 };
    assert.equal(await commitError(fixture, { events: 1n }, asMember), 'REBALANCE_IN_PROGRESS');
    void join(fixture, { version: 3 });
    assert.equal(await commitError(fixture, { events: 1n }, asMember), 'NONE');
  });

  it('keeps the session of the member alive', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS - 1);
    await commit(fixture, { events: 1n }, { memberId: member.memberId, generationIdOrMemberEpoch: 1 });
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS - 1);
    assert.equal(await heartbeat(fixture, member), 'NONE');
  });

  it('of a generation is refused where there is no group', async () => {
    const fixture = await createFixture();
    const fields = { memberId: 'stranger', generationIdOrMemberEpoch: 1 };
    assert.equal(await commitError(fixture, { events: 1n }, { ...fields, version: 8 }), 'ILLEGAL_GENERATION');
    assert.equal(await commitError(fixture, { events: 1n }, { ...fields, version: 9 }), 'GROUP_ID_NOT_FOUND');
  });

  it('is refused partition by partition where the text is too long', async () => {
    const fixture = await createFixture({ 'offset.metadata.max.bytes': '3' });
    assert.equal(await commitError(fixture, { events: 1n }), 'OFFSET_METADATA_TOO_LARGE');
    assert.deepEqual(logged(fixture), []);
  });
});

describe('fetching offsets', () => {
  it('waits for a commit under way', async () => {
    const fixture = await createFixture();
    fixture.log.isHolding = true;
    void commit(fixture, { events: 7n });
    const fetched = committed(fixture);
    assert.equal(await isPending(fetched), true);
    fixture.log.commit();
    assert.deepEqual(await fetched, { events: 7n });
  });

  it('tells -1 of partitions without one, and nothing of groups without any', async () => {
    const fixture = await createFixture();
    assert.equal((await fetchOne(fixture, 'events'))?.committedOffset, -1n);
    assert.deepEqual(await committed(fixture, 'nobody'), {});
  });

  it('does not tell the offset of a topic of the same name that was there before', async () => {
    const fixture = await createFixture();
    const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedLeaderEpoch: -1, committedMetadata: null }];
    await commit(fixture, {}, { version: 10, topics: [{ name: 'events', topicId: OTHER_ID, partitions }] });
    assert.equal((await fetchOne(fixture, 'events', OTHER_ID))?.committedOffset, 7n);
    assert.equal((await fetchOne(fixture, 'events'))?.committedOffset, 7n);
    assert.equal((await fetchOne(fixture, 'events', 'AAAAAAAAAAAAAAAAAAAAAg'))?.committedOffset, -1n);
  });

  it('fails as a whole when the coordinator is elsewhere', async () => {
    const { coordinator } = await createFixture();
    await coordinator.unload(0);
    const request = { groupId: GROUP, memberId: null, memberEpoch: -1, topics: null };
    assert.equal(nameOf(await coordinator.fetchOffsets(context(9), request, true)), 'NOT_COORDINATOR');
  });
});

describe('deleting offsets', () => {
  it('writes tombstones', async () => {
    const fixture = await createFixture();
    await commit(fixture, { events: 7n, users: 8n });
    assert.equal(await deleteOffset(fixture, 'events'), 'NONE');
    assert.equal(await deleteOffset(fixture, 'never-committed'), 'NONE');
    assert.deepEqual(logged(fixture).at(-1), {
      kind: 'offset-commit',
      key: { group: GROUP, topic: 'events', partition: 0 },
      value: null,
    });
    await fixture.restart();
    assert.deepEqual(await committed(fixture), { users: 8n });
  });

  it('is refused for topics that the group subscribes to, and for groups that may use them in their own way', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    assert.equal(await deleteOffset(fixture, 'events'), 'GROUP_SUBSCRIBED_TO_TOPIC');
    assert.equal(await deleteOffset(fixture, 'users'), 'NONE');
    assert.equal(await deleteOffset(fixture, 'events', 'nobody'), 'GROUP_ID_NOT_FOUND');
    void join(fixture, { groupId: 'workers', protocolType: 'connect', version: 3 });
    assert.equal(await deleteOffset(fixture, 'events', 'workers'), 'NON_EMPTY_GROUP');
  });

  it('happens with the topic, and spares a new topic of its name', async () => {
    const fixture = await createFixture();
    await commit(fixture, { events: 7n, users: 8n });
    await fixture.coordinator.onTopicDeleted({ name: 'events', topicId: OTHER_ID });
    assert.deepEqual(await committed(fixture), { users: 8n });
    const partitions = [{ partitionIndex: 0, committedOffset: 9n, committedLeaderEpoch: -1, committedMetadata: '' }];
    await commit(fixture, {}, { topics: [{ name: 'events', topicId: OTHER_ID, partitions }] });
    await fixture.coordinator.onTopicDeleted({ name: 'events', topicId: 'AAAAAAAAAAAAAAAAAAAAAg' });
    assert.deepEqual(await committed(fixture), { events: 9n, users: 8n });
  });
});

describe('the retention of offsets', () => {
  const MINUTE_MS = 60_000;
  const settings = { 'offsets.retention.minutes': '60', 'offsets.retention.check.interval.ms': '60000' };

  it('counts from the commit for simple groups, which go with their last offset', async () => {
    const fixture = await createFixture(settings);
    await commit(fixture, { events: 7n });
    await fixture.clock.advanceAndSettle(59 * MINUTE_MS);
    assert.deepEqual(await committed(fixture), { events: 7n });
    await fixture.clock.advanceAndSettle(MINUTE_MS);
    assert.deepEqual(await committed(fixture), {});
    assert.equal(nameOf(await describeGroup(fixture)), 'GROUP_ID_NOT_FOUND');
    assert.deepEqual(
      logged(fixture)
        .slice(-2)
        .map(({ kind, value }) => ({ kind, value })),
      [
        { kind: 'offset-commit', value: null },
        { kind: 'group-metadata', value: null },
      ],
    );
  });

  it('counts from when the group became empty, also over a restart', async () => {
    const fixture = await createFixture(settings);
    const [member] = await stableGroup(fixture, 1, { sessionTimeoutMs: 1_800_000 });
    assert.ok(member);
    await commit(fixture, { events: 7n }, { memberId: member.memberId, generationIdOrMemberEpoch: 1 });
    await fixture.clock.advanceAndSettle(30 * MINUTE_MS);
    await fixture.restart();
    await fixture.clock.advanceAndSettle(59 * MINUTE_MS);
    assert.deepEqual(await committed(fixture), { events: 7n });
    await fixture.clock.advanceAndSettle(MINUTE_MS);
    assert.deepEqual(await committed(fixture), {});
  });

  it('spares the topics that a living group subscribes to', async () => {
    const fixture = await createFixture(settings);
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    await commit(fixture, { events: 7n, users: 8n }, { memberId: member.memberId, generationIdOrMemberEpoch: 1 });
    for (let beat = 0; beat < 500; beat++) {
      await heartbeat(fixture, member);
      fixture.clock.advance(SESSION_TIMEOUT_MS - 1);
    }
    assert.deepEqual(await committed(fixture), { events: 7n });
  });

  it('spares everything while it is not known what a group subscribes to', async () => {
    const fixture = await createFixture(settings);
    const protocols = [{ name: 'range', metadata: Buffer.from('no subscription') }];
    const [member] = await stableGroup(fixture, 1, { protocols });
    assert.ok(member);
    await commit(fixture, { events: 7n }, { memberId: member.memberId, generationIdOrMemberEpoch: 1 });
    for (let beat = 0; beat < 500; beat++) {
      await heartbeat(fixture, member);
      fixture.clock.advance(SESSION_TIMEOUT_MS - 1);
    }
    assert.deepEqual(await committed(fixture), { events: 7n });
  });

  it('is what an old client asks for, if it does', async () => {
    const fixture = await createFixture(settings);
    await commit(fixture, { events: 7n }, { version: 4, retentionTimeMs: BigInt(5 * MINUTE_MS) });
    await commit(fixture, { users: 8n });
    await fixture.restart();
    await fixture.clock.advanceAndSettle(5 * MINUTE_MS);
    assert.deepEqual(await committed(fixture), { users: 8n });
  });

  it('counts the subscriptions of all members', async () => {
    const fixture = await createFixture(settings);
    const joins = [
      (await joinWithId(fixture)).joined,
      (await joinWithId(fixture, { protocols: [{ name: 'range', metadata: subscription('users', 'visits') }] })).joined,
    ];
    await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
    await Promise.all(joins);
    for (const topic of ['events', 'users', 'visits'])
      assert.equal(await deleteOffset(fixture, topic), 'GROUP_SUBSCRIBED_TO_TOPIC');
    assert.equal(await deleteOffset(fixture, 'other'), 'NONE');
  });
});
