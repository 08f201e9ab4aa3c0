import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorName } from '../../protocol/index.ts';
import { describeClientQuotas } from '../quotas/describe-client-quotas.ts';
import { startCluster } from '../test-fixtures.ts';

type Part = { entityType: string; entityName: string | null };

const part = (entityType: string, entityName: string | null): Part => ({ entityType, entityName });
const set = (key: string, value: number) => ({ key, value, remove: false });
const unset = (key: string) => ({ key, value: 0, remove: true });

test('quotas are set, changed and removed, and survive a restart and a snapshot', async () => {
  const { controller, ...rest } = await startCluster();
  const entity = [part('user', 'alice'), part('client-id', null)];
  const alter = (ops: ReturnType<typeof set>[]) =>
    controller.alterClientQuotas({ entries: [{ entity, ops }], validateOnly: false });
  await alter([set('producer_byte_rate', 1000), set('request_percentage', 12.5)]);
  await controller.writeSnapshot();
  await alter([set('producer_byte_rate', 2000), unset('request_percentage'), unset('consumer_byte_rate')]);
  await controller.stop();
  const { controller: reloaded } = await startCluster(rest);
  assert.deepEqual(reloaded.image.clientQuotas.of([...entity].reverse()), { producer_byte_rate: 2000 });
  await reloaded.alterClientQuotas({ entries: [{ entity, ops: [unset('producer_byte_rate')] }], validateOnly: false });
  assert.equal(reloaded.image.clientQuotas.byEntity.size, 0);
  await reloaded.stop();
});

test('a quota must fit its entity, and its value the quota', async () => {
  const { controller } = await startCluster();
  const user = [part('user', 'a')];
  const ip = [part('ip', '10.0.0.1')];
  const wrong = [
    { entity: [], ops: [] },
    { entity: [part('planet', 'mars')], ops: [] },
    { entity: [part('user', '')], ops: [] },
    { entity: [part('user', 'a'), part('user', 'b')], ops: [] },
    { entity: [part('user', 'a'), part('ip', '10.0.0.1')], ops: [] },
    { entity: [part('ip', 'not an address')], ops: [] },
    { entity: user, ops: [set('connection_creation_rate', 1)] },
    { entity: ip, ops: [set('producer_byte_rate', 1)] },
    { entity: user, ops: [set('producer_byte_rate', 0)] },
    { entity: user, ops: [set('producer_byte_rate', Number.NaN)] },
    { entity: user, ops: [set('producer_byte_rate', 1.5)] },
    { entity: user, ops: [set('producer_byte_rate', 1), unset('producer_byte_rate')] },
    { entity: ip, ops: [set('connection_creation_rate', 2 ** 31)] },
  ];
  for (const entry of wrong) {
    const { entries } = await controller.alterClientQuotas({ entries: [entry], validateOnly: false });
    assert.equal(errorName(entries[0]?.errorCode ?? 0), 'INVALID_REQUEST', JSON.stringify(entry));
  }
  const entry = { entity: [part('ip', '::1')], ops: [set('connection_creation_rate', 5)] };
  const twice = await controller.alterClientQuotas({ entries: [entry, entry], validateOnly: false });
  assert.deepEqual(
    twice.entries.map(({ errorCode }) => errorName(errorCode)),
    ['INVALID_REQUEST', 'INVALID_REQUEST'],
  );
  const checked = await controller.alterClientQuotas({ entries: [entry], validateOnly: true });
  assert.equal(checked.entries[0]?.errorCode, 0);
  assert.equal(controller.image.clientQuotas.byEntity.size, 0);
  await controller.stop();
});

test('filters match entities by name, by default and by type, strictly or not', async () => {
  const { controller } = await startCluster();
  const entities = [
    [part('user', 'a')],
    [part('user', null)],
    [part('user', 'a'), part('client-id', 'c')],
    [part('client-id', 'c')],
    [part('ip', null)],
  ];
  for (const entity of entities) {
    const key = entity[0]?.entityType === 'ip' ? 'connection_creation_rate' : 'producer_byte_rate';
    await controller.alterClientQuotas({ entries: [{ entity, ops: [set(key, 1)] }], validateOnly: false });
  }
  const count = (strict: boolean, ...components: [string, number, string | null][]) =>
    describeClientQuotas(controller.image.clientQuotas, {
      components: components.map(([entityType, matchType, match]) => ({ entityType, matchType, match })),
      strict,
    }).entries?.length;
  assert.equal(count(false), 5);
  assert.equal(count(false, ['user', 0, 'a']), 2);
  assert.equal(count(true, ['user', 0, 'a']), 1);
  assert.equal(count(false, ['user', 1, null]), 1);
  assert.equal(count(false, ['user', 2, null]), 3);
  assert.equal(count(true, ['user', 2, null], ['client-id', 2, null]), 1);
  assert.throws(() => count(false, ['user', 0, null]), { code: 'INVALID_REQUEST' });
  assert.throws(() => count(false, ['user', 0, 'a'], ['ip', 1, null]), { code: 'INVALID_REQUEST' });
  assert.throws(() => count(false, ['planet', 1, null]), { code: 'UNSUPPORTED_VERSION' });
  await controller.stop();
});
