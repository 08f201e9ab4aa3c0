import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeBatch,
  encodeEndTransactionBatch,
  fetch,
  listOffsets,
  offsetCommit,
  offsetFetch,
  type RequestOf,
} from '../../protocol/index.ts';
import { ClientError } from '../errors.ts';
import { type MemoryLog, serveLogs } from '../testing/memory-log.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Consumer, type PartitionAssignment } from './consumer.ts';
import type { ConsumerRecord } from './consumer-record.ts';
import type { ConsumerOptions } from './consumer-settings.ts';

function append(log: MemoryLog | undefined, ...values: string[]): void {
  log?.append(
    encodeBatch({ records: values.map((value) => ({ timestamp: 1n, key: null, value: Buffer.from(value) })) }),
  );
}

async function consuming(
  partitions: readonly Partial<PartitionAssignment>[] = [{}],
  overrides: Partial<ConsumerOptions> = {},
) {
  const world = await testWorld();
  const logs = serveLogs(world.broker, 'orders', partitions.length);
  const consumer = new Consumer({ ...world.options, ...overrides });
  consumer.assign(
    partitions.map((assignment, partition) => ({ topic: 'orders', partition, from: 'earliest', ...assignment })),
  );
  const take = async (count: number) => {
    const values: string[] = [];
    while (values.length < count) {
      const batch = await settled(world.clock, consumer.poll(10_000));
      if (batch === undefined) throw new Error(`only ${values.length} of ${count} records came`);
      values.push(...batch.records.map(({ value }) => value?.toString() ?? 'null'));
    }
    return values;
  };
  return { ...world, logs, consumer, take };
}

test('records come in the order of their offsets, and polls are bounded', async () => {
  const { logs, consumer, clock, take } = await consuming([{}], { maxPollRecords: 3 });
  append(logs[0], 'a', 'b', 'c', 'd');
  append(logs[0], 'e');
  const first = await settled(clock, consumer.poll(1000));
  assert.deepEqual(
    first?.records.map(({ offset }) => offset),
    [0n, 1n, 2n],
  );
  assert.equal(first?.nextOffset, 3n);
  assert.deepEqual(await take(2), ['d', 'e']);
  assert.equal(consumer.position({ topic: 'orders', partition: 0 }), 5n);
  assert.equal(consumer.highWatermark({ topic: 'orders', partition: 0 }), 5n);
});

test('an offset in the middle of a batch is met exactly', async () => {
  const { logs, take } = await consuming([{ from: 2n }]);
  append(logs[0], 'a', 'b', 'c', 'd');
  assert.deepEqual(await take(2), ['c', 'd']);
});

test('a poll without records ends with its time', async () => {
  const { consumer, clock } = await consuming();
  const startMs = clock.monotonic();
  assert.equal(await settled(clock, consumer.poll(700)), undefined);
  assert.ok(clock.monotonic() - startMs >= 700);
});

test('latest skips what is there', async () => {
  const { logs, consumer, clock, take } = await consuming([{ from: 'latest' }]);
  append(logs[0], 'old');
  assert.equal(await settled(clock, consumer.poll(10)), undefined);
  append(logs[0], 'new');
  assert.deepEqual(await take(1), ['new']);
});

test('an offset that is gone is answered by the reset policy', async () => {
  const { logs, take } = await consuming([{ from: 99n }], { autoOffsetReset: 'earliest' });
  append(logs[0], 'a');
  assert.deepEqual(await take(1), ['a']);
});

test('without a reset policy an offset that is gone is an error', async () => {
  const { consumer, clock } = await consuming([{ from: 99n }], { autoOffsetReset: 'none' });
  await assert.rejects(settled(clock, consumer.poll(1000)), /offset 99/);
});

test('partitions take turns', async () => {
  const { logs, consumer, clock } = await consuming([{}, {}], { maxPollRecords: 2 });
  append(logs[0], 'a', 'b', 'c', 'd');
  append(logs[1], 'x', 'y');
  const partitions: number[] = [];
  for (let poll = 0; poll < 3; poll++) partitions.push((await settled(clock, consumer.poll(1000)))?.partition ?? -1);
  assert.deepEqual([...partitions].sort(), [0, 0, 1]);
});

test('a paused partition gives nothing until it is resumed', async () => {
  const { logs, consumer, clock, take } = await consuming();
  append(logs[0], 'a');
  consumer.pause({ topic: 'orders', partition: 0 });
  assert.equal(await settled(clock, consumer.poll(100)), undefined);
  consumer.resume({ topic: 'orders', partition: 0 });
  assert.deepEqual(await take(1), ['a']);
});

test('a seek drops what was fetched', async () => {
  const { logs, consumer, clock, take } = await consuming([{}], { maxPollRecords: 1 });
  append(logs[0], 'a', 'b', 'c');
  await settled(clock, consumer.poll(1000));
  consumer.seek({ topic: 'orders', partition: 0 }, 2n);
  assert.deepEqual(await take(1), ['c']);
  consumer.seek({ topic: 'orders', partition: 0 }, 'earliest');
  assert.deepEqual(await take(1), ['a']);
});

test('read_committed skips aborted records and markers, and the position still moves to the end', async () => {
  const { logs, consumer, clock, broker } = await consuming([{}], { readCommitted: true });
  const log = logs[0] as MemoryLog;
  const transactional = (value: string) =>
    encodeBatch({
      records: [{ timestamp: 1n, key: null, value: Buffer.from(value) }],
      producerId: 7n,
      producerEpoch: 0,
      isTransactional: true,
    });
  const marker = (type: 'ABORT' | 'COMMIT') =>
    encodeEndTransactionBatch({ type, coordinatorEpoch: 0, producerId: 7n, producerEpoch: 0, timestamp: 1n });
  for (const bytes of [
    transactional('aborted'),
    marker('ABORT'),
    transactional('committed'),
    marker('COMMIT'),
    transactional('gone'),
    marker('ABORT'),
  ]) {
    // The log of the tests judges sequences, which these do not have.
    const plain = Buffer.from(bytes);
    const { baseOffset } = appendPlain(log, plain);
    plain.writeBigInt64BE(baseOffset);
  }
  broker.on(fetch, ({ topics }) => ({
    errorCode: 0,
    responses: topics.map(({ topic, topicId, partitions }) => ({
      topic,
      topicId,
      partitions: partitions.map(({ partition, fetchOffset }) => ({
        partitionIndex: partition,
        errorCode: 0,
        highWatermark: log.endOffset,
        lastStableOffset: log.endOffset,
        abortedTransactions: [
          { producerId: 7n, firstOffset: 0n },
          { producerId: 7n, firstOffset: 4n },
        ],
        records: log.read(fetchOffset),
      })),
    })),
  }));
  const batch = await settled(clock, consumer.poll(1000));
  assert.deepEqual(
    batch?.records.map(({ value }) => value?.toString()),
    ['committed'],
  );
  assert.equal(batch?.nextOffset, 6n);
});

function appendPlain(log: MemoryLog, bytes: Buffer): { baseOffset: bigint } {
  const baseOffset = log.endOffset;
  bytes.writeBigInt64BE(baseOffset);
  log.batches.push(bytes);
  log.endOffset += 1n;
  return { baseOffset };
}

test('a batch with a wrong CRC is an error that names the place', async () => {
  const { logs, consumer, clock } = await consuming();
  append(logs[0], 'value');
  const [batch] = logs[0]?.batches ?? [];
  if (batch) batch[batch.length - 2] = (batch.at(-2) ?? 0) ^ 0xff;
  await assert.rejects(settled(clock, consumer.poll(1000)), /orders-0 at offset 0/);
});

test('a broker that breaks connections is connected to again, and no record is lost or repeated', async () => {
  const { logs, broker, take } = await consuming([{}], { maxPollRecords: 1 });
  append(logs[0], 'a', 'b');
  assert.deepEqual(await take(1), ['a']);
  broker.disconnectAll();
  append(logs[0], 'c');
  assert.deepEqual(await take(2), ['b', 'c']);
});

test('the async iterator gives records until the consumer is closed', async () => {
  const { logs, consumer, clock } = await consuming();
  append(logs[0], 'a', 'b', 'c');
  const read = async () => {
    const values: string[] = [];
    for await (const record of consumer) {
      values.push(record.value?.toString() ?? '');
      if (values.length === 3) break;
    }
    return values;
  };
  assert.deepEqual(await settled(clock, read()), ['a', 'b', 'c']);
});

test('an aborted signal ends a poll with its reason, and the loop of batches without one', async () => {
  const { consumer } = await consuming();
  const stop = new AbortController();
  const polling = consumer.poll(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(polling, /enough/);
  for await (const _batch of consumer.batches(stop.signal)) assert.fail('a batch after the end');
});

test('two polls at once are refused', async () => {
  const { consumer, clock } = await consuming();
  const first = consumer.poll(100);
  await assert.rejects(consumer.poll(100), ClientError);
  await settled(clock, first);
});

function commitsOf(received: readonly { name: string; body: unknown }[]): [number, bigint][] {
  return received
    .filter(({ name }) => name === offsetCommit.name)
    .flatMap(({ body }) => (body as RequestOf<typeof offsetCommit>).topics)
    .flatMap(({ partitions }) =>
      partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset] as [number, bigint]),
    );
}

function acceptCommits(broker: Awaited<ReturnType<typeof testWorld>>['broker'], committed = -1n): void {
  broker.on(offsetCommit, ({ topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 0 })),
    })),
  }));
  broker.on(offsetFetch, ({ groups }) => ({
    groups: groups.map(({ groupId, topics }) => ({
      groupId,
      topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({
          partitionIndex,
          committedOffset: committed,
          metadata: '',
          errorCode: 0,
        })),
      })),
    })),
  }));
}

test('records count as consumed when the next poll begins, and close commits what was consumed', async () => {
  const { logs, consumer, clock, broker } = await consuming([{ from: undefined }], {
    groupId: 'g',
    maxPollRecords: 2,
    autoOffsetReset: 'earliest',
  });
  acceptCommits(broker);
  append(logs[0], 'a', 'b', 'c', 'd');
  await settled(clock, consumer.poll(1000));
  await settled(clock, consumer.poll(1000));
  await settled(clock, consumer.close());
  assert.deepEqual(commitsOf(broker.received), [[0, 2n]]);
});

test('a commit by hand commits everything that was given out', async () => {
  const { logs, consumer, clock, broker } = await consuming([{ from: undefined }], {
    groupId: 'g',
    autoCommit: false,
    autoOffsetReset: 'earliest',
  });
  acceptCommits(broker);
  append(logs[0], 'a', 'b');
  await settled(clock, consumer.poll(1000));
  await settled(clock, consumer.commit());
  await settled(clock, consumer.commit([{ topic: 'orders', partition: 0, offset: 1n }]));
  await settled(clock, consumer.close());
  assert.deepEqual(commitsOf(broker.received), [
    [0, 2n],
    [0, 1n],
  ]);
});

test('reading begins where the group has committed', async () => {
  const { logs, broker, take } = await consuming([{ from: undefined }], { groupId: 'g' });
  acceptCommits(broker, 1n);
  append(logs[0], 'a', 'b');
  assert.deepEqual(await take(1), ['b']);
});

test('a time is asked of the leader, and one after all records means the end', async () => {
  const { logs, consumer, broker, clock } = await consuming([{ from: { timestamp: 50n } }]);
  append(logs[0], 'a', 'b');
  broker.on(listOffsets, ({ topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, timestamp }) => ({
        partitionIndex,
        errorCode: 0,
        offset: timestamp === -1n ? 2n : -1n,
      })),
    })),
  }));
  assert.equal(await settled(clock, consumer.poll(10)), undefined);
  assert.equal(consumer.position({ topic: 'orders', partition: 0 }), 2n);
});

test('without a group there is nothing to subscribe with and nothing to commit to', async () => {
  const { options } = await testWorld();
  const consumer = new Consumer(options);
  assert.throws(() => consumer.subscribe(['orders']), ClientError);
  await assert.rejects(consumer.commit(), ClientError);
  assert.throws(() => consumer.position({ topic: 'orders', partition: 0 }), ClientError);
});

test('a consumer without a committed offset may begin with what is young enough', async () => {
  const { consumer, clock, broker } = await consuming([{ from: undefined }], {
    autoOffsetReset: { byDurationMs: 60_000 },
  });
  await settled(clock, consumer.poll(0));
  const first = broker.received.find(({ name }) => name === listOffsets.name);
  assert.ok(first);
  const asked = (first.body as RequestOf<typeof listOffsets>).topics[0]?.partitions[0]?.timestamp ?? 0n;
  assert.ok(Number(asked) <= clock.now() - 60_000 && Number(asked) > clock.now() - 70_000, String(asked));
  assert.throws(() => new Consumer({ bootstrapServers: 'a:1', autoOffsetReset: { byDurationMs: -1 } }), ClientError);
});

test('what is left to read is known, and ends are asked for', async () => {
  const place = { topic: 'orders', partition: 0 };
  const { logs, consumer, clock } = await consuming([{}], { maxPollRecords: 1 });
  append(logs[0], 'a', 'b', 'c');
  assert.equal(consumer.lag(place), undefined);
  await settled(clock, consumer.poll(1000));
  assert.equal(consumer.lag(place), 2n);
  append(logs[0], 'd');
  assert.deepEqual(await settled(clock, consumer.endOffsets()), [{ ...place, offset: 4n }]);
});

test('a batch whose handler failed is read again, and is not committed', async () => {
  const { logs, consumer, clock } = await consuming();
  append(logs[0], 'a', 'b');
  const seen: string[] = [];
  const handler = ({ value }: ConsumerRecord) => {
    seen.push(String(value));
    if (seen.length === 2) throw new RangeError('no');
  };
  await assert.rejects(settled(clock, consumer.eachRecord(handler)), RangeError);
  assert.deepEqual(consumer.consumed(), [{ topic: 'orders', partition: 0, offset: 0n, leaderEpoch: -1 }]);
  const controller = new AbortController();
  clock.schedule(1000, () => controller.abort());
  await settled(clock, consumer.eachRecord(handler, { signal: controller.signal }));
  assert.deepEqual(seen, ['a', 'b', 'a', 'b']);
});

test('a consumer that is closed ends its fetch sessions, and waits for that only so long', async () => {
  for (const answers of [true, false]) {
    const { broker, consumer, clock } = await consuming([{}], { fetchMaxWaitMs: 100 });
    const ends: number[] = [];
    broker.on(fetch, ({ sessionId, sessionEpoch }) => {
      if (sessionEpoch !== -1) return { errorCode: 0, sessionId: 7, responses: [] };
      ends.push(sessionId);
      return answers ? { errorCode: 0, sessionId: 0, responses: [] } : undefined;
    });
    await settled(clock, consumer.poll(200));
    await settled(clock, consumer.close());
    assert.deepEqual(ends, [7]);
  }
});
