import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_RESOURCE, errorName } from '../../protocol/index.ts';
import { alter, describe, OPERATION } from '../testing/configs.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from '../testing/topics.ts';

const ORDERS = { topic: 'orders' };

test('single settings are set, appended to, subtracted from and deleted', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const policy = async () =>
    (await describe(client, CONFIG_RESOURCE.topic, 'orders', ['cleanup.policy'])).configs.get('cleanup.policy')?.value;
  const change = (operation: number, value: string | null) =>
    alter(client, { name: 'orders', setting: 'cleanup.policy', value, operation });
  assert.equal(await change(OPERATION.append, 'compact'), 'NONE');
  assert.equal(await policy(), 'delete,compact');
  assert.equal(await change(OPERATION.subtract, 'delete'), 'NONE');
  assert.equal(await policy(), 'compact');
  assert.equal(await change(OPERATION.set, 'delete'), 'NONE');
  assert.equal(await policy(), 'delete');
  assert.equal(await change(OPERATION.delete, null), 'NONE');
  assert.equal(await policy(), 'delete');
});

test('what makes no sense is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const change = (fields: object) => alter(client, { name: 'orders', setting: 'retention.ms', value: '1', ...fields });
  assert.equal(await change({ value: 'long' }), 'INVALID_CONFIG');
  assert.equal(await change({ setting: 'retention' }), 'INVALID_CONFIG');
  assert.equal(await change({ operation: OPERATION.append }), 'INVALID_CONFIG');
  assert.equal(await change({ operation: 9 }), 'INVALID_REQUEST');
  assert.equal(await change({ value: null }), 'INVALID_REQUEST');
  assert.equal(await change({ name: 'nothing' }), 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal(
    await change({ type: CONFIG_RESOURCE.broker, name: '9', setting: 'message.max.bytes' }),
    'INVALID_REQUEST',
  );
  assert.equal(
    await change({ type: CONFIG_RESOURCE.broker, name: '', setting: 'log.dirs', value: '/x' }),
    'INVALID_REQUEST',
  );
});

test('a new max.message.bytes counts from the next batch on, of the topic and of the whole broker', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const codeOf = async (bytes: number) =>
    errorName((await produceTo(client, ORDERS, batchOf(['x'.repeat(bytes)]))).errorCode);
  assert.equal(await codeOf(1000), 'NONE');
  await alter(client, { type: CONFIG_RESOURCE.broker, name: '', setting: 'message.max.bytes', value: '500' });
  assert.equal(await codeOf(1000), 'MESSAGE_TOO_LARGE');
  await alter(client, { name: 'orders', setting: 'max.message.bytes', value: '5000' });
  assert.equal(await codeOf(1000), 'NONE');
  await alter(client, { name: 'orders', setting: 'max.message.bytes', value: null, operation: OPERATION.delete });
  assert.equal(await codeOf(1000), 'MESSAGE_TOO_LARGE');
});

test('a new retention.ms removes what is too old, and segment.bytes cuts smaller segments', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await alter(client, { name: 'orders', setting: 'segment.bytes', value: '1048576' });
  const now = () => BigInt(broker.clock.now());
  const large = () => batchOf(['x'.repeat(300_000)], { firstTimestamp: now() });
  for (let count = 0; count < 5; count++) await produceTo(client, ORDERS, large());
  const segments = async () =>
    (await broker.disk.list('/data/orders-0')).filter(({ name }) => name.endsWith('.log')).length;
  assert.ok((await segments()) > 1);
  await broker.clock.advanceAndSettle(600_000);
  assert.equal(
    valuesOf(await fetchFrom(client, { ...ORDERS, maxBytes: 2 ** 30, partitionMaxBytes: 2 ** 30 })).length,
    5,
  );
  await alter(client, { name: 'orders', setting: 'retention.ms', value: '1000' });
  for (let minutes = 0; minutes < 11; minutes++) await broker.clock.advanceAndSettle(60_000);
  const client2 = await broker.connect();
  assert.equal(errorName((await fetchFrom(client2, ORDERS)).errorCode), 'OFFSET_OUT_OF_RANGE');
});

test('settings are kept over a restart', async () => {
  const first = await TestBroker.start();
  const client = await first.connect();
  await createTopic(client, 'orders');
  await alter(client, { name: 'orders', setting: 'max.message.bytes', value: '500' });
  await first[Symbol.asyncDispose]();
  await using second = await TestBroker.start({ disk: first.disk, clock: first.clock });
  const refused = await produceTo(await second.connect(), ORDERS, batchOf(['x'.repeat(1000)]));
  assert.equal(errorName(refused.errorCode), 'MESSAGE_TOO_LARGE');
});
