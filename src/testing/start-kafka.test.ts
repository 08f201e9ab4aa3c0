import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defineTopic, type ShareConsumer, serdes } from '../client/index.ts';
import { startKafka } from './start-kafka.ts';

for (const network of ['tcp', 'memory'] as const) {
  test(`records that are sent can be read and waited for (${network})`, async () => {
    await using kafka = await startKafka({ network });
    await kafka.createTopic('orders', 3);
    const late = kafka.waitForRecord('orders', ({ value }) => value?.toString() === 'late');
    await kafka.send(...Array.from({ length: 20 }, (_, n) => ({ topic: 'orders', key: `k${n}`, value: `v${n}` })));
    const values = (await kafka.records('orders')).map(({ value }) => value?.toString());
    assert.deepEqual(values.sort(), Array.from({ length: 20 }, (_, n) => `v${n}`).sort());
    await kafka.send({ topic: 'orders', value: 'late' });
    assert.equal((await late).topic, 'orders');
  });
}

test('a record of a topic that does not exist yet can be waited for, and one that never comes ends the wait', async () => {
  await using kafka = await startKafka({ network: 'memory' });
  const waiting = kafka.waitForRecord('news');
  await kafka.send({ topic: 'news', value: 'first' });
  assert.equal((await waiting).value?.toString(), 'first');
  await assert.rejects(
    kafka.waitForRecord('news', () => false, 500),
    /No such record in news within 500 ms; 1 others came/,
  );
});

test('data and port stay through a restart, and clients come back by themselves', async () => {
  await using kafka = await startKafka();
  const address = kafka.bootstrapServers;
  await kafka.send({ topic: 'orders', value: 'before' });
  await kafka.restart();
  assert.equal(kafka.bootstrapServers, address);
  await kafka.send({ topic: 'orders', value: 'after' });
  assert.deepEqual(
    (await kafka.records('orders')).map(({ value }) => value?.toString()),
    ['before', 'after'],
  );
});

test('a directory keeps the data of a broker that is gone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-testing-'));
  try {
    {
      await using kafka = await startKafka({ directory });
      await kafka.send({ topic: 'orders', value: 'kept' });
    }
    await using kafka = await startKafka({ directory, network: 'memory' });
    assert.equal((await kafka.waitForRecord('orders')).value?.toString(), 'kept');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('time jumps ahead when the test says so: what is too old is deleted', async () => {
  await using kafka = await startKafka({ network: 'memory', settings: { 'log.retention.check.interval.ms': '60000' } });
  await kafka.createTopic('news', 1, { 'retention.ms': '3600000', 'segment.ms': '600000' });
  await kafka.send({ topic: 'news', value: 'old' });
  kafka.advanceClock(700_000);
  await kafka.send({ topic: 'news', value: 'young' });
  kafka.advanceClock(3_000_000);
  const isLeft = async () => (await kafka.records('news')).map(({ value }) => value?.toString()).join();
  for (let tries = 0; tries < 100 && (await isLeft()) !== 'young'; tries++) kafka.advanceClock(60_000 / 100);
  assert.equal(await isLeft(), 'young');
});

test('a cut network holds producers up, and costs nothing', async () => {
  await using kafka = await startKafka({ network: 'memory' });
  await kafka.send({ topic: 'orders', value: 'one' });
  kafka.faults.cutNetwork();
  const sent = kafka.send({ topic: 'orders', value: 'two' });
  kafka.faults.restoreNetwork();
  await sent;
  kafka.faults.disconnectClients();
  await kafka.send({ topic: 'orders', value: 'three' });
  assert.equal((await kafka.records('orders')).length, 3);
});

test('a full disk refuses writes and not reads, until there is room again', async () => {
  await using kafka = await startKafka({ network: 'memory' });
  await kafka.send({ topic: 'orders', value: 'one' });
  kafka.faults.fillDisk();
  const producer = kafka.producer({ deliveryTimeoutMs: 300 });
  await assert.rejects(producer.send({ topic: 'orders', value: 'lost' }), /orders-0/);
  assert.equal((await kafka.records('orders')).length, 1);
  kafka.faults.freeDisk();
  await kafka.send({ topic: 'orders', value: 'two' });
  assert.deepEqual(
    (await kafka.records('orders')).map(({ value }) => value?.toString()),
    ['one', 'two'],
  );
});

test('a broker takes settings by the names of Kafka', async () => {
  await using kafka = await startKafka({ network: 'memory', settings: { 'num.partitions': '5' } });
  await kafka.send({ topic: 'wide', value: 'x' });
  const [described] = await kafka.admin.describeTopics(['wide']);
  assert.equal(described?.topic?.partitions.length, 5);
});

test('data of defined topics is sent, waited for and read as they are defined', async () => {
  await using kafka = await startKafka({ network: 'memory' });
  const orders = defineTopic({ name: 'orders', key: serdes.string, value: serdes.json<{ readonly cents: number }>() });
  await kafka.createTopic(orders, 2);
  await kafka.send(
    { topic: orders, key: 'a', value: { cents: 5 } },
    { topic: orders, key: 'b', value: { cents: 500 } },
  );
  const { key } = await kafka.waitForRecord(orders, ({ value }) => value.cents > 100);
  assert.equal(key, 'b');
  const cents = (await kafka.records(orders)).map(({ value }) => value.cents);
  assert.deepEqual(
    cents.sort((left, right) => left - right),
    [5, 500],
  );
  await kafka.send({ topic: 'orders', key: 'c', value: 'nonsense' });
  await assert.rejects(
    kafka.waitForRecord(orders, () => false),
    { name: 'DeserializationError' },
  );
});

test('a share consumer begins at the start of its topics, and where its group was told to', async () => {
  await using kafka = await startKafka({ network: 'memory' });
  await kafka.send({ topic: 'jobs', value: 'early' });
  const early = await kafka.shareConsumer({ groupId: 'early' });
  early.subscribe(['jobs']);
  assert.deepEqual(await firstValue(early), 'early');
  const latest = { name: 'share.auto.offset.reset', operation: 'set', value: 'latest' } as const;
  await kafka.admin.alterConfigs([{ resource: { type: 'group', name: 'late' }, changes: [latest] }]);
  const late = await kafka.shareConsumer({ groupId: 'late' });
  late.subscribe(['jobs']);
  const first = firstValue(late);
  // Sent again until the group has begun.
  const over = new AbortController();
  void first.finally(() => over.abort());
  while (!over.signal.aborted) await kafka.send({ topic: 'jobs', value: 'late' });
  assert.equal(await first, 'late');
});

async function firstValue(consumer: ShareConsumer): Promise<string | undefined> {
  for await (const { value } of consumer) return value?.toString();
  return undefined;
}
