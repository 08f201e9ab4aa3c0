import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  context,
  createFixture,
  describe as describeGroup,
  GROUP,
  heartbeat,
  INITIAL_DELAY_MS,
  isPending,
  join,
  joinWithId,
  nameOf,
  SESSION_TIMEOUT_MS,
  stableGroup,
} from '../group-fixture.ts';
import { NEW_MEMBER_JOIN_TIMEOUT_MS } from './session.ts';

describe('the session of a member', () => {
  it('lasts as long as heartbeats come', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    for (let beat = 0; beat < 5; beat++) {
      await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS - 1);
      assert.equal(await heartbeat(fixture, member), 'NONE');
    }
  });

  it('ends without them, and the group rebalances', async () => {
    const fixture = await createFixture();
    const [leader, follower] = await stableGroup(fixture, 2);
    assert.ok(leader && follower);
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS / 2);
    await heartbeat(fixture, follower);
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS / 2);
    assert.equal(await heartbeat(fixture, follower), 'REBALANCE_IN_PROGRESS');
    const again = await join(fixture, { memberId: follower.memberId });
    assert.equal(again.leader, follower.memberId);
    assert.equal(again.members.length, 1);
  });

  it('ends with the group when nobody is left', async () => {
    const fixture = await createFixture();
    await stableGroup(fixture, 2);
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS);
    const { groupState, members, protocolType } = await describeGroup(fixture);
    assert.deepEqual(
      { groupState, members, protocolType },
      { groupState: 'Empty', members: [], protocolType: 'consumer' },
    );
  });

  it('does not end while the member waits for the others', async () => {
    const fixture = await createFixture();
    const [leader] = await stableGroup(fixture, 2, { sessionTimeoutMs: 30_000 });
    assert.ok(leader);
    const again = join(fixture, { memberId: leader.memberId, sessionTimeoutMs: SESSION_TIMEOUT_MS });
    await fixture.clock.advanceAndSettle(29_000);
    assert.equal(await isPending(again), true);
    await fixture.clock.advanceAndSettle(1000);
    assert.equal(nameOf(await again), 'NONE');
  });

  it('of a new member ends when it waits for too long, as it may have gone', async () => {
    const fixture = await createFixture();
    const rebalanceTimeoutMs = 2 * NEW_MEMBER_JOIN_TIMEOUT_MS;
    const [leader] = await stableGroup(fixture, 1, { rebalanceTimeoutMs, sessionTimeoutMs: 1_800_000 });
    assert.ok(leader);
    const { joined } = await joinWithId(fixture, { rebalanceTimeoutMs });
    await fixture.clock.advanceAndSettle(NEW_MEMBER_JOIN_TIMEOUT_MS - 1);
    assert.equal(await isPending(joined), true);
    await fixture.clock.advanceAndSettle(1);
    assert.equal(nameOf(await joined), 'UNKNOWN_MEMBER_ID');
  });

  it('starts again when the coordinator does', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    await fixture.restart();
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS - 1);
    assert.equal(await heartbeat(fixture, member), 'NONE');
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS);
    assert.equal(await heartbeat(fixture, member), 'UNKNOWN_MEMBER_ID');
  });
});

describe('a heartbeat', () => {
  it('is refused for unknown groups and members, and for other generations', async () => {
    const fixture = await createFixture();
    assert.equal(await heartbeat(fixture, { memberId: 'stranger', generationId: 1 }), 'UNKNOWN_MEMBER_ID');
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    assert.equal(await heartbeat(fixture, { ...member, generationId: 2 }), 'ILLEGAL_GENERATION');
    assert.equal(await heartbeat(fixture, { memberId: 'stranger', generationId: 1 }), 'UNKNOWN_MEMBER_ID');
  });

  it('is welcome while the assignment is awaited', async () => {
    const fixture = await createFixture();
    const { joined } = await joinWithId(fixture);
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    assert.equal(await heartbeat(fixture, await joined), 'NONE');
  });

  it('is believed while groups are loading', async () => {
    const { coordinator } = await createFixture();
    const request = { groupId: GROUP, memberId: 'member', generationId: 1, groupInstanceId: null };
    await coordinator.unload(0);
    assert.equal(nameOf(await coordinator.heartbeat(context(4), request)), 'NOT_COORDINATOR');
    const loading = coordinator.load(0);
    assert.equal(nameOf(await coordinator.heartbeat(context(4), request)), 'NONE');
    await loading;
  });
});

describe('a group over its size limit', () => {
  it('rebalances when it is loaded, and leaves the last to join out', async () => {
    const large = await createFixture();
    const members = await stableGroup(large, 3);
    await large.coordinator.stop();
    const fixture = await createFixture({ 'group.max.size': '2' }, large.log);
    const [first, second, third] = members;
    assert.ok(first && second && third);
    assert.equal(await heartbeat(fixture, first), 'REBALANCE_IN_PROGRESS');
    const joins = [join(fixture, { memberId: first.memberId }), join(fixture, { memberId: second.memberId })];
    assert.equal(nameOf(await join(fixture, { memberId: third.memberId })), 'GROUP_MAX_SIZE_REACHED');
    await fixture.clock.advanceAndSettle(60_000);
    for (const response of await Promise.all(joins)) assert.equal(response.generationId, 2);
  });
});
