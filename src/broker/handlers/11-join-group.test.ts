import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName, heartbeat, joinGroup, type RequestInput } from '../../protocol/index.ts';
import { consumerProtocols, findGroup, joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';

const REQUEST: RequestInput<typeof joinGroup> = {
  groupId: 'group',
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  memberId: '',
  protocolType: 'consumer',
  protocols: consumerProtocols(['orders']),
};

test('from version 4 on a member first gets its id, then joins with it (KIP-394)', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await findGroup(client, 'group');
  const first = await client.send(joinGroup, 9, REQUEST);
  assert.equal(errorName(first.errorCode), 'MEMBER_ID_REQUIRED');
  assert.match(first.memberId, /^test-client-[0-9a-f-]{36}$/);
  const second = await broker.settle(client.send(joinGroup, 9, { ...REQUEST, memberId: first.memberId }));
  assert.deepEqual(
    [second.errorCode, second.generationId, second.leader, second.protocolName, second.members.length],
    [0, 1, first.memberId, 'range', 1],
  );
});

test('every version joins', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await findGroup(client, 'group');
  for (let version = 0; version <= 9; version++) {
    const { rebalanceTimeoutMs, ...rest } = { ...REQUEST, groupId: `group of version ${version}` };
    const request = version === 0 ? rest : { ...rest, rebalanceTimeoutMs };
    await findGroup(client, request.groupId);
    let answer = await broker.settle(client.send(joinGroup, version, request));
    if (version >= 4) {
      answer = await broker.settle(client.send(joinGroup, version, { ...request, memberId: answer.memberId }));
    }
    assert.deepEqual([answer.errorCode, answer.leader], [0, answer.memberId], `version ${version}`);
  }
});

test('a second member makes the first one rejoin, and both are in the new generation', async () => {
  await using broker = await TestBroker.start();
  const [one, two] = [await broker.connect(), await broker.connect()];
  const member = await joinAlone(broker, one, 'group');
  const { memberId } = await two.send(joinGroup, 5, REQUEST);
  const joining = two.send(joinGroup, 5, { ...REQUEST, memberId });
  await broker.clock.advanceAndSettle(0);
  await broker.clock.advanceAndSettle(0);
  assert.equal(errorName((await one.send(heartbeat, 3, member)).errorCode), 'REBALANCE_IN_PROGRESS');
  const again = await broker.settle(one.send(joinGroup, 5, { ...REQUEST, memberId: member.memberId }));
  assert.equal((await joining).generationId, 2);
  assert.deepEqual([again.generationId, again.members.length, again.leader], [2, 2, member.memberId]);
});

test('a request that makes no sense is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await findGroup(client, 'group');
  const codeOf = async (fields: Partial<typeof REQUEST>) =>
    errorName((await client.send(joinGroup, 5, { ...REQUEST, ...fields })).errorCode);
  assert.equal(await codeOf({ groupId: '' }), 'INVALID_GROUP_ID');
  assert.equal(await codeOf({ sessionTimeoutMs: 1 }), 'INVALID_SESSION_TIMEOUT');
  assert.equal(await codeOf({ sessionTimeoutMs: 2 ** 31 - 1 }), 'INVALID_SESSION_TIMEOUT');
  assert.equal(await codeOf({ memberId: 'made up' }), 'UNKNOWN_MEMBER_ID');
  await joinAlone(broker, client, 'group');
  assert.equal(await codeOf({ protocolType: 'connect' }), 'INCONSISTENT_GROUP_PROTOCOL');
  const other = [{ name: 'mine', metadata: Buffer.alloc(0) }];
  assert.equal(await codeOf({ protocols: other }), 'INCONSISTENT_GROUP_PROTOCOL');
});

test('before anybody asked for the coordinator a member is told to look for it', async () => {
  await using broker = await TestBroker.start();
  const { errorCode, protocolName } = await (await broker.connect()).send(joinGroup, 6, REQUEST);
  assert.deepEqual([errorName(errorCode), protocolName], ['NOT_COORDINATOR', '']);
});
