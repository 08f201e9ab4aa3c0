// What an application says to the compiler, and what it hears from it.

import {
  Admin,
  type Consumer,
  defineTopic,
  Producer,
  type RecordOf,
  type ShareConsumer,
  serdes,
} from 'millrace/client';
import { Kafka } from 'millrace/kafkajs';
import { startKafka } from 'millrace/testing';

const orders = defineTopic({ name: 'orders', key: serdes.string, value: serdes.json<{ cents: number }>() });

export async function run(bootstrapServers: string): Promise<bigint> {
  await using producer = new Producer({ bootstrapServers });
  await producer.send({ topic: orders, key: 'a', value: { cents: 1 } });
  // @ts-expect-error a value has the type of its serde
  await producer.send({ topic: orders, key: 'a', value: 'paid' });
  await using admin = new Admin({ bootstrapServers });
  const [found] = await admin.listOffsets([{ topic: 'orders', partition: 0, spec: 'latest' }]);
  return found?.offset ?? -1n;
}

export async function read(consumer: Consumer, queue: ShareConsumer): Promise<number> {
  for await (const { value } of queue.reader([orders])) return value.cents;
  for await (const { value } of consumer.reader([orders])) return value.cents;
  // @ts-expect-error bytes have no cents
  for await (const { value } of consumer) return value.cents;
  return 0;
}

export async function asBefore(): Promise<string | undefined> {
  const producer = new Kafka({ brokers: ['127.0.0.1:9092'] }).producer();
  // @ts-expect-error what the adapter does not have does not compile
  producer.on('producer.connect', () => {});
  const [sent] = await producer.send({ topic: 'orders', messages: [{ value: 'paid' }] });
  return sent?.baseOffset;
}

export async function test(): Promise<RecordOf<typeof orders>> {
  await using kafka = await startKafka({ network: 'memory' });
  return await kafka.waitForRecord(orders, ({ value }) => value.cents > 1);
}
