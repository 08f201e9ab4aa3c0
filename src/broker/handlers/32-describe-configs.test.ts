import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_RESOURCE, describeConfigs } from '../../protocol/index.ts';
import { alter, describe } from '../testing/configs.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { createTopic } from '../testing/topics.ts';

/** ConfigEntry.ConfigSource of Kafka. */
const SOURCE = { topic: 1, dynamicBroker: 2, dynamicDefault: 3, static: 4, default: 5 };

test('a setting tells its value and where that comes from, nearest first', async () => {
  await using broker = await TestBroker.start({ settings: { 'log.retention.ms': '7200000' } });
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'segment.bytes': '20000000' } });
  const { configs } = await describe(client, CONFIG_RESOURCE.topic, 'orders');
  const told = (name: string) => [configs.get(name)?.value, configs.get(name)?.configSource];
  assert.deepEqual(told('segment.bytes'), ['20000000', SOURCE.topic]);
  assert.deepEqual(told('retention.ms'), ['7200000', SOURCE.static]);
  assert.deepEqual(told('max.message.bytes'), ['1048588', SOURCE.default]);
  assert.ok(configs.get('max.message.bytes')?.documentation);
  await alter(client, { type: CONFIG_RESOURCE.broker, name: '', setting: 'message.max.bytes', value: '2000000' });
  const later = await describe(client, CONFIG_RESOURCE.topic, 'orders', ['max.message.bytes']);
  assert.deepEqual([...later.configs.keys()], ['max.message.bytes']);
  const config = later.configs.get('max.message.bytes');
  assert.deepEqual([config?.value, config?.configSource], ['2000000', SOURCE.dynamicDefault]);
  assert.deepEqual(
    config?.synonyms.map(({ name, source }) => [name, source]),
    [
      ['message.max.bytes', SOURCE.dynamicDefault],
      ['message.max.bytes', SOURCE.default],
    ],
  );
});

test('the settings of the broker are told, those that cannot change marked as read-only', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const { code, configs } = await describe(client, CONFIG_RESOURCE.broker, '1');
  assert.equal(code, 'NONE');
  assert.deepEqual([configs.get('log.dirs')?.value, configs.get('log.dirs')?.readOnly], ['/data', true]);
  assert.equal(configs.get('message.max.bytes')?.readOnly, false);
});

test('what does not exist is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  assert.equal((await describe(client, CONFIG_RESOURCE.topic, 'nothing')).code, 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal((await describe(client, CONFIG_RESOURCE.topic, 'a/b')).code, 'INVALID_TOPIC_EXCEPTION');
  assert.equal((await describe(client, CONFIG_RESOURCE.broker, '99')).code, 'INVALID_REQUEST');
  assert.equal((await describe(client, CONFIG_RESOURCE.broker, 'one')).code, 'INVALID_REQUEST');
});

test('every version tells the same values', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'retention.ms': '5000' } });
  for (let version = 1; version <= 4; version++) {
    const resources = [
      { resourceType: CONFIG_RESOURCE.topic, resourceName: 'orders', configurationKeys: ['retention.ms'] },
    ];
    const { results } = await client.send(describeConfigs, version, { resources });
    assert.equal(results[0]?.configs[0]?.value, '5000', `version ${version}`);
  }
});
