import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorName } from '../../../protocol/index.ts';
import {
  context,
  createFixture,
  describe as describeGroup,
  type Fixture,
  GROUP,
  heartbeat,
  INITIAL_DELAY_MS,
  join,
  joinWithId,
  logged,
  nameOf,
  stableGroup,
  sync,
} from '../group-fixture.ts';

type Leaving = { readonly memberId?: string; readonly groupInstanceId?: string };

async function leave({ coordinator }: Fixture, members: readonly Leaving[], groupId = GROUP) {
  const response = await coordinator.leaveGroup(context(5), {
    groupId,
    memberId: '',
    members: members.map((member) => ({ memberId: '', groupInstanceId: null, reason: null, ...member })),
  });
  return [errorName(response.errorCode), ...(response.members ?? []).map(nameOf)];
}

describe('leaving a group', () => {
  it('takes the member out, and the others rebalance', async () => {
    const fixture = await createFixture();
    const [leader, follower] = await stableGroup(fixture, 2);
    assert.ok(leader && follower);
    assert.deepEqual(await leave(fixture, [{ memberId: leader.memberId }]), ['NONE', 'NONE']);
    assert.equal(await heartbeat(fixture, leader), 'UNKNOWN_MEMBER_ID');
    assert.equal(await heartbeat(fixture, follower), 'REBALANCE_IN_PROGRESS');
    assert.equal((await join(fixture, { memberId: follower.memberId })).leader, follower.memberId);
  });

  it('of the last member leaves an empty group with the next generation, which is logged', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    await leave(fixture, [{ memberId: member.memberId }]);
    const record = logged(fixture).at(-1);
    assert.ok(record?.kind === 'group-metadata' && record.value !== null);
    const { protocolType, generation, protocol, leader, members } = record.value;
    assert.deepEqual(
      { protocolType, generation, protocol, leader, members },
      { protocolType: 'consumer', generation: 2, protocol: null, leader: null, members: [] },
    );
    assert.equal((await describeGroup(fixture)).groupState, 'Empty');
  });

  it('works for many members at once, and tells of each', async () => {
    const fixture = await createFixture();
    const [one, two, three] = await stableGroup(fixture, 3);
    assert.ok(one && two && three);
    const leaving = [{ memberId: one.memberId }, { memberId: 'stranger' }, { memberId: two.memberId }];
    assert.deepEqual(await leave(fixture, leaving), ['NONE', 'NONE', 'UNKNOWN_MEMBER_ID', 'NONE']);
    assert.equal((await describeGroup(fixture)).members.length, 1);
  });

  it('works by the instance id alone, for administrators', async () => {
    const fixture = await createFixture();
    const joined = join(fixture, { groupInstanceId: 'a' });
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    const { memberId } = await joined;
    assert.deepEqual(await leave(fixture, [{ groupInstanceId: 'b' }]), ['NONE', 'UNKNOWN_MEMBER_ID']);
    assert.deepEqual(await leave(fixture, [{ memberId: 'other', groupInstanceId: 'a' }]), [
      'NONE',
      'FENCED_INSTANCE_ID',
    ]);
    assert.deepEqual(await leave(fixture, [{ groupInstanceId: 'a' }]), ['NONE', 'NONE']);
    assert.equal(await heartbeat(fixture, { memberId, generationId: 1 }), 'UNKNOWN_MEMBER_ID');
  });

  it('works before the member has come back with its id', async () => {
    const fixture = await createFixture();
    const { memberId } = await join(fixture);
    assert.deepEqual(await leave(fixture, [{ memberId }]), ['NONE', 'NONE']);
    assert.equal(nameOf(await join(fixture, { memberId })), 'UNKNOWN_MEMBER_ID');
  });

  it('answers a join that waits, and lets the others go on', async () => {
    const fixture = await createFixture();
    const [leader] = await stableGroup(fixture, 1);
    assert.ok(leader);
    const { memberId, joined } = await joinWithId(fixture);
    await leave(fixture, [{ memberId }]);
    assert.equal(nameOf(await joined), 'UNKNOWN_MEMBER_ID');
    assert.equal((await join(fixture, { memberId: leader.memberId })).generationId, 2);
  });

  it('answers a sync that waits', async () => {
    const fixture = await createFixture();
    const joins = [(await joinWithId(fixture)).joined, (await joinWithId(fixture)).joined];
    await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
    const follower = (await Promise.all(joins)).find(({ leader, memberId }) => leader !== memberId);
    assert.ok(follower);
    const waiting = sync(fixture, follower);
    await leave(fixture, [{ memberId: follower.memberId }]);
    assert.equal(nameOf(await waiting), 'UNKNOWN_MEMBER_ID');
  });

  it('is told by one error code before version 3', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    const { coordinator } = fixture;
    const request = { groupId: GROUP, memberId: 'stranger', members: [] };
    assert.deepEqual(await coordinator.leaveGroup(context(2), request), { errorCode: 25 });
    assert.deepEqual(await coordinator.leaveGroup(context(2), { ...request, memberId: member.memberId }), {
      errorCode: 0,
    });
  });

  it('is refused member by member for a group that is not there', async () => {
    const fixture = await createFixture();
    assert.deepEqual(await leave(fixture, [{ memberId: 'stranger' }]), ['NONE', 'UNKNOWN_MEMBER_ID']);
    assert.deepEqual(await leave(fixture, [{ memberId: 'stranger' }], ''), ['INVALID_GROUP_ID']);
  });
});
