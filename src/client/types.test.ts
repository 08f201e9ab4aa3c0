// What the types refuse: each expected error below is one that an application meets when it compiles, not when it runs.

import { test } from 'node:test';
import { Consumer, type ConsumerRecord, Producer, type RecordMetadata } from './index.ts';

test('what no broker could take does not compile', () => {
  const checked = [sending, reading, options];
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
