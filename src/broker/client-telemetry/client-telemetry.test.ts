import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apiVersions,
  CONFIG_RESOURCE,
  type CompressionType,
  compress,
  compressionId,
  errorName,
  getTelemetrySubscriptions,
  incrementalAlterConfigs,
  pushTelemetry,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { createPromMetrics } from '../../telemetry/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { readOtlpMetrics } from './otlp-reader.ts';

const MAX_BYTES = 10_000;
const SET = 0;

/** A protobuf field: text, bytes of a message, a double or a small number. */
function field(number: number, value: string | Buffer | number | { double: number }): Buffer {
  if (typeof value === 'number') return Buffer.from([(number << 3) | 0, value]);
  if (typeof value === 'object' && 'double' in value) {
    const bytes = Buffer.alloc(9);
    bytes[0] = (number << 3) | 1;
    bytes.writeDoubleLE(value.double, 1);
    return bytes;
  }
  const bytes = Buffer.from(value as string);
  assert.ok(bytes.length < 2 ** 14);
  return Buffer.concat([Buffer.from([(number << 3) | 2, (bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes]);
}

const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields);

function metric(name: string, kind: 'gauge' | 'delta', value: number, attributes: Record<string, string> = {}): Buffer {
  const point = message(
    field(4, { double: value }),
    ...Object.entries(attributes).map(([key, text]) =>
      field(7, message(field(1, key), field(2, message(field(1, text))))),
    ),
  );
  const numbers = kind === 'gauge' ? field(5, field(1, point)) : field(7, message(field(1, point), field(2, 1)));
  return field(2, message(field(1, name), numbers));
}

const pushed = (...metrics: Buffer[]): Buffer => field(1, field(2, message(...metrics)));

async function startBroker() {
  const metrics = await createPromMetrics();
  const broker = await TestBroker.start({ metrics, settings: { 'telemetry.max.bytes': String(MAX_BYTES) } });
  const client = await broker.connect();
  await client.send(apiVersions, 4, { clientSoftwareName: 'a-client', clientSoftwareVersion: '1.0' });
  return { metrics, broker, client };
}

async function subscription(client: TestClient, name: string, settings: Record<string, string>): Promise<void> {
  const configs = Object.entries(settings).map(([key, value]) => ({ name: key, configOperation: SET, value }));
  const { responses } = await client.send(incrementalAlterConfigs, 1, {
    resources: [{ resourceType: CONFIG_RESOURCE.clientMetrics, resourceName: name, configs }],
    validateOnly: false,
  });
  assert.equal(responses[0]?.errorCode, 0);
}

const subscribe = (client: TestClient, clientInstanceId = ZERO_UUID) =>
  client.send(getTelemetrySubscriptions, 0, { clientInstanceId });

async function push(
  client: TestClient,
  { clientInstanceId, subscriptionId }: { clientInstanceId: string; subscriptionId: number },
  bytes: Buffer,
  options: { type?: CompressionType; terminating?: boolean } = {},
): Promise<string | undefined> {
  const { type = 'none', terminating = false } = options;
  const compressionType = compressionId(type);
  const request = { clientInstanceId, subscriptionId, terminating, compressionType, metrics: bytes };
  return errorName((await client.send(pushTelemetry, 0, request)).errorCode);
}

test('a client is asked for what the subscriptions that match it say, and its values are shown', async () => {
  const { metrics, broker, client } = await startBroker();
  await using _ = broker;
  await subscription(client, 'mine', {
    metrics: 'org.apache.kafka.producer.',
    'interval.ms': '1000',
    match: 'client_software_name=a-.*,client_id=test-client',
  });
  await subscription(client, 'others', { metrics: '*', 'interval.ms': '500', match: 'client_id=somebody-else' });
  const told = await subscribe(client);
  assert.deepEqual(
    [told.errorCode, told.requestedMetrics, told.pushIntervalMs, told.telemetryMaxBytes, told.acceptedCompressionTypes],
    [0, ['org.apache.kafka.producer.'], 1000, MAX_BYTES, [4, 3, 1, 2]],
  );
  const values = (bytes: number) =>
    pushed(
      metric('org.apache.kafka.producer.bytes', 'delta', bytes, { topic: 'orders' }),
      metric('org.apache.kafka.producer.queue', 'gauge', bytes),
    );
  assert.equal(await push(client, told, compress('zstd', values(5)), { type: 'zstd' }), 'NONE');
  broker.clock.advance(1000);
  assert.equal(await push(client, told, values(7)), 'NONE');
  const shown = async () => (await metrics.text()).text.split('\n').filter((line) => line.startsWith('client_'));
  const labels = `client_instance_id="${told.clientInstanceId}",client_id="test-client"`;
  assert.deepEqual(await shown(), [
    `client_org_apache_kafka_producer_bytes{topic="orders",${labels}} 12`,
    `client_org_apache_kafka_producer_queue{${labels}} 7`,
  ]);
  client.close();
  await broker.clock.advanceAndSettle(0);
  assert.deepEqual(await shown(), []);
});

test('without a subscription nothing is asked for, and a client that comes too early is sent away', async () => {
  const { broker, client } = await startBroker();
  await using _ = broker;
  const told = await subscribe(client);
  assert.deepEqual([told.requestedMetrics, told.pushIntervalMs], [[], 300_000]);
  const again = await subscribe(client, told.clientInstanceId);
  assert.equal(errorName(again.errorCode), 'THROTTLING_QUOTA_EXCEEDED');
  assert.equal(await push(client, told, pushed()), 'NONE');
  assert.equal(await push(client, told, pushed()), 'THROTTLING_QUOTA_EXCEEDED');
  broker.clock.advance(300_000);
  assert.equal(
    await push(client, { ...told, subscriptionId: told.subscriptionId + 1 }, pushed()),
    'UNKNOWN_SUBSCRIPTION_ID',
  );
  assert.equal((await subscribe(client, told.clientInstanceId)).errorCode, 0, 'after this error it may ask at once');
  assert.equal(await push(client, told, pushed(), { terminating: true }), 'NONE');
  assert.equal(await push(client, told, pushed()), 'INVALID_REQUEST');
  assert.equal(await push(client, { ...told, clientInstanceId: ZERO_UUID }, pushed()), 'INVALID_REQUEST');
});

test('pushes that are too large, inflate too far or cannot be read are refused', async () => {
  const { broker, client } = await startBroker();
  await using _ = broker;
  const told = await subscribe(client);
  const refused = async (bytes: Buffer, type: CompressionType = 'none') => {
    broker.clock.advance(300_000);
    return push(client, told, bytes, { type });
  };
  assert.equal(await refused(Buffer.alloc(MAX_BYTES + 1)), 'TELEMETRY_TOO_LARGE');
  for (const type of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const bomb = compress(type, Buffer.alloc(100_000));
    assert.ok(bomb.length < MAX_BYTES);
    assert.equal(await refused(bomb, type), 'INVALID_RECORD', type);
    assert.equal(await refused(Buffer.from('no such thing'), type), 'INVALID_RECORD', type);
  }
  for (const bytes of ['0affffffff7f', '0a05', 'ffffffffffffffffffffff', '0b', '0e']) {
    assert.equal(await refused(Buffer.from(bytes, 'hex')), 'INVALID_RECORD', bytes);
  }
});

test('a push with more fields than any client has is refused before they cost much time', () => {
  const empty = Buffer.alloc(60_000 * 2, Buffer.of(0x0a, 0));
  assert.throws(() => readOtlpMetrics(empty, 10), /more than 50000 fields/);
  assert.deepEqual(readOtlpMetrics(empty.subarray(0, 100_000), 10), []);
});

test('clients are told of telemetry only where somebody reads it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const { apiKeys } = await client.send(apiVersions, 4, { clientSoftwareName: 'a', clientSoftwareVersion: '1' });
  assert.ok(!apiKeys.some(({ apiKey }) => apiKey === getTelemetrySubscriptions.key || apiKey === pushTelemetry.key));
});

test('metrics are read up to the limit, with whole numbers and attributes of all kinds', () => {
  const integer = Buffer.alloc(9);
  integer[0] = (6 << 3) | 1;
  integer.writeBigInt64LE(-5n, 1);
  const attribute = (key: string, value: Buffer) => field(7, message(field(1, key), field(2, value)));
  const point = message(integer, attribute('yes', field(2, 1)), attribute('half', field(4, { double: 0.5 })));
  const bytes = pushed(field(2, message(field(1, 'n'), field(5, message(field(1, point), field(1, point))))));
  assert.deepEqual(readOtlpMetrics(bytes, 1), [
    { name: 'n', isDelta: false, value: -5, attributes: { yes: 'true', half: '0.5' } },
  ]);
  assert.equal(readOtlpMetrics(bytes, 10).length, 2);
});

test('no pattern of a subscription takes long, whatever a client calls itself', async () => {
  const { broker, client } = await startBroker();
  await using _ = broker;
  await subscription(client, 'slow', { metrics: '*', match: 'client_id=(a+)+b' });
  const startMs = performance.now();
  const told = await client.send(getTelemetrySubscriptions, 0, { clientInstanceId: ZERO_UUID }, 'a'.repeat(5000));
  assert.deepEqual(told.requestedMetrics, []);
  assert.ok(performance.now() - startMs < 5000);
});
