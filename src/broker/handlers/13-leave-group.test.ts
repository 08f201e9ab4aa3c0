import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, leaveGroup } from '../../protocol/index.ts';
import { joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';

test('a member leaves, in every version, and cannot leave twice', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (let version = 0; version <= 5; version++) {
    const { groupId, memberId } = await joinAlone(broker, client, `group of version ${version}`);
    const leave = async () => {
      const request = version < 3 ? { groupId, memberId } : { groupId, members: [{ memberId }] };
      const response = await client.send(leaveGroup, version, request);
      return errorName(version < 3 ? response.errorCode : (response.members[0]?.errorCode ?? response.errorCode));
    };
    assert.equal(await leave(), 'NONE', `version ${version}`);
    assert.equal(await leave(), 'UNKNOWN_MEMBER_ID', `version ${version}`);
  }
});
