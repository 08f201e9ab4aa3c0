import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alterConfigs, CONFIG_RESOURCE, errorName } from '../../protocol/index.ts';
import { describe } from '../testing/configs.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

async function replace(client: TestClient, configs: Record<string, string>, version = 2, validateOnly = false) {
  const entries = Object.entries(configs).map(([name, value]) => ({ name, value }));
  const { responses } = await client.send(alterConfigs, version, {
    resources: [{ resourceType: CONFIG_RESOURCE.topic, resourceName: 'orders', configs: entries }],
    validateOnly,
  });
  return errorName(responses[0]?.errorCode ?? 0);
}

test('all settings of a topic are replaced, in every version', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'retention.ms': '5000', 'segment.bytes': '20000000' } });
  for (let version = 0; version <= 2; version++) {
    const value = String(6000 + version);
    assert.equal(await replace(client, { 'retention.ms': value }, version), 'NONE');
    const { configs } = await describe(client, CONFIG_RESOURCE.topic, 'orders');
    assert.equal(configs.get('retention.ms')?.value, value);
    assert.equal(configs.get('segment.bytes')?.value, '1073741824', 'what was not named is gone');
  }
});

test('what is refused, and what is only validated, changes nothing', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'retention.ms': '5000' } });
  assert.equal(await replace(client, { 'retention.ms': 'long', 'segment.bytes': '20000000' }), 'INVALID_CONFIG');
  assert.equal(await replace(client, { retention: '1' }), 'INVALID_CONFIG');
  assert.equal(await replace(client, {}, 2, true), 'NONE');
  const { configs } = await describe(client, CONFIG_RESOURCE.topic, 'orders');
  assert.equal(configs.get('retention.ms')?.value, '5000');
});
