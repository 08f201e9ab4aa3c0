import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JoinGroupRequest } from '../../../protocol/index.ts';
import {
  createFixture,
  describe as describeGroup,
  type Fixture,
  heartbeat,
  INITIAL_DELAY_MS,
  isPending,
  join,
  logged,
  nameOf,
  SESSION_TIMEOUT_MS,
  subscription,
  sync,
} from '../group-fixture.ts';

function joinAs(
  fixture: Fixture,
  groupInstanceId: string,
  fields: Partial<JoinGroupRequest> & { readonly version?: number } = {},
) {
  return join(fixture, { groupInstanceId, ...fields });
}

/** A stable group of the static members `a`, which leads, and `b`. */
async function staticPair() {
  const fixture = await createFixture();
  const joins = [joinAs(fixture, 'a'), joinAs(fixture, 'b')];
  await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
  const [a, b] = await Promise.all(joins);
  assert.ok(a && b);
  await sync(fixture, a, { [a.memberId]: 'one', [b.memberId]: 'two' });
  await sync(fixture, b);
  return { fixture, a, b };
}

describe('a static member', () => {
  it('is let in at once, under an id made of its instance id', async () => {
    const { a, b } = await staticPair();
    assert.match(a.memberId, /^a-/);
    assert.deepEqual(
      a.members.map(({ groupInstanceId }) => groupInstanceId),
      ['a', 'b'],
    );
    assert.equal(b.leader, a.memberId);
  });

  it('comes back under a new id with its old assignment, unnoticed by the others', async () => {
    const { fixture, a, b } = await staticPair();
    const back = await joinAs(fixture, 'b');
    assert.notEqual(back.memberId, b.memberId);
    assert.equal(back.generationId, 1);
    assert.equal(back.leader, a.memberId);
    assert.equal((await sync(fixture, back)).assignment.toString(), 'two');
    assert.equal(await heartbeat(fixture, a), 'NONE');
  });

  it('that led knows by the skipped assignment not to assign again', async () => {
    const { fixture, b } = await staticPair();
    const back = await joinAs(fixture, 'a');
    assert.equal(back.leader, back.memberId);
    assert.equal(back.skipAssignment, true);
    assert.equal(back.members.length, 2);
    assert.equal(await heartbeat(fixture, b), 'NONE');
  });

  it('of an old version that led is told that someone else leads', async () => {
    const { fixture, a } = await staticPair();
    const back = await joinAs(fixture, 'a', { version: 8 });
    assert.equal(back.leader, a.memberId);
    assert.equal(back.skipAssignment, false);
    assert.deepEqual(back.members, []);
  });

  it('is logged under its new id before it hears of it', async () => {
    const { fixture, a } = await staticPair();
    fixture.log.isHolding = true;
    const back = joinAs(fixture, 'b');
    assert.equal(await isPending(back), true);
    fixture.log.commit();
    const { memberId } = await back;
    const record = logged(fixture).at(-1);
    assert.ok(record?.kind === 'group-metadata');
    assert.deepEqual(
      record.value?.members.map((member) => member.memberId),
      [a.memberId, memberId],
    );
    await fixture.restart();
    assert.equal(await heartbeat(fixture, { memberId, generationId: 1 }, 'b'), 'NONE');
  });

  it('fences the one that used its instance id before', async () => {
    const { fixture, b } = await staticPair();
    await joinAs(fixture, 'b');
    assert.equal(await heartbeat(fixture, b, 'b'), 'FENCED_INSTANCE_ID');
    assert.equal(nameOf(await joinAs(fixture, 'b', { memberId: b.memberId })), 'FENCED_INSTANCE_ID');
    assert.equal(await heartbeat(fixture, b), 'UNKNOWN_MEMBER_ID');
    assert.equal(await heartbeat(fixture, b, 'c'), 'UNKNOWN_MEMBER_ID');
  });

  it('starts a rebalance if the protocol changes with it', async () => {
    const fixture = await createFixture();
    const offer = (...names: string[]) => ({ protocols: names.map((name) => ({ name, metadata: subscription('t') })) });
    const joins = [joinAs(fixture, 'a', offer('range', 'sticky')), joinAs(fixture, 'b', offer('range', 'sticky'))];
    await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
    const [a, b] = await Promise.all(joins);
    assert.ok(a && b);
    await sync(fixture, a, { [a.memberId]: 'one', [b.memberId]: 'two' });
    const back = joinAs(fixture, 'b', offer('sticky'));
    assert.equal(await heartbeat(fixture, a), 'REBALANCE_IN_PROGRESS');
    const again = await joinAs(fixture, 'a', { memberId: a.memberId, ...offer('range', 'sticky') });
    assert.equal(again.protocolName, 'sticky');
    assert.equal((await back).generationId, 2);
  });

  it('starts a rebalance if the assignment is awaited, as the leader may use its old id', async () => {
    const fixture = await createFixture();
    const joins = [joinAs(fixture, 'a'), joinAs(fixture, 'b')];
    await fixture.clock.advanceAndSettle(2 * INITIAL_DELAY_MS);
    const [a, b] = await Promise.all(joins);
    assert.ok(a && b);
    const waiting = sync(fixture, b);
    const back = joinAs(fixture, 'b');
    assert.equal(nameOf(await waiting), 'FENCED_INSTANCE_ID');
    assert.equal(await heartbeat(fixture, a), 'REBALANCE_IN_PROGRESS');
    const again = await joinAs(fixture, 'a', { memberId: a.memberId });
    assert.equal(again.generationId, 2);
    assert.equal((await back).generationId, 2);
  });

  it('keeps its place in a rebalance that it does not join, until its session ends', async () => {
    const { fixture, a, b } = await staticPair();
    const again = joinAs(fixture, 'b', {
      memberId: b.memberId,
      protocols: [{ name: 'range', metadata: subscription('other') }],
      rebalanceTimeoutMs: 1000,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
    });
    for (let beat = 0; beat < 12; beat++) {
      await heartbeat(fixture, a);
      await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS / 2);
    }
    assert.equal((await again).generationId, 2);
    assert.equal((await describeGroup(fixture)).members.length, 2);
  });
});
