import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  createFixture,
  describe as describeGroup,
  GROUP,
  heartbeat,
  INITIAL_DELAY_MS,
  isPending,
  join,
  joinWithId,
  logged,
  nameOf,
  REBALANCE_TIMEOUT_MS,
  SESSION_TIMEOUT_MS,
  stableGroup,
  subscription,
  sync,
} from '../group-fixture.ts';

describe('joining a group', () => {
  it('gives a new dynamic member an id and asks it to come back with that', async () => {
    const fixture = await createFixture();
    const response = await join(fixture);
    assert.equal(nameOf(response), 'MEMBER_ID_REQUIRED');
    assert.match(response.memberId, /^client-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('logs a new group as empty before anyone hears of it', async () => {
    const fixture = await createFixture();
    await join(fixture);
    assert.deepEqual(logged(fixture), [
      {
        kind: 'group-metadata',
        key: { group: GROUP },
        value: {
          protocolType: '',
          generation: 0,
          protocol: null,
          leader: null,
          currentStateTimestamp: BigInt(fixture.clock.now()),
          members: [],
        },
      },
    ]);
  });

  it('lets members of old versions in at once', async () => {
    const fixture = await createFixture();
    const joined = join(fixture, { version: 3 });
    assert.equal(await isPending(joined), true);
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    const response = await joined;
    assert.equal(nameOf(response), 'NONE');
    assert.equal(response.generationId, 1);
    assert.equal(response.leader, response.memberId);
  });

  it('takes the session timeout as rebalance timeout in version 0, which has no other', async () => {
    const fixture = await createFixture();
    const joined = join(fixture, { version: 0, rebalanceTimeoutMs: -1 });
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS);
    assert.equal(nameOf(await joined), 'NONE');
  });

  it('waits for the initial delay, and as long again for each further member, up to the rebalance timeout', async () => {
    const fixture = await createFixture();
    const first = (await joinWithId(fixture)).joined;
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS - 1);
    const second = (await joinWithId(fixture)).joined;
    await fixture.clock.advanceAndSettle(1);
    assert.equal(await isPending(first), true);
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    assert.equal((await first).members.length + (await second).members.length, 2);
  });

  it('ends the initial delay at the rebalance timeout however many members come', async () => {
    const fixture = await createFixture();
    const fields = { rebalanceTimeoutMs: 2 * INITIAL_DELAY_MS };
    const first = (await joinWithId(fixture, fields)).joined;
    for (const _ of [1, 2]) {
      await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS - 1);
      void joinWithId(fixture, fields);
    }
    await fixture.clock.advanceAndSettle(2);
    assert.equal(nameOf(await first), 'NONE');
  });

  it('tells the leader alone who is in the generation', async () => {
    const fixture = await createFixture();
    const [leader, follower] = await stableGroup(fixture, 2);
    assert.deepEqual(
      leader?.members.map(({ memberId }) => memberId).sort(),
      [leader?.memberId, follower?.memberId].sort(),
    );
    assert.deepEqual(follower?.members, []);
    assert.equal(follower?.leader, leader?.memberId);
    assert.equal(follower?.protocolName, 'range');
    assert.equal(follower?.protocolType, 'consumer');
  });

  it('refuses session timeouts outside the limits', async () => {
    const fixture = await createFixture();
    assert.equal(nameOf(await join(fixture, { sessionTimeoutMs: 5999 })), 'INVALID_SESSION_TIMEOUT');
    assert.equal(nameOf(await join(fixture, { sessionTimeoutMs: 1_800_001 })), 'INVALID_SESSION_TIMEOUT');
  });

  it('refuses an empty group id, unknown member ids and members without protocols', async () => {
    const fixture = await createFixture();
    assert.equal(nameOf(await join(fixture, { groupId: '' })), 'INVALID_GROUP_ID');
    assert.equal(nameOf(await join(fixture, { memberId: 'stranger' })), 'UNKNOWN_MEMBER_ID');
    assert.equal(nameOf(await join(fixture, { protocols: [] })), 'INCONSISTENT_GROUP_PROTOCOL');
    assert.equal(nameOf(await join(fixture, { protocolType: '' })), 'INCONSISTENT_GROUP_PROTOCOL');
  });

  it('refuses members that have no protocol in common with the others', async () => {
    const fixture = await createFixture();
    await stableGroup(fixture, 1);
    const protocols = [{ name: 'sticky', metadata: Buffer.alloc(0) }];
    assert.equal(nameOf(await join(fixture, { protocols })), 'INCONSISTENT_GROUP_PROTOCOL');
    assert.equal(nameOf(await join(fixture, { protocolType: 'connect' })), 'INCONSISTENT_GROUP_PROTOCOL');
  });

  it('tells no protocol as an empty name where null cannot be told', async () => {
    const fixture = await createFixture();
    assert.equal((await join(fixture, { version: 6 })).protocolName, '');
    assert.equal((await join(fixture, { version: 7 })).protocolName, null);
  });

  it('chooses the protocol with the most votes among those that all have', async () => {
    const fixture = await createFixture();
    const offer = (...names: string[]) => ({ protocols: names.map((name) => ({ name, metadata: subscription('t') })) });
    const joins = [
      (await joinWithId(fixture, offer('only-mine', 'range', 'sticky'))).joined,
      (await joinWithId(fixture, offer('sticky', 'range'))).joined,
      (await joinWithId(fixture, offer('sticky', 'range', 'another'))).joined,
    ];
    await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
    for (const response of await Promise.all(joins)) assert.equal(response.protocolName, 'sticky');
  });

  it('refuses more members than group.max.size', async () => {
    const fixture = await createFixture({ 'group.max.size': '2' });
    await stableGroup(fixture, 2);
    assert.equal(nameOf(await join(fixture)), 'GROUP_MAX_SIZE_REACHED');
  });
});

describe('a rebalance', () => {
  it('starts when a member comes, and ends when all have joined again', async () => {
    const fixture = await createFixture();
    const [leader] = await stableGroup(fixture, 1);
    assert.ok(leader);
    const { joined } = await joinWithId(fixture);
    assert.equal(await isPending(joined), true);
    assert.equal(await heartbeat(fixture, leader), 'REBALANCE_IN_PROGRESS');
    const again = await join(fixture, { memberId: leader.memberId });
    assert.equal(again.generationId, 2);
    assert.equal(again.leader, leader.memberId);
    assert.equal(again.members.length, 2);
    assert.equal((await joined).generationId, 2);
  });

  it('leaves out dynamic members that do not join within the rebalance timeout, and finds another leader', async () => {
    const fixture = await createFixture();
    const [leader, follower] = await stableGroup(fixture, 2, { sessionTimeoutMs: 2 * REBALANCE_TIMEOUT_MS });
    assert.ok(leader && follower);
    const joined = join(fixture, {
      memberId: follower.memberId,
      protocols: [{ name: 'range', metadata: subscription('other') }],
      sessionTimeoutMs: 2 * REBALANCE_TIMEOUT_MS,
    });
    await fixture.clock.advanceAndSettle(REBALANCE_TIMEOUT_MS);
    assert.equal((await joined).leader, follower.memberId);
    assert.equal(await heartbeat(fixture, leader), 'UNKNOWN_MEMBER_ID');
  });

  it('is not needed by a follower that joins again unchanged', async () => {
    const fixture = await createFixture();
    const [leader, follower] = await stableGroup(fixture, 2);
    assert.ok(leader && follower);
    const again = await join(fixture, { memberId: follower.memberId });
    assert.equal(again.generationId, 1);
    assert.deepEqual(again.members, []);
    assert.equal(await heartbeat(fixture, leader), 'NONE');
  });

  it('is asked for by a leader that joins again, and by a follower with another subscription', async () => {
    const fixture = await createFixture();
    const [leader, follower] = await stableGroup(fixture, 2);
    assert.ok(leader && follower);
    const again = join(fixture, { memberId: leader.memberId });
    assert.equal(await isPending(again), true);
    assert.equal(await heartbeat(fixture, follower), 'REBALANCE_IN_PROGRESS');
    const changed = await join(fixture, {
      memberId: follower.memberId,
      protocols: [{ name: 'range', metadata: subscription('other') }],
    });
    assert.equal(changed.generationId, 2);
    assert.equal((await again).generationId, 2);
  });

  it('waits for those who were given an id, until their session ends', async () => {
    const fixture = await createFixture();
    const [leader] = await stableGroup(fixture, 1);
    assert.ok(leader);
    await join(fixture);
    const again = join(fixture, { memberId: leader.memberId });
    assert.equal(await isPending(again), true);
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS);
    assert.equal((await again).generationId, 2);
  });

  it('gives the answer again to a member that lost it, while the assignment is awaited', async () => {
    const fixture = await createFixture();
    const { joined, memberId } = await joinWithId(fixture);
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    const first = await joined;
    assert.deepEqual(await join(fixture, { memberId }), first);
  });

  it('answers the older of two requests of one member', async () => {
    const fixture = await createFixture();
    const { joined, memberId } = await joinWithId(fixture);
    const second = join(fixture, { memberId });
    assert.equal(nameOf(await joined), 'REBALANCE_IN_PROGRESS');
    await fixture.clock.advanceAndSettle(INITIAL_DELAY_MS);
    assert.equal(nameOf(await second), 'NONE');
  });

  it('removes members that do not ask for their assignment within the rebalance timeout', async () => {
    const fixture = await createFixture();
    const fields = { sessionTimeoutMs: 3 * REBALANCE_TIMEOUT_MS };
    const joins = [(await joinWithId(fixture, fields)).joined, (await joinWithId(fixture, fields)).joined];
    await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
    const members = await Promise.all(joins);
    const leader = members.find(({ leader, memberId }) => leader === memberId);
    const silent = members.find(({ leader, memberId }) => leader !== memberId);
    assert.ok(leader && silent);
    await sync(fixture, leader, { [leader.memberId]: 'all' });
    await fixture.clock.advanceAndSettle(REBALANCE_TIMEOUT_MS);
    assert.equal(await heartbeat(fixture, silent), 'UNKNOWN_MEMBER_ID');
    assert.equal(await heartbeat(fixture, leader), 'REBALANCE_IN_PROGRESS');
    assert.equal((await describeGroup(fixture)).members.length, 1);
  });
});
