// What the types refuse: each expected error below is one that an application meets when it compiles, not when it runs.

import { test } from 'node:test';
import {
  Consumer,
  type ConsumerRecord,
  defineTopic,
  Producer,
  type RecordMetadata,
  type ShareConsumer,
  type StandardSchema,
  serdes,
} from './index.ts';

test('what no broker could take does not compile', () => {
  const checked = [sending, reading, options, writingTopics, readingTopics, definingTopics];
  // They are compiled and never called.
  if (checked.length === 0) sending(new Producer({ bootstrapServers: 'a:1' }));
});

function sending(producer: Producer): void {
  // @ts-expect-error a record needs a topic
  void producer.send({ value: 'x' });
  // @ts-expect-error a record needs a value, which may be null
  void producer.send({ topic: 'orders' });
  // @ts-expect-error objects are for the application to serialize
  void producer.send({ topic: 'orders', value: { id: 1 } });
  // @ts-expect-error timestamps are exact
  void producer.send({ topic: 'orders', value: 'x', timestamp: Date.now() });
  // @ts-expect-error headers are pairs, since names may repeat
  void producer.send({ topic: 'orders', value: 'x', headers: { trace: 'a' } });
  // @ts-expect-error one promise for many records tells of no single one
  void producer.sendAll([]).then(({ offset }) => offset);
  const one: Promise<RecordMetadata> = producer.send({ topic: 'orders', value: null });
  void one;
}

function reading(consumer: Consumer): void {
  // @ts-expect-error an offset is exact
  consumer.seek({ topic: 'orders', partition: 0 }, 5);
  // @ts-expect-error a pattern for the broker says so
  consumer.subscribe('orders-.*');
  // @ts-expect-error a batch may be missing: nothing came in time
  void consumer.poll(100).then((batch) => batch.records);
  void consumer.eachRecord(({ value }: ConsumerRecord) => {
    // @ts-expect-error a value may be null
    value.toString();
  });
  void consumer.eachRecord((record) => {
    // @ts-expect-error records are not to be changed
    record.value = null;
  });
}

function options(bootstrapServers: string): void {
  // @ts-expect-error without a bootstrap server there is no cluster
  new Producer({});
  // @ts-expect-error acks are all, 1 or 0
  new Producer({ bootstrapServers, acks: -1 });
  // @ts-expect-error no codec has that name
  new Producer({ bootstrapServers, compression: 'brotli' });
  // @ts-expect-error what to do without an offset is one of a few
  new Consumer({ bootstrapServers, autoOffsetReset: 'oldest' });
  // @ts-expect-error the broker's assignors are not the client's
  new Consumer({ bootstrapServers, assignors: ['uniform'] });
  // @ts-expect-error settings that do not exist are misspelled ones
  new Consumer({ bootstrapServers, groupID: 'g' });
}

interface Order {
  readonly cents: number;
}

const orders = defineTopic({ name: 'orders', key: serdes.string, value: serdes.json<Order>() });
const notes = defineTopic({ name: 'notes', value: serdes.nullable(serdes.string) });

function writingTopics(producer: Producer): void {
  void producer.send({ topic: orders, key: 'a', value: { cents: 1 } });
  void producer.send({ topic: notes, value: null });
  // @ts-expect-error keys are defined, and not to be left out
  void producer.send({ topic: orders, value: { cents: 1 } });
  // @ts-expect-error a key has the type of its serde
  void producer.send({ topic: orders, key: 1, value: { cents: 1 } });
  // @ts-expect-error a value has the type of its serde
  void producer.send({ topic: orders, key: 'a', value: { cents: '1' } });
  // @ts-expect-error only a topic that provides for it takes null
  void producer.send({ topic: orders, key: 'a', value: null });
  // @ts-expect-error data of a topic goes to that topic by its definition
  void producer.send({ topic: 'orders', key: 'a', value: { cents: 1 } });
  void producer.transaction(async (transaction) => {
    // @ts-expect-error the same holds in a transaction
    await transaction.send({ topic: orders, key: 'a', value: 'paid' });
    // @ts-expect-error and for many records
    await transaction.sendAll([{ topic: orders, key: 'a', value: 'paid' }]);
  });
}

function readingTopics(consumer: Consumer, queue: ShareConsumer): void {
  void consumer.reader([orders]).eachRecord(({ key, value }) => {
    const cents: number = value.cents;
    const name: string = key;
    // @ts-expect-error what is not in the definition is not in the record
    return [cents, name, value.euros].includes(0) ? undefined : undefined;
  });
  void consumer.reader([orders, notes]).eachRecord((record) => {
    // @ts-expect-error one has to look from which topic it comes
    record.value?.cents;
    if (record.topic === 'notes') {
      const text: string | null = record.value;
      void text;
    }
    // @ts-expect-error no reader has that topic
    if (record.topic === 'payments') return;
  });
  void queue
    .reader([orders])
    .poll(1)
    .then(([job]) => {
      const count: number | undefined = job?.deliveryCount;
      // @ts-expect-error a value has the type of its serde
      const text: string | undefined = job?.value;
      return [count, text];
    });
  // @ts-expect-error names say nothing of what is in their topics
  consumer.reader(['orders']);
}

function definingTopics(
  consumer: Consumer,
  producer: Producer,
  schema: StandardSchema<{ at?: string }, { at: Date }>,
): void {
  const events = defineTopic({ name: 'events', value: serdes.json(schema) });
  void producer.send({ topic: events, value: {} });
  // @ts-expect-error what is written is the input of the schema
  void producer.send({ topic: events, value: { at: new Date(0) } });
  // What is read is its output.
  void consumer.reader([events]).eachRecord(({ value }) => void value.at.getTime());
  // @ts-expect-error a topic needs a name
  defineTopic({ value: serdes.string });
  // @ts-expect-error a serde writes and reads
  defineTopic({ name: 'x', value: { serialize: () => null } });
}
