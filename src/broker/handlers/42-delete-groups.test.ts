import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteGroups, errorName, leaveGroup } from '../../protocol/index.ts';
import { joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';

test('a group without members is deleted, one with members and one that nobody knows are not', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const { groupId, memberId } = await joinAlone(broker, client, 'group');
  const ask = async (version: number) => {
    const { results } = await client.send(deleteGroups, version, { groupsNames: ['group', 'nobody'] });
    return Object.fromEntries(results.map((result) => [result.groupId, errorName(result.errorCode)]));
  };
  assert.deepEqual(await ask(2), { group: 'NON_EMPTY_GROUP', nobody: 'GROUP_ID_NOT_FOUND' });
  await client.send(leaveGroup, 0, { groupId, memberId });
  assert.deepEqual(await ask(0), { group: 'NONE', nobody: 'GROUP_ID_NOT_FOUND' });
  assert.deepEqual(await ask(1), { group: 'GROUP_ID_NOT_FOUND', nobody: 'GROUP_ID_NOT_FOUND' });
});
