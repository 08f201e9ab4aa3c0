import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sleep } from '../../platform/index.ts';
import {
  compressionId,
  decompress,
  errorCode,
  getTelemetrySubscriptions,
  produce,
  pushTelemetry,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { Producer } from '../producer/producer.ts';
import type { ProducerOptions } from '../producer/producer-settings.ts';
import { TOPIC_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';

const INSTANCE_ID = TOPIC_ID;
const INTERVAL_MS = 60_000;
/** A first push comes after half an interval at the earliest, and one and a half at the latest. */
const FIRST_PUSH_MS = 1.5 * INTERVAL_MS;

async function world(requestedMetrics: string[], options: Partial<ProducerOptions> = {}) {
  const { broker, clock, options: clientOptions } = await testWorld();
  broker.topics.set('t', 1);
  broker.serve(getTelemetrySubscriptions);
  broker.on(getTelemetrySubscriptions, () => ({
    errorCode: 0,
    clientInstanceId: INSTANCE_ID,
    subscriptionId: 7,
    acceptedCompressionTypes: [compressionId('zstd'), compressionId('lz4')],
    pushIntervalMs: INTERVAL_MS,
    telemetryMaxBytes: 1_000_000,
    deltaTemporality: true,
    requestedMetrics,
  }));
  broker.on(pushTelemetry, () => ({ errorCode: 0 }));
  broker.on(produce, () => undefined);
  const producer = new Producer({ ...clientOptions, acks: 0, ...options });
  // The first connection tells what the broker serves.
  producer.send({ topic: 't', value: 'x' }).catch(() => {});
  const pushed = () => {
    const { metrics, compressionType } = broker.last(pushTelemetry);
    assert.equal(compressionType, compressionId('zstd'));
    return decompress('zstd', metrics, 1_000_000).toString('latin1');
  };
  const passes = (ms: number) => settled(clock, sleep(clock, ms));
  const close = () => settled(clock, producer.close(0));
  return { broker, producer, pushed, passes, close };
}

describe('a client whose cluster asks for metrics', () => {
  it('pushes them in each interval, and once more when it is closed', async () => {
    const { broker, producer, pushed, passes, close } = await world(['*'], { clientId: 'me' });
    await passes(INTERVAL_MS / 2 - 100);
    assert.equal(broker.last(getTelemetrySubscriptions).clientInstanceId, ZERO_UUID);
    assert.equal(producer.clientInstanceId, INSTANCE_ID);
    assert.equal(broker.count(pushTelemetry), 0);
    await passes(INTERVAL_MS);
    assert.equal(broker.count(pushTelemetry), 1);
    assert.match(pushed(), /org\.apache\.kafka\.producer\.request\.total/);
    await passes(INTERVAL_MS);
    assert.equal(broker.count(pushTelemetry), 2);
    const { clientInstanceId, subscriptionId, terminating } = broker.last(pushTelemetry);
    assert.deepEqual([clientInstanceId, subscriptionId, terminating], [INSTANCE_ID, 7, false]);
    await close();
    assert.equal(broker.count(pushTelemetry), 3);
    assert.equal(broker.last(pushTelemetry).terminating, true);
  });

  it('pushes only what was asked for', async () => {
    const { pushed, passes, close } = await world(['org.apache.kafka.producer.connection']);
    await passes(FIRST_PUSH_MS);
    assert.match(pushed(), /producer\.connection\.creation\.total/);
    assert.doesNotMatch(pushed(), /producer\.request/);
    await close();
  });

  it('pushes nothing when nothing was asked for, and asks again', async () => {
    const { broker, passes, close } = await world([]);
    await passes(2.5 * INTERVAL_MS);
    await close();
    assert.equal(broker.count(getTelemetrySubscriptions), 3);
    assert.equal(broker.count(pushTelemetry), 0);
  });

  it('asks again at once when the broker knows another subscription', async () => {
    const { broker, passes, close } = await world(['*']);
    broker.on(pushTelemetry, () => ({ errorCode: errorCode('UNKNOWN_SUBSCRIPTION_ID') }));
    await passes(FIRST_PUSH_MS);
    assert.ok(broker.count(getTelemetrySubscriptions) >= 2);
    assert.equal(broker.last(getTelemetrySubscriptions).clientInstanceId, INSTANCE_ID);
    await close();
  });

  it('is silent for ever when the broker calls its metrics invalid', async () => {
    const { broker, passes, close } = await world(['*']);
    broker.on(pushTelemetry, () => ({ errorCode: errorCode('INVALID_RECORD') }));
    await passes(10 * INTERVAL_MS);
    await close();
    assert.equal(broker.count(pushTelemetry), 1);
    assert.equal(broker.count(getTelemetrySubscriptions), 1);
  });

  it('goes on after a connection that was lost', async () => {
    const { broker, passes, close } = await world(['*']);
    broker.on(pushTelemetry, (_request, { disconnect }) => {
      disconnect();
      return undefined;
    });
    await passes(FIRST_PUSH_MS);
    broker.on(pushTelemetry, () => ({ errorCode: 0 }));
    await passes(INTERVAL_MS);
    await close();
    assert.ok(broker.count(pushTelemetry) >= 2);
  });

  it('ends in time although the broker does not take the last push', async () => {
    const { broker, passes, close } = await world(['*']);
    await passes(FIRST_PUSH_MS);
    broker.on(pushTelemetry, () => undefined);
    await close();
  });

  it('is not asked what it has when it was told to push nothing', async () => {
    const { broker, passes, close } = await world(['*'], { enableMetricsPush: false });
    await passes(FIRST_PUSH_MS);
    await close();
    assert.equal(broker.count(getTelemetrySubscriptions), 0);
  });
});
