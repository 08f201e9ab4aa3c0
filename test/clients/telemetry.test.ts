// The metrics that our own client pushes (KIP-714) arrive at a broker that asks for them, and are shown with the broker's own.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Consumer, Producer } from '../../src/client/index.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';

const WITHIN_MS = 60_000;

it('what producer and consumer count stands at /metrics of the broker', async () => {
  const port = await freePort();
  await using broker = await BrokerProcess.start([`metrics.listener=127.0.0.1:${port}`]);
  const options = { bootstrapServers: broker.bootstrap };
  await using admin = new Admin(options);
  await admin.createTopics([{ name: 'orders', numPartitions: 1 }]);
  const [altered] = await admin.alterConfigs([
    {
      resource: { type: 'client-metrics', name: 'all' },
      changes: [
        { name: 'metrics', operation: 'set', value: 'org.apache.kafka' },
        { name: 'interval.ms', operation: 'set', value: '100' },
      ],
    },
  ]);
  assert.equal(altered?.error, undefined);

  await using producer = new Producer({ ...options, clientId: 'writer' });
  await producer.sendAll(['a', 'b', 'c'].map((value) => ({ topic: 'orders', value })));
  await using consumer = new Consumer({ ...options, clientId: 'reader' });
  consumer.assign([{ topic: 'orders', partition: 0, from: 'earliest' }]);
  assert.equal((await consumer.poll(WITHIN_MS))?.records.length, 3);

  const expected = [
    /^client_org_apache_kafka_producer_record_send_total\{.*client_id="writer".*\} 3$/m,
    /^client_org_apache_kafka_producer_topic_record_send_total\{.*topic="orders".*\} 3$/m,
    /^client_org_apache_kafka_consumer_fetch_manager_records_consumed_total\{.*client_id="reader".*\} 3$/m,
  ];
  const endMs = performance.now() + WITHIN_MS;
  for (let shown = ''; !expected.every((line) => line.test(shown)); await delay(50)) {
    shown = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const ours = shown.split('\n').filter((line) => line.startsWith('client_'));
    assert.ok(performance.now() < endMs, `not shown within ${WITHIN_MS} ms:\n${ours.join('\n')}`);
  }
  assert.ok(producer.clientInstanceId);
});
