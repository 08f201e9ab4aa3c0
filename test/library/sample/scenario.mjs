// A scenario for each test runner: an application copies orders, and the test sees what becomes of one through a restart of its broker.

import { Consumer, Producer } from 'millrace/client';
import { startKafka } from 'millrace/testing';

/** Resolves to the values of the charges, each once: a restart may show an order to the application again. */
export async function chargeThroughRestart() {
  await using kafka = await startKafka();
  await kafka.createTopic('orders');
  const over = new AbortController();
  const application = chargeOrders(kafka.bootstrapServers, over.signal);
  await kafka.send({ topic: 'orders', key: 'order 1', value: '12.50' });
  await kafka.waitForRecord('charges');
  await kafka.restart();
  await kafka.send({ topic: 'orders', key: 'order 2', value: '0.90' });
  await kafka.waitForRecord('charges', ({ value }) => String(value) === '0.90');
  over.abort();
  await application;
  return [...new Set((await kafka.records('charges')).map(({ value }) => String(value)))];
}

async function chargeOrders(bootstrapServers, signal) {
  await using consumer = new Consumer({ bootstrapServers, groupId: 'billing', autoOffsetReset: 'earliest' });
  await using producer = new Producer({ bootstrapServers });
  consumer.subscribe(['orders']);
  for await (const { key, value } of consumer.records(signal)) await producer.send({ topic: 'charges', key, value });
}
