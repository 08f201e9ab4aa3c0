import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryLog } from '../../runtime/memory-log.ts';
import {
  context,
  createFixture,
  GROUP,
  INITIAL_DELAY_MS,
  isPending,
  join,
  joinWithId,
  logged,
  nameOf,
  stableGroup,
  sync,
} from '../group-fixture.ts';

async function joinedPair(log?: MemoryLog) {
  const fixture = await createFixture({}, log);
  const joins = [(await joinWithId(fixture)).joined, (await joinWithId(fixture)).joined];
  await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
  const members = await Promise.all(joins);
  const leader = members.find(({ leader, memberId }) => leader === memberId);
  const follower = members.find(({ leader, memberId }) => leader !== memberId);
  assert.ok(leader && follower);
  return { fixture, leader, follower };
}

describe('the assignment of a generation', () => {
  it('is given to everyone when the leader has sent it and it is committed', async () => {
    const { fixture, leader, follower } = await joinedPair();
    const followed = sync(fixture, follower);
    assert.equal(await isPending(followed), true);
    fixture.log.isHolding = true;
    const led = sync(fixture, leader, { [leader.memberId]: 'one', [follower.memberId]: 'two' });
    assert.equal(await isPending(followed), true);
    fixture.log.commit();
    assert.equal((await led).assignment.toString(), 'one');
    const response = await followed;
    assert.equal(response.assignment.toString(), 'two');
    assert.equal(response.protocolName, 'range');
    assert.equal(response.protocolType, 'consumer');
  });

  it('is logged with the members and what they subscribe to', async () => {
    const { fixture, leader, follower } = await joinedPair();
    await sync(fixture, leader, { [leader.memberId]: 'one', [follower.memberId]: 'two' });
    const record = logged(fixture).at(-1);
    assert.equal(record?.kind, 'group-metadata');
    assert.ok(record.kind === 'group-metadata' && record.value !== null);
    assert.equal(record.value.generation, 1);
    assert.equal(record.value.protocol, 'range');
    assert.equal(record.value.leader, leader.memberId);
    const member = record.value.members.find(({ memberId }) => memberId === follower.memberId);
    assert.equal(member?.assignment.toString(), 'two');
    assert.equal(member?.clientId, 'client');
    assert.equal(member?.clientHost, '/127.0.0.1');
  });

  it('is empty for members that the leader does not mention', async () => {
    const { fixture, leader, follower } = await joinedPair();
    await sync(fixture, leader, { [leader.memberId]: 'all' });
    assert.equal((await sync(fixture, follower)).assignment.length, 0);
  });

  it('is given again to members of a stable group, also after a restart', async () => {
    const fixture = await createFixture();
    const members = await stableGroup(fixture, 2);
    await fixture.restart();
    for (const member of members) assert.equal((await sync(fixture, member)).assignment.toString(), member.memberId);
  });

  it('is not waited for any more when a member joins meanwhile', async () => {
    const { fixture, follower } = await joinedPair();
    const followed = sync(fixture, follower);
    void join(fixture, { version: 3 });
    assert.equal(nameOf(await followed), 'REBALANCE_IN_PROGRESS');
  });

  it('that does not fit into the log is refused, and the group starts again', async () => {
    const { fixture, leader, follower } = await joinedPair(new MemoryLog(2000));
    const followed = sync(fixture, follower);
    const led = sync(fixture, leader, { [leader.memberId]: 'x'.repeat(2000) });
    assert.equal(nameOf(await led), 'UNKNOWN_SERVER_ERROR');
    assert.equal(nameOf(await followed), 'UNKNOWN_SERVER_ERROR');
    const again = [leader, follower].map(({ memberId }) => join(fixture, { memberId }));
    for (const response of await Promise.all(again)) assert.equal(response.generationId, 2);
  });

  it('is refused to strangers, other generations and believers in another protocol', async () => {
    const { fixture, leader } = await joinedPair();
    const { memberId, generationId } = leader;
    assert.equal(nameOf(await sync(fixture, { memberId: 'stranger', generationId })), 'UNKNOWN_MEMBER_ID');
    assert.equal(nameOf(await sync(fixture, { memberId, generationId: 7 })), 'ILLEGAL_GENERATION');
    const request = {
      groupId: GROUP,
      memberId,
      generationId: 1,
      groupInstanceId: null,
      protocolType: 'connect',
      protocolName: 'range',
      assignments: [],
    };
    const { coordinator } = fixture;
    assert.equal(nameOf(await coordinator.syncGroup(context(5), request)), 'INCONSISTENT_GROUP_PROTOCOL');
    assert.equal(nameOf(await coordinator.syncGroup(context(5), { ...request, groupId: '' })), 'INVALID_GROUP_ID');
    assert.equal(nameOf(await coordinator.syncGroup(context(5), { ...request, groupId: 'none' })), 'UNKNOWN_MEMBER_ID');
  });
});
