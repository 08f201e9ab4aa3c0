import assert from 'node:assert/strict';
import { test } from 'node:test';
import { produce } from '../../protocol/index.ts';
import { serveLogs } from '../testing/memory-log.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Producer } from './producer.ts';
import type { ProducerRecord } from './producer-record.ts';
import type { ProducerOptions } from './producer-settings.ts';

async function producing(overrides: Partial<ProducerOptions> = {}, partitionCount = 1) {
  const world = await testWorld();
  const logs = serveLogs(world.broker, 'orders', partitionCount);
  const producer = new Producer({ ...world.options, ...overrides });
  const stored = () => logs.flatMap((log) => log.values());
  return { ...world, producer, stored };
}

function records(count: number): ProducerRecord[] {
  return Array.from({ length: count }, (_, index) => ({ topic: 'orders', value: `value ${index}` }));
}

const VALUES = records(500).map(({ value }) => value);

test('many records are written with one promise, in order', async () => {
  const { producer, clock, stored } = await producing();
  await settled(clock, producer.sendAll(records(500)));
  assert.deepEqual(stored(), VALUES);
  await settled(clock, producer.sendAll([]));
  await settled(clock, producer.close());
});

test('a record that has to wait until its topic is known counts as one that is not written yet', async () => {
  const { producer, clock, stored, broker } = await producing();
  broker.on(produce, () => undefined);
  let isWritten = false;
  const sent = producer.sendAll(records(1)).then(() => {
    isWritten = true;
  });
  const failed = assert.rejects(sent);
  for (let turn = 0; broker.count(produce) === 0; turn++) {
    assert.ok(turn < 1000, 'nothing was sent');
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1);
  }
  assert.equal(isWritten, false);
  await settled(clock, producer.close(0));
  await failed;
  assert.deepEqual(stored(), []);
});

test('more than the buffer holds is taken as room comes, also from an async iterable', async () => {
  const { producer, clock, stored, broker } = await producing({ bufferMemory: 2000, batchSize: 500 });
  async function* source() {
    yield* records(500);
  }
  await settled(clock, producer.sendAll(source()));
  assert.deepEqual(stored(), VALUES);
  assert.ok(broker.count(produce) > 10);
  await settled(clock, producer.close());
});

test('buffers are used again without harm to what is on its way', async () => {
  const { producer, clock, stored } = await producing({ batchSize: 300 }, 3);
  await settled(clock, producer.sendAll(records(500)));
  assert.deepEqual(new Set(stored()), new Set(VALUES));
  await settled(clock, producer.close());
});

test('the first failure ends the call, which takes no more', async () => {
  const { producer, clock, stored } = await producing({ maxRequestSize: 1000 });
  const [first = { topic: 'orders', value: '' }] = records(1);
  let taken = 0;
  function* source() {
    for (const record of [first, { topic: 'orders', value: 'x'.repeat(2000) }, first, first]) {
      taken++;
      yield record;
    }
  }
  await settled(clock, producer.sendAll([first]));
  await assert.rejects(settled(clock, producer.sendAll(source())), /max.request.size/);
  assert.ok(taken < 4);
  await settled(clock, producer.close());
  assert.equal(stored().length, 2);
});

/** Gives five records, aborts, and would give a hundred more. */
function abortedSource() {
  const controller = new AbortController();
  function* source() {
    yield* records(5);
    controller.abort(new RangeError('enough'));
    yield* records(100);
  }
  return { source, controller };
}

test('an aborted call takes no more, and what it took is still written', async () => {
  const { producer, clock, stored } = await producing({ bufferMemory: 2000 });
  const { source, controller } = abortedSource();
  await assert.rejects(settled(clock, producer.sendAll(source(), controller.signal)), RangeError);
  await settled(clock, producer.close());
  assert.ok(stored().length >= 5 && stored().length < 60, String(stored().length));
});

test('a stream takes what is piped into it as room comes, and is closed when all is written', async () => {
  const { producer, clock, stored } = await producing({ bufferMemory: 2000, batchSize: 500 });
  await settled(clock, ReadableStream.from(records(500)).pipeTo(producer.writable()));
  assert.deepEqual(stored(), VALUES);
  await settled(clock, producer.close());
});

test('a stream fails with the first record that fails, the last one too, and takes no more', async () => {
  const { producer, clock, stored } = await producing({ maxRequestSize: 1000 });
  const [first = { topic: 'orders', value: '' }] = records(1);
  const tooLarge = { topic: 'orders', value: 'x'.repeat(2000) };
  await settled(clock, producer.sendAll([first]));
  for (const behind of [[], [first, first, first]]) {
    const piped = ReadableStream.from([first, tooLarge, ...behind]).pipeTo(producer.writable());
    await assert.rejects(settled(clock, piped), /max.request.size/);
  }
  await settled(clock, producer.close());
  assert.equal(stored().length, 3);
});

test('an aborted stream takes no more, and what it took is still written', async () => {
  const { producer, clock, stored } = await producing({ bufferMemory: 2000 });
  const { source, controller } = abortedSource();
  const piped = ReadableStream.from(source()).pipeTo(producer.writable(), { signal: controller.signal });
  await assert.rejects(settled(clock, piped), RangeError);
  await settled(clock, producer.close());
  assert.ok(stored().length <= 60, String(stored().length));
});

test('a transactional producer sends in transactions only', async () => {
  const { producer, clock } = await producing({ transactionalId: 'one' });
  await assert.rejects(producer.sendAll(records(1)), /outside of a transaction/);
  assert.throws(() => producer.writable(), /outside of a transaction/);
  await settled(clock, producer.close());
});
