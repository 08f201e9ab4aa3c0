import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../platform/index.ts';
import {
  COMPRESSION_TYPES,
  initProducerId,
  KafkaError,
  metadata,
  produce,
  type RequestOf,
  readBatchHeader,
} from '../../protocol/index.ts';
import { ClientError, TimeoutError } from '../errors.ts';
import { answerEach } from '../testing/answer-produce.ts';
import { MemoryLog, serveLogs } from '../testing/memory-log.ts';
import { settled } from '../testing/settled.ts';
import { type TestWorld, testWorld } from '../testing/test-client.ts';
import { partitionOfKey } from './partitioner.ts';
import { Producer } from './producer.ts';
import type { ProducerOptions } from './producer-settings.ts';

async function producing(overrides: Partial<ProducerOptions> = {}, partitionCount = 1) {
  const world = await testWorld();
  const logs = serveLogs(world.broker, 'orders', partitionCount);
  const producer = new Producer({ ...world.options, ...overrides });
  return { ...world, logs, log: logs[0] ?? new MemoryLog(), producer };
}

/** Answers for all partitions of the request with one error. */
function refuse(
  { broker }: TestWorld,
  errorCode: number,
): (request: RequestOf<typeof produce>) => ReturnType<Parameters<typeof broker.on<typeof produce>>[1]> {
  return (request) => answerEach(request, () => ({ errorCode, baseOffset: -1n }));
}

test('records arrive in the order of their sends, with the offsets that the sends resolve to', async () => {
  const { producer, log, clock, broker } = await producing();
  const sent = Array.from({ length: 100 }, (_, index) => producer.send({ topic: 'orders', value: `value ${index}` }));
  await settled(clock, producer.flush());
  const offsets = (await Promise.all(sent)).map(({ offset }) => offset);
  assert.deepEqual(
    offsets,
    Array.from({ length: 100 }, (_, index) => BigInt(index)),
  );
  assert.deepEqual(
    log.values(),
    Array.from({ length: 100 }, (_, index) => `value ${index}`),
  );
  assert.equal(broker.count(produce), 1);
  await settled(clock, producer.close());
});

test('keys, headers, timestamps and nulls go through', async () => {
  const { producer, log, clock } = await producing();
  const headers = [
    ['trace', Buffer.from('abc')],
    ['empty', null],
  ] as const;
  await settled(clock, producer.send({ topic: 'orders', key: 'k', value: null, headers, timestamp: 5n }));
  const [record] = log.records();
  assert.equal(record?.key?.toString(), 'k');
  assert.equal(record?.value, null);
  assert.equal(record?.timestamp, 5n);
  assert.deepEqual(
    record?.headers.map(([name, value]) => [name, value?.toString()]),
    [
      ['trace', 'abc'],
      ['empty', undefined],
    ],
  );
});

for (const compression of COMPRESSION_TYPES) {
  test(`batches compressed with ${compression} can be read`, async () => {
    const { producer, log, clock } = await producing({ compression });
    const sent = Array.from({ length: 50 }, (_, index) => producer.send({ topic: 'orders', value: `value ${index}` }));
    await settled(clock, Promise.all(sent));
    assert.equal(log.values().length, 50);
  });
}

for (const compression of ['gzip', 'zstd'] as const) {
  test(`large batches are compressed with ${compression} on another thread, and stay in order`, async () => {
    // Other threads take real time, in which the clock of the test must not go on.
    const { producer, log } = await producing({ compression, batchSize: 64 * 1024, lingerMs: 60_000 });
    const values = Array.from({ length: 3000 }, (_, index) => `value ${index} `.repeat(10));
    const sent = Promise.all(values.map((value) => producer.send({ topic: 'orders', value })));
    await producer.flush();
    assert.deepEqual(log.values(), values);
    assert.deepEqual(
      (await sent).map(({ offset }) => offset),
      values.map((_, index) => BigInt(index)),
    );
    await producer.close();
  });
}

test('a record that comes while the batch before it is compressed begins the next one', async () => {
  const { producer, log, clock } = await producing({ compression: 'zstd', batchSize: 64 * 1024 });
  const first = producer.send({ topic: 'orders', value: 'x'.repeat(40_000) });
  const flushed = producer.flush();
  await new Promise((resolve) => setImmediate(resolve));
  const second = producer.send({ topic: 'orders', value: 'y' });
  await flushed;
  assert.deepEqual([(await first).offset, (await settled(clock, second)).offset], [0n, 1n]);
  assert.equal(log.values().length, 2);
});

test('a level that the compression does not have is refused', async () => {
  await assert.rejects(producing({ compression: 'zstd', compressionLevel: 23 }), /zstd has no level 23/);
});

test('a key goes to the partition of its hash, and a partition that is named is used', async () => {
  const { producer, clock } = await producing({}, 5);
  const byKey = await settled(clock, producer.send({ topic: 'orders', key: 'customer 7', value: 'v' }));
  assert.equal(byKey.partition, partitionOfKey(Buffer.from('customer 7'), 5));
  const named = await settled(clock, producer.send({ topic: 'orders', key: 'customer 7', value: 'v', partition: 4 }));
  assert.equal(named.partition, 4);
  await assert.rejects(producer.send({ topic: 'orders', value: 'v', partition: 5 }), ClientError);
});

test('a batch leaves when it is full, without lingering', async () => {
  const { producer, clock, broker } = await producing({ batchSize: 1000, lingerMs: 60_000 });
  const startMs = clock.monotonic();
  const first = producer.send({ topic: 'orders', value: 'x'.repeat(800) });
  const second = producer.send({ topic: 'orders', value: 'x'.repeat(800) });
  await settled(clock, first);
  assert.ok(clock.monotonic() - startMs < 1000);
  assert.equal(broker.count(produce), 1);
  await settled(clock, second);
  assert.ok(clock.monotonic() - startMs >= 60_000);
});

test('nothing follows the first batch of a partition before it is written: the leader would take the second for the first', async () => {
  const world = await producing({ batchSize: 200, lingerMs: 0 });
  const { producer, log, clock, broker } = world;
  const held = Promise.withResolvers<void>();
  const refused = refuse(world, 6);
  let requests = 0;
  broker.on(produce, async (request) => {
    if (++requests > 1) return answer(log, request);
    await held.promise;
    return refused(request);
  });
  const values = Array.from({ length: 10 }, (_, index) => `value ${index}`.padEnd(90));
  const sent = Promise.all(values.map((value) => producer.send({ topic: 'orders', value })));
  while (requests === 0) await new Promise((resolve) => setImmediate(resolve));
  // Time enough for what else would be sent.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  held.resolve();
  await settled(clock, sent);
  assert.deepEqual(log.values(), values);
});

test('a retriable error is tried again, and nothing is lost, repeated or out of order', async () => {
  const world = await producing({ batchSize: 200, lingerMs: 0 });
  const { producer, log, clock, broker } = world;
  let failures = 3;
  const answers = refuse(world, 6);
  broker.on(produce, (request) => {
    if (failures-- > 0) return answers(request);
    return answer(log, request);
  });
  const sent = Array.from({ length: 40 }, (_, index) =>
    producer.send({ topic: 'orders', value: `value ${index}`.padEnd(90) }),
  );
  await settled(clock, Promise.all(sent));
  assert.deepEqual(
    log.values().map((value) => value.trim()),
    Array.from({ length: 40 }, (_, index) => `value ${index}`),
  );
});

test('answers that get lost lead to no second copy and keep the order', async () => {
  const { producer, log, clock, broker } = await producing({ batchSize: 200, lingerMs: 0 });
  let requests = 0;
  broker.on(produce, (request, { disconnect }) => {
    const written = answer(log, request);
    if (++requests % 3 !== 1) return written;
    disconnect();
    return undefined;
  });
  const sent = Array.from({ length: 60 }, (_, index) =>
    producer.send({ topic: 'orders', value: `value ${index}`.padEnd(90) }),
  );
  const metadataOfAll = await settled(clock, Promise.all(sent));
  assert.deepEqual(
    log.values().map((value) => value.trim()),
    Array.from({ length: 60 }, (_, index) => `value ${index}`),
  );
  assert.deepEqual(
    metadataOfAll.map(({ offset }) => offset),
    Array.from({ length: 60 }, (_, index) => BigInt(index)),
  );
});

test('a batch that is refused for good fails alone; what follows goes on under a new epoch', async () => {
  const world = await producing({ batchSize: 200, lingerMs: 0 });
  const { producer, log, clock, broker } = world;
  const tooLarge = refuse(world, 10);
  let requests = 0;
  broker.on(produce, (request) => (++requests === 2 ? tooLarge(request) : answer(log, request)));
  const sent = Array.from({ length: 10 }, (_, index) =>
    producer.send({ topic: 'orders', value: `value ${index}`.padEnd(150) }),
  );
  const results = await settled(clock, Promise.allSettled(sent));
  const failed = results.flatMap((result, index) =>
    result.status === 'rejected' ? [[index, result.reason.code]] : [],
  );
  assert.deepEqual(failed, [[1, 'MESSAGE_TOO_LARGE']]);
  assert.deepEqual(
    log.values().map((value) => value.trim()),
    [0, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => `value ${index}`),
  );
  const epochs = log.batches.map((batch) => readBatchHeader(batch).producerEpoch);
  assert.deepEqual(epochs, [0, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test('without idempotence batches carry no producer, and none is asked for', async () => {
  const { producer, log, clock, broker } = await producing({ acks: 1 });
  await settled(clock, producer.send({ topic: 'orders', value: 'v' }));
  assert.equal(broker.count(initProducerId), 0);
  assert.equal(readBatchHeader(log.batches[0] ?? Buffer.alloc(0)).producerId, -1n);
});

test('with acks=0 a send is done when the record is on its way', async () => {
  const { producer, log, clock } = await producing({ acks: 0 });
  const { offset } = await settled(clock, producer.send({ topic: 'orders', value: 'v' }));
  assert.equal(offset, -1n);
  await settled(clock, producer.close());
  assert.deepEqual(log.values(), ['v']);
});

test('a record that nobody takes fails when its delivery time is over', async () => {
  const world = await producing({ deliveryTimeoutMs: 5000 });
  const { producer, clock, broker } = world;
  broker.on(produce, refuse(world, 6));
  const startMs = clock.monotonic();
  await assert.rejects(settled(clock, producer.send({ topic: 'orders', value: 'v' })), TimeoutError);
  assert.ok(clock.monotonic() - startMs < 7000);
});

test('delivery time is over when it is, whatever is in flight; what is written nevertheless leaves no gap', async () => {
  const { producer, log, clock, broker } = await producing({
    deliveryTimeoutMs: 5000,
    requestTimeoutMs: 4000,
    lingerMs: 0,
  });
  await settled(clock, producer.send({ topic: 'orders', value: 'before' }));
  let delayMs = 3000;
  broker.on(produce, async (request) => {
    await sleep(clock, delayMs);
    return answer(log, request);
  });
  const startMs = clock.monotonic();
  // One after the other on the connection: the second is answered after 6 s.
  const sent = ['a', 'b'].map((value) => producer.send({ topic: 'orders', value: value.padEnd(20_000) }));
  const [first, second] = await settled(clock, Promise.allSettled(sent));
  assert.equal(first?.status, 'fulfilled');
  assert.ok(second?.status === 'rejected' && second.reason instanceof TimeoutError);
  assert.ok(clock.monotonic() - startMs <= 5001, `it took ${clock.monotonic() - startMs} ms`);
  delayMs = 0;
  await settled(clock, producer.send({ topic: 'orders', value: 'after' }));
  assert.deepEqual(
    log.values().map((value) => value.trim()),
    ['before', 'a', 'b', 'after'],
  );
  assert.deepEqual(new Set(log.batches.map((batch) => readBatchHeader(batch).producerEpoch)), new Set([0]));
});

test('an error that no retry helps is given at once', async () => {
  const world = await producing();
  world.broker.on(produce, refuse(world, 29));
  await assert.rejects(
    settled(world.clock, world.producer.send({ topic: 'orders', value: 'v' })),
    (error) =>
      error instanceof KafkaError && error.code === 'TOPIC_AUTHORIZATION_FAILED' && /orders-0/.test(error.message),
  );
});

test('a topic that does not come fails the send when its time is over', async () => {
  const { producer, clock } = await producing({ maxBlockMs: 2000 });
  await assert.rejects(settled(clock, producer.send({ topic: 'nothing', value: 'v' })), TimeoutError);
});

test('a topic that appears late gets the records in order', async () => {
  const { producer, clock, broker, logs } = await producing();
  broker.topics.delete('orders');
  const sent = Array.from({ length: 5 }, (_, index) => producer.send({ topic: 'orders', value: `value ${index}` }));
  clock.schedule(1000, () => broker.topics.set('orders', 1));
  await settled(clock, Promise.all(sent));
  assert.deepEqual(logs[0]?.values(), ['value 0', 'value 1', 'value 2', 'value 3', 'value 4']);
});

test('a full buffer holds senders up, in order, until there is room', async () => {
  const { producer, log, clock } = await producing({ bufferMemory: 1000, batchSize: 300, lingerMs: 0 });
  await settled(clock, producer.send({ topic: 'orders', value: 'first' }));
  const sent = Array.from({ length: 50 }, (_, index) => producer.send({ topic: 'orders', value: `value ${index}` }));
  assert.equal(producer.isFull, true);
  await settled(clock, Promise.all(sent));
  await producer.ready();
  assert.deepEqual(
    log.values().slice(1),
    Array.from({ length: 50 }, (_, index) => `value ${index}`),
  );
});

test('more waiting sends than the limit are refused', async () => {
  const { producer, clock } = await producing({ maxWaitingSends: 2 });
  const waiting = [producer.send({ topic: 'orders', value: 'a' }), producer.send({ topic: 'orders', value: 'b' })];
  await assert.rejects(producer.send({ topic: 'orders', value: 'c' }), ClientError);
  await settled(clock, Promise.all(waiting));
});

test('a record larger than a request is refused before it is sent', async () => {
  const { producer, clock, broker } = await producing({ maxRequestSize: 1000 });
  await assert.rejects(settled(clock, producer.send({ topic: 'orders', value: 'x'.repeat(2000) })), ClientError);
  assert.equal(broker.count(produce), 0);
});

test('close writes what waits, and refuses what comes after', async () => {
  const { producer, log, clock } = await producing({ lingerMs: 60_000 });
  const sent = producer.send({ topic: 'orders', value: 'v' });
  await settled(clock, producer.close());
  await sent;
  assert.deepEqual(log.values(), ['v']);
  await assert.rejects(producer.send({ topic: 'orders', value: 'w' }), ClientError);
  assert.equal(clock.pendingTimers, 0);
});

test('close gives up on a broker that does not answer, and fails what it could not write', async () => {
  const { producer, clock, broker } = await producing();
  broker.on(metadata, () => undefined);
  const sent = producer.send({ topic: 'orders', value: 'v' });
  const outcome = assert.rejects(sent);
  await settled(clock, producer.close(1000));
  await outcome;
});

test('what is on its way when the time of close is over fails with it, and nothing goes on behind', async () => {
  const { producer, clock, broker } = await producing();
  broker.on(produce, () => new Promise(() => {}));
  const outcomes = ['a', 'b'].map((value) => assert.rejects(producer.send({ topic: 'orders', value }), /closed/));
  while (broker.count(produce) === 0) await settled(clock, sleep(clock, 10));
  await settled(clock, producer.close(0));
  await settled(clock, Promise.all(outcomes));
  await settled(clock, sleep(clock, 1));
  assert.equal(clock.pendingTimers, 0);
});

function answer(log: MemoryLog, request: RequestOf<typeof produce>) {
  return answerEach(request, (_index, records) => log.append(records));
}

for (const compression of ['none', 'gzip'] as const) {
  test(`a batch that the leader finds too large goes in halves, in order (${compression})`, async () => {
    const { producer, clock, broker, log } = await producing({ compression });
    broker.on(produce, ({ topicData }) => ({
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index, records }) => {
          const batch = records ?? Buffer.alloc(0);
          const isTooLarge = readBatchHeader(batch).recordCount > 5;
          return { index, ...(isTooLarge ? { errorCode: 10, baseOffset: -1n } : log.append(batch)) };
        }),
      })),
    }));
    const values = Array.from({ length: 23 }, (_, index) => `value ${index}`);
    const single = values.slice(0, 12).map((value) => producer.send({ topic: 'orders', value }));
    const many = producer.sendAll(values.slice(12).map((value) => ({ topic: 'orders', value })));
    await settled(clock, Promise.all([...single, many]));
    assert.deepEqual(log.values(), values);
    const offsets = (await Promise.all(single)).map(({ offset }) => Number(offset));
    assert.deepEqual(offsets, [...offsets.keys()]);
    await settled(clock, producer.close());
  });
}

test('headers are added when a record is sent, and what adds them may refuse', async () => {
  let trace = 'first';
  const { producer, clock, log } = await producing({
    addHeaders: ({ value }) => {
      if (value === null) throw new RangeError('no trace for nothing');
      return [['trace', Buffer.from(trace)]];
    },
  });
  const sent = [producer.send({ topic: 'orders', value: 'a', headers: [['own', null]] })];
  trace = 'second';
  sent.push(producer.send({ topic: 'orders', value: 'b' }));
  await assert.rejects(producer.send({ topic: 'orders', value: null }), RangeError);
  await settled(clock, Promise.all(sent));
  const headers = log.records().map((record) => record.headers.map(([name, value]) => `${name}=${value}`).join());
  assert.deepEqual(headers, ['own=null,trace=first', 'trace=second']);
  await settled(clock, producer.close());
});
