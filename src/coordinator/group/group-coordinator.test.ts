import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryLog } from '../runtime/memory-log.ts';
import {
  commit,
  committed,
  context,
  createFixture,
  describe as describeGroup,
  type Fixture,
  GROUP,
  join,
  logged,
  nameOf,
  stableGroup,
  subscription,
} from './group-fixture.ts';

async function list({ coordinator }: Fixture, statesFilter: string[] = [], typesFilter: string[] = []) {
  const { groups } = await coordinator.listGroups(context(5), { statesFilter, typesFilter });
  return groups.map(({ groupId }) => groupId).sort();
}

async function deleteGroups({ coordinator }: Fixture, ...groupsNames: string[]) {
  return (await coordinator.deleteGroups(context(2), { groupsNames })).results.map(nameOf);
}

describe('describing groups', () => {
  it('tells members, subscriptions and assignments of a stable group', async () => {
    const fixture = await createFixture();
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    assert.deepEqual(await describeGroup(fixture), {
      errorCode: 0,
      groupId: GROUP,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [
        {
          memberId: member.memberId,
          groupInstanceId: null,
          clientId: 'client',
          clientHost: '/127.0.0.1',
          memberMetadata: subscription('events'),
          memberAssignment: Buffer.from(member.memberId),
        },
      ],
    });
  });

  it('leaves subscriptions and protocol out while the group rebalances', async () => {
    const fixture = await createFixture();
    await stableGroup(fixture, 1);
    await join(fixture);
    void join(fixture, { version: 3 });
    const { groupState, protocolData, members } = await describeGroup(fixture);
    assert.equal(groupState, 'PreparingRebalance');
    assert.equal(protocolData, '');
    assert.equal(members[0]?.memberMetadata.length, 0);
  });

  it('tells a group that is not there as dead before version 6, and as not found since', async () => {
    const { coordinator } = await createFixture();
    const request = { groups: ['nobody'], includeAuthorizedOperations: false };
    const [old] = (await coordinator.describeGroups(context(5), request)).groups;
    assert.deepEqual([old?.errorCode, old?.groupState, old?.errorMessage], [0, 'Dead', undefined]);
    const [now] = (await coordinator.describeGroups(context(6), request)).groups;
    assert.deepEqual([now?.errorCode, now?.groupState, now?.errorMessage], [69, 'Dead', 'Group nobody not found.']);
  });
});

describe('listing groups', () => {
  it('tells all, or those of some states and types, whatever their case', async () => {
    const fixture = await createFixture();
    await stableGroup(fixture, 1);
    await commit(fixture, { events: 1n }, { groupId: 'simple' });
    assert.deepEqual(await list(fixture), [GROUP, 'simple']);
    assert.deepEqual(await list(fixture, ['stable']), [GROUP]);
    assert.deepEqual(await list(fixture, ['EMPTY', 'Dead']), ['simple']);
    assert.deepEqual(await list(fixture, [], ['Classic']), [GROUP, 'simple']);
    assert.deepEqual(await list(fixture, [], ['consumer']), []);
    const { groups } = await fixture.coordinator.listGroups(context(5), { statesFilter: ['Stable'], typesFilter: [] });
    assert.deepEqual(groups, [
      { groupId: GROUP, protocolType: 'consumer', groupState: 'Stable', groupType: 'classic' },
    ]);
  });

  it('is refused while a partition is loading, as the list would be wrong', async () => {
    const { coordinator } = await createFixture();
    const loading = coordinator.load(1);
    const request = { statesFilter: [], typesFilter: [] };
    assert.equal(nameOf(await coordinator.listGroups(context(5), request)), 'COORDINATOR_LOAD_IN_PROGRESS');
    await loading;
    assert.equal(nameOf(await coordinator.listGroups(context(5), request)), 'NONE');
  });
});

describe('deleting groups', () => {
  it('takes empty groups with their offsets, and no others', async () => {
    const fixture = await createFixture();
    await stableGroup(fixture, 1);
    await commit(fixture, { events: 1n, users: 2n }, { groupId: 'simple' });
    assert.deepEqual(await deleteGroups(fixture, GROUP, 'simple', 'nobody'), [
      'NON_EMPTY_GROUP',
      'NONE',
      'GROUP_ID_NOT_FOUND',
    ]);
    assert.deepEqual(await list(fixture), [GROUP]);
    assert.deepEqual(await committed(fixture, 'simple'), {});
    await fixture.restart();
    assert.deepEqual(await list(fixture), [GROUP]);
    assert.deepEqual(await committed(fixture, 'simple'), {});
    assert.deepEqual(
      logged(fixture)
        .slice(-3)
        .map(({ kind, value }) => ({ kind, value })),
      [
        { kind: 'offset-commit', value: null },
        { kind: 'offset-commit', value: null },
        { kind: 'group-metadata', value: null },
      ],
    );
  });
});

describe('the group coordinator', () => {
  it('is elsewhere for groups whose partition it does not have', async () => {
    const fixture = await createFixture();
    await fixture.coordinator.unload(0);
    assert.equal(nameOf(await join(fixture)), 'NOT_COORDINATOR');
    assert.equal(nameOf(await describeGroup(fixture)), 'NOT_COORDINATOR');
    assert.deepEqual(await deleteGroups(fixture, GROUP), ['NOT_COORDINATOR']);
    const { topics } = await commit(fixture, { events: 1n });
    assert.equal(nameOf(topics[0]?.partitions[0] ?? {}), 'NOT_COORDINATOR');
  });

  it('refuses members that wait when the partition moves away', async () => {
    const fixture = await createFixture();
    const joined = join(fixture, { version: 3 });
    await fixture.coordinator.unload(0);
    assert.equal(nameOf(await joined), 'NOT_COORDINATOR');
  });

  it('tells clients to try again when a commit may have failed, and goes on with what was kept', async () => {
    const fixture = await createFixture({}, new MemoryLog());
    await commit(fixture, { events: 1n });
    fixture.log.isHolding = true;
    const failed = commit(fixture, { events: 2n });
    await undefined;
    fixture.log.fail(new Error('the disk is gone'));
    assert.equal(nameOf((await failed).topics[0]?.partitions[0] ?? {}), 'COORDINATOR_NOT_AVAILABLE');
    fixture.log.isHolding = false;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await committed(fixture), { events: 1n });
  });
});
