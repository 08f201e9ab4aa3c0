import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alterConfigs, describeConfigs, errorName, incrementalAlterConfigs } from '../protocol/index.ts';
import { TestBroker } from './testing/test-broker.ts';
import type { TestClient } from './testing/test-client.ts';
import { batchOf, createTopic, produceTo } from './testing/topics.ts';

const BROKER = 4;
const SET = 0;
const DELETE = 1;
const STATIC = 4;
const DYNAMIC_DEFAULT = 3;

async function change(client: TestClient, name: string, value: string | null, validateOnly = false) {
  const { responses } = await client.send(incrementalAlterConfigs, 1, {
    resources: [
      {
        resourceType: BROKER,
        resourceName: '',
        configs: [{ name, configOperation: value === null ? DELETE : SET, value }],
      },
    ],
    validateOnly,
  });
  return { error: errorName(responses[0]?.errorCode ?? 0), message: responses[0]?.errorMessage ?? '' };
}

async function described(client: TestClient, name: string) {
  const { results } = await client.send(describeConfigs, 4, {
    resources: [{ resourceType: BROKER, resourceName: '1', configurationKeys: [name] }],
    includeSynonyms: true,
    includeDocumentation: false,
  });
  const { value, configSource, readOnly } = results[0]?.configs[0] ?? {};
  return { value, source: configSource, readOnly };
}

test('a setting that may change while the broker runs takes effect at once, and is taken back to what the start said', async () => {
  await using broker = await TestBroker.start({
    settings: { 'producer.id.expiration.ms': '50000', 'producer.id.expiration.check.interval.ms': '1000' },
  });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const producer = { producerId: 7n, producerEpoch: 0 };
  const append = (baseSequence: number) =>
    produceTo(
      client,
      { topic: 'orders' },
      batchOf(['a'], { ...producer, baseSequence, firstTimestamp: BigInt(broker.clock.now()) }),
    );
  assert.equal((await append(0)).errorCode, 0);
  assert.equal((await change(client, 'producer.id.expiration.ms', '10')).error, 'NONE');
  assert.deepEqual(await described(client, 'producer.id.expiration.ms'), {
    value: '10',
    source: DYNAMIC_DEFAULT,
    readOnly: false,
  });
  await broker.clock.advanceAndSettle(40_000);
  assert.equal((await append(5)).errorCode, 0, 'who was forgotten may begin with any number');
  assert.equal((await change(client, 'producer.id.expiration.ms', null)).error, 'NONE');
  assert.equal((await described(client, 'producer.id.expiration.ms')).source, STATIC);
  await broker.clock.advanceAndSettle(40_000);
  assert.equal(errorName((await append(9)).errorCode), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
});

test('a change that is only to be checked is refused like any other, and changes nothing', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  assert.equal((await change(client, 'max.connections', '-1', true)).error, 'INVALID_REQUEST');
  assert.equal((await change(client, 'max.connections', '7', true)).error, 'NONE');
  assert.equal((await described(client, 'max.connections')).value, '2147483647');
});

test('what counts from the start on is read-only, and says so', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (const name of ['listeners', 'queued.max.request.bytes', 'node.id']) {
    assert.equal((await described(client, name)).readOnly, true);
    const { error, message } = await change(client, name, '1');
    assert.equal(error, 'INVALID_REQUEST');
    assert.match(message, new RegExp(`Cannot update these configs dynamically.*${name}`));
  }
  const { responses } = await client.send(alterConfigs, 2, {
    resources: [{ resourceType: BROKER, resourceName: '1', configs: [{ name: 'node.id', value: '2' }] }],
    validateOnly: false,
  });
  assert.equal(errorName(responses[0]?.errorCode ?? 0), 'INVALID_REQUEST');
});
