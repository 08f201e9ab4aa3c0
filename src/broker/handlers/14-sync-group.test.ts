import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, syncGroup } from '../../protocol/index.ts';
import { joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';

test('a member gets the assignment that the leader gave it, in every version', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const member = await joinAlone(broker, client, 'group', ['orders'], Buffer.from('partition 3'));
  for (let version = 0; version <= 5; version++) {
    const names = version >= 5 && { protocolType: 'consumer', protocolName: 'range' };
    const answer = await client.send(syncGroup, version, { ...member, ...names, assignments: [] });
    assert.deepEqual([answer.errorCode, answer.assignment.toString()], [0, 'partition 3'], `version ${version}`);
    if (version >= 5) assert.deepEqual([answer.protocolType, answer.protocolName], ['consumer', 'range']);
  }
});

test('another generation, a stranger and another protocol are refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const member = await joinAlone(broker, client, 'group');
  const codeOf = async (fields: object) =>
    errorName((await client.send(syncGroup, 5, { ...member, assignments: [], ...fields })).errorCode);
  assert.equal(await codeOf({ generationId: 7 }), 'ILLEGAL_GENERATION');
  assert.equal(await codeOf({ memberId: 'stranger' }), 'UNKNOWN_MEMBER_ID');
  assert.equal(await codeOf({ protocolType: 'consumer', protocolName: 'other' }), 'INCONSISTENT_GROUP_PROTOCOL');
});
