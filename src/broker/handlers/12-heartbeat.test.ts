import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, heartbeat } from '../../protocol/index.ts';
import { joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';

test('a member in its generation is alive, anybody else is told what is wrong', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const member = await joinAlone(broker, client, 'group');
  const codeOf = async (fields: Partial<typeof member>, version = 4) =>
    errorName((await client.send(heartbeat, version, { ...member, ...fields })).errorCode);
  for (let version = 0; version <= 4; version++) assert.equal(await codeOf({}, version), 'NONE');
  assert.equal(await codeOf({ generationId: 0 }), 'ILLEGAL_GENERATION');
  assert.equal(await codeOf({ memberId: 'stranger' }), 'UNKNOWN_MEMBER_ID');
  assert.equal(await codeOf({ groupId: '' }), 'INVALID_GROUP_ID');
});

test('a member that is silent for its session timeout is put out', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const member = await joinAlone(broker, client, 'group');
  for (let beats = 0; beats < 3; beats++) {
    await broker.clock.advanceAndSettle(9000);
    assert.equal((await client.send(heartbeat, 4, member)).errorCode, 0);
  }
  await broker.clock.advanceAndSettle(10_001);
  assert.equal(errorName((await client.send(heartbeat, 4, member)).errorCode), 'UNKNOWN_MEMBER_ID');
});
