import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBatch } from '../../protocol/index.ts';
import { Consumer } from '../consumer/consumer.ts';
import { ClientError } from '../errors.ts';
import { serveLogs } from '../testing/memory-log.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { DeserializationError } from './serde-errors.ts';
import { serdes } from './serdes.ts';
import { defineTopic } from './topic.ts';

const orders = defineTopic({ name: 'orders', value: serdes.json<number>() });

/** A consumer of a topic with these values, each of which is to be JSON. */
async function reading(values: readonly string[]) {
  const world = await testWorld();
  const [log] = serveLogs(world.broker, 'orders', 1);
  log?.append(
    encodeBatch({ records: values.map((value) => ({ timestamp: 1n, key: null, value: Buffer.from(value) })) }),
  );
  const consumer = new Consumer(world.options);
  consumer.assign([{ topic: 'orders', partition: 0, from: 'earliest' }]);
  return { ...world, consumer, settle: <T>(work: Promise<T>) => settled(world.clock, work) };
}

const valuesOf = (batch: { readonly records: readonly { readonly value: number }[] } | undefined) =>
  batch?.records.map(({ value }) => value);

test('a bad record ends the reading behind those before it, and the consumer can go on behind it', async () => {
  const { consumer, settle } = await reading(['1', '2', 'nonsense', '4']);
  const reader = consumer.reader([orders]);
  const first = await settle(reader.poll(1000));
  assert.deepEqual(valuesOf(first), [1, 2]);
  assert.equal(first?.nextOffset, 2n);
  for (let tries = 0; tries < 2; tries++) {
    const error = await settle(reader.poll(1000).catch((reason: unknown) => reason));
    assert.ok(error instanceof DeserializationError);
    assert.deepEqual([error.topic, error.partition, error.offset, error.part], ['orders', 0, 2n, 'value']);
    assert.equal(String(error.record.value), 'nonsense');
    assert.match(error.message, /^Cannot read the value at offset 2 of orders-0: /);
    assert.deepEqual(
      consumer.consumed().map(({ offset }) => offset),
      [2n],
    );
  }
  consumer.seek({ topic: 'orders', partition: 0 }, 3n);
  assert.deepEqual(valuesOf(await settle(reader.poll(1000))), [4]);
});

test('bad records are left out when somebody hears of them', async () => {
  const { consumer, settle } = await reading(['1', 'nonsense', '3']);
  const bad: bigint[] = [];
  const reader = consumer.reader([orders], { onBadRecord: ({ offset }) => void bad.push(offset) });
  const batch = await settle(reader.poll(1000));
  assert.deepEqual(valuesOf(batch), [1, 3]);
  assert.equal(batch?.nextOffset, 3n);
  assert.deepEqual(bad, [1n]);
});

test('handlers get records as they are defined, and none that is bad', async () => {
  const { consumer, settle } = await reading(['1', 'nonsense', '3']);
  const over = new AbortController();
  const bad: bigint[] = [];
  let sum = 0;
  const work = consumer.reader([orders], { onBadRecord: ({ offset }) => void bad.push(offset) }).eachRecord(
    ({ value }) => {
      sum += value;
      if (value === 3) over.abort();
    },
    { signal: over.signal },
  );
  await settle(work);
  assert.deepEqual([sum, bad], [4, [1n]]);
});

test('without anybody who hears of it a bad record counts as a handler that threw', async () => {
  const { consumer, settle } = await reading(['1', 'nonsense']);
  await assert.rejects(settle(consumer.reader([orders]).eachRecord(() => {})), DeserializationError);
  assert.equal(consumer.position({ topic: 'orders', partition: 0 }), 0n);
});

test('a record of a topic without a definition is an error of the program', async () => {
  const { consumer, settle } = await reading(['1']);
  const payments = defineTopic({ name: 'payments', value: serdes.string });
  await assert.rejects(settle(consumer.reader([payments]).poll(1000)), ClientError);
});

test('what is taken back is given again, and does not count as consumed', async () => {
  const { consumer, settle } = await reading(['1', '2', '3']);
  const batch = await settle(consumer.poll(1000));
  assert.equal(batch?.records.length, 3);
  consumer.giveBack({ topic: 'orders', partition: 0, offset: 1n });
  assert.deepEqual(
    consumer.consumed().map(({ offset }) => offset),
    [1n],
  );
  assert.deepEqual(
    (await settle(consumer.poll(1000)))?.records.map(({ offset }) => offset),
    [1n, 2n],
  );
  // A seek has the last word.
  consumer.seek({ topic: 'orders', partition: 0 }, 0n);
  consumer.giveBack({ topic: 'orders', partition: 0, offset: 2n });
  assert.equal(consumer.position({ topic: 'orders', partition: 0 }), 0n);
});
