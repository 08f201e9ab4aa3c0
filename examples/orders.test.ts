// How an application is tested with a broker of its own: in the process of the test, in memory, there in milliseconds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Consumer, Producer } from 'millrace/client';
import { startKafka } from 'millrace/testing';

/** The application: charges every order that it is told of, once. */
async function chargeOrders(bootstrapServers: string, signal: AbortSignal): Promise<void> {
  await using consumer = new Consumer({ bootstrapServers, groupId: 'billing', autoOffsetReset: 'earliest' });
  await using producer = new Producer({ bootstrapServers });
  consumer.subscribe(['orders']);
  for await (const { records } of consumer.batches(signal)) {
    await Promise.all(records.map(({ key, value }) => producer.send({ topic: 'charges', key, value })));
  }
}

test('an order is charged', async () => {
  await using kafka = await startKafka();
  await kafka.createTopic('orders');
  const application = new AbortController();
  const running = chargeOrders(kafka.bootstrapServers, application.signal);
  await kafka.send({ topic: 'orders', key: 'order 1', value: '12.50' });
  assert.equal(String((await kafka.waitForRecord('charges')).value), '12.50');
  application.abort();
  await running;
});

// Prints:
// pass 1
// fail 0
