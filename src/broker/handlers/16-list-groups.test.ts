import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listGroups } from '../../protocol/index.ts';
import { commit, findGroup, joinAlone } from '../testing/groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { createTopic } from '../testing/topics.ts';

test('all groups are listed, or those in some states and of some types', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const ask = async (version: number, filters: object = {}) => {
    const { errorCode, groups } = await client.send(listGroups, version, filters);
    assert.equal(errorCode, 0);
    return groups.map(({ groupId }) => groupId).sort();
  };
  assert.deepEqual(await ask(5), []);
  await createTopic(client, 'orders');
  await joinAlone(broker, client, 'with a member');
  await findGroup(client, 'without');
  await commit(client, { groupId: 'without' }, 'orders', 1n);
  for (let version = 0; version <= 5; version++) assert.deepEqual(await ask(version), ['with a member', 'without']);
  assert.deepEqual(await ask(4, { statesFilter: ['Stable'] }), ['with a member']);
  assert.deepEqual(await ask(4, { statesFilter: ['Empty'] }), ['without']);
  assert.deepEqual(await ask(5, { typesFilter: ['classic'] }), ['with a member', 'without']);
  assert.deepEqual(await ask(5, { typesFilter: ['share'] }), []);
});
