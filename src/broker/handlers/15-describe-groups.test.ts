import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeGroups, errorName } from '../../protocol/index.ts';
import { joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';

test('a group is described with its state, its protocol and its members', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const { memberId } = await joinAlone(broker, client, 'group', ['orders'], Buffer.from('all of it'));
  for (let version = 0; version <= 6; version++) {
    const { groups } = await client.send(describeGroups, version, { groups: ['group'] });
    const [group] = groups;
    assert.ok(group);
    assert.deepEqual(
      [group.errorCode, group.groupState, group.protocolType, group.protocolData],
      [0, 'Stable', 'consumer', 'range'],
    );
    const [member] = group.members;
    assert.deepEqual(
      [member?.memberId, member?.clientId, member?.clientHost, member?.memberAssignment.toString()],
      [memberId, 'test-client', '/127.0.0.1', 'all of it'],
    );
  }
});

test('a group that nobody knows is dead, and from version 6 on an error', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await joinAlone(broker, client, 'group');
  const ask = async (version: number) => (await client.send(describeGroups, version, { groups: ['nobody'] })).groups[0];
  assert.deepEqual([(await ask(5))?.errorCode, (await ask(5))?.groupState], [0, 'Dead']);
  assert.equal(errorName((await ask(6))?.errorCode ?? 0), 'GROUP_ID_NOT_FOUND');
});

test('what the caller may do with a group is told to who asks', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await joinAlone(broker, client, 'group');
  const ask = async (includeAuthorizedOperations: boolean) =>
    (await client.send(describeGroups, 5, { groups: ['group'], includeAuthorizedOperations })).groups[0];
  assert.equal((await ask(false))?.authorizedOperations, -(2 ** 31));
  assert.ok(((await ask(true))?.authorizedOperations ?? 0) > 0);
});
