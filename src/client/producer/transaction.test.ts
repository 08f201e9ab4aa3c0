import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  type ErrorName,
  endTxn,
  errorCode,
  initProducerId,
  isTransactional,
  produce,
  readBatchHeader,
  txnOffsetCommit,
} from '../../protocol/index.ts';
import { ClientError, ProducerFencedError, TimeoutError, TransactionAbortedError } from '../errors.ts';
import { MemoryLog, serveLogs } from '../testing/memory-log.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Producer } from './producer.ts';

const GROUP = { groupId: 'readers', generationId: 3, memberId: 'member', groupInstanceId: null };
const OFFSETS = [{ topic: 'orders', partition: 0, offset: 7n }];

/** A coordinator that counts epochs, for a producer of the given version of transactions. */
async function transacting(version: 1 | 2) {
  const world = await testWorld();
  const { broker } = world;
  if (version === 2) broker.features.set('transaction.version', 2);
  const logs = serveLogs(broker, 'orders', 2);
  let producerEpoch = -1;
  const ends: boolean[] = [];
  broker.on(initProducerId, () => ({ errorCode: 0, producerId: 9n, producerEpoch: ++producerEpoch }));
  broker.on(addPartitionsToTxn, ({ v3AndBelowTopics }) => ({
    resultsByTopicV3AndBelow: v3AndBelowTopics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode: 0 })),
    })),
  }));
  broker.on(addOffsetsToTxn, () => ({ errorCode: 0 }));
  broker.on(txnOffsetCommit, ({ topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: 0 })),
    })),
  }));
  broker.on(endTxn, ({ committed }, info) => {
    ends.push(committed);
    if (info.version < 5) return { errorCode: 0 };
    return { errorCode: 0, producerId: 9n, producerEpoch: ++producerEpoch };
  });
  const producer = new Producer({ ...world.options, transactionalId: 'copier', maxBlockMs: 2000 });
  return { ...world, logs, log: logs[0] ?? new MemoryLog(), producer, ends };
}

function refusal(code: ErrorName) {
  return () => ({ errorCode: errorCode(code) });
}

for (const version of [1, 2] as const) {
  test(`a transaction of version ${version} is committed behind all its records and offsets`, async () => {
    const { producer, clock, broker, log, ends } = await transacting(version);
    const result = producer.transaction((transaction) => {
      void transaction.send({ topic: 'orders', value: 'a', partition: 0 });
      void transaction.send({ topic: 'orders', value: 'b', partition: 0 });
      void transaction.sendOffsets(GROUP, OFFSETS);
      return 'done';
    });
    assert.equal(await settled(clock, result), 'done');
    assert.deepEqual(log.values(), ['a', 'b']);
    assert.deepEqual(ends, [true]);
    assert.equal(broker.last(produce).transactionalId, 'copier');
    assert.deepEqual(broker.last(txnOffsetCommit).topics[0]?.partitions[0]?.committedOffset, 7n);
    assert.equal(broker.last(txnOffsetCommit).memberId, 'member');
    assert.equal(broker.count(addPartitionsToTxn), version === 1 ? 1 : 0);
    assert.equal(broker.count(addOffsetsToTxn), version === 1 ? 1 : 0);
    const order = broker.received.map(({ name }) => name);
    assert.equal(order.at(-1), 'EndTxn');
    await settled(clock, producer.close());
  });

  test(`work that throws in a transaction of version ${version} aborts it, and the next one begins anew`, async () => {
    const { producer, clock, log, ends, broker } = await transacting(version);
    const failed = producer.transaction(async (transaction) => {
      await transaction.send({ topic: 'orders', value: 'a', partition: 0 });
      throw new RangeError('no such order');
    });
    await assert.rejects(settled(clock, failed), /no such order/);
    assert.deepEqual(ends, [false]);
    await settled(
      clock,
      producer.transaction((transaction) => transaction.send({ topic: 'orders', value: 'b', partition: 0 })),
    );
    assert.deepEqual(ends, [false, true]);
    assert.deepEqual(log.values(), ['a', 'b']);
    const { records } = broker.last(produce).topicData[0]?.partitionData[0] ?? {};
    const header = readBatchHeader(records ?? Buffer.alloc(0), 0);
    assert.ok(isTransactional(header.attributes));
    assert.equal(header.producerEpoch, 1);
    assert.equal(header.baseSequence, 0);
    await settled(clock, producer.close());
  });
}

test('a transaction goes on behind one that was aborted while its records waited for their topic', async () => {
  const { producer, clock, broker, log, ends } = await transacting(2);
  broker.topics.delete('orders');
  const first = await settled(clock, producer.begin());
  const given = [1, 2].map((value) => first.send({ topic: 'orders', value: `${value}`, partition: 0 }));
  await settled(clock, first.abort());
  for (const sent of given) await assert.rejects(sent, TransactionAbortedError);
  assert.equal(producer.isFull, false);
  broker.topics.set('orders', 2);
  await settled(
    clock,
    producer.transaction((transaction) => {
      void transaction.send({ topic: 'orders', value: 'a', partition: 0 });
    }),
  );
  assert.deepEqual(log.values(), ['a']);
  assert.deepEqual(ends, [true]);
  await settled(clock, producer.close());
});

test('sequences go on over transactions of the first version, and begin again with each of the second', async () => {
  for (const [version, expected] of [
    [1, [0, 1]],
    [2, [0, 0]],
  ] as const) {
    const { producer, clock, broker } = await transacting(version);
    for (const value of ['a', 'b'])
      await settled(
        clock,
        producer.transaction((transaction) => transaction.send({ topic: 'orders', value, partition: 0 })),
      );
    const requests = broker.received.filter(({ name }) => name === produce.name);
    const sequences = requests.map(({ body }) => {
      const [topic] = (body as ReturnType<typeof broker.last<typeof produce>>).topicData;
      return readBatchHeader(topic?.partitionData[0]?.records ?? Buffer.alloc(0), 0).baseSequence;
    });
    assert.deepEqual(sequences, expected);
    await settled(clock, producer.close());
  }
});

test('a record that fails aborts the transaction, although nobody waited for it', async () => {
  const { producer, clock, ends } = await transacting(2);
  const failed = producer.transaction((transaction) => {
    void transaction.send({ topic: 'orders', value: 'x'.repeat(2_000_000), partition: 0 });
  });
  await assert.rejects(
    settled(clock, failed),
    (error) => error instanceof TransactionAbortedError && !error.retriable && /max\.request\.size/.test(error.message),
  );
  // Nothing had reached a broker, so there is nothing to end.
  assert.deepEqual(ends, []);
  await settled(clock, producer.close());
});

test('offsets of a member that was replaced abort the transaction, and it may be tried again', async () => {
  const { producer, clock, broker, ends } = await transacting(2);
  broker.on(txnOffsetCommit, () => ({
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, errorCode: errorCode('ILLEGAL_GENERATION') }] }],
  }));
  const failed = producer.transaction(async (transaction) => {
    await transaction.sendOffsets(GROUP, OFFSETS);
  });
  await assert.rejects(settled(clock, failed), (error) => error instanceof TransactionAbortedError && error.retriable);
  assert.deepEqual(ends, [false]);
  await settled(clock, producer.close());
});

test('a producer whose id was taken over is fenced for good', async () => {
  const { producer, clock, broker } = await transacting(2);
  broker.on(endTxn, refusal('PRODUCER_FENCED'));
  const work = () => producer.transaction((transaction) => transaction.send({ topic: 'orders', value: 'a' }));
  await assert.rejects(settled(clock, work()), ProducerFencedError);
  const count = broker.received.length;
  await assert.rejects(settled(clock, work()), ProducerFencedError);
  assert.equal(broker.received.length, count);
  await settled(clock, producer.close());
});

test('a commit without an answer leaves the end open, and the next transaction asks for it', async () => {
  const { producer, clock, broker } = await transacting(2);
  broker.on(endTxn, refusal('COORDINATOR_LOAD_IN_PROGRESS'));
  const work = () => producer.transaction((transaction) => transaction.send({ topic: 'orders', value: 'a' }));
  await assert.rejects(settled(clock, work()), TimeoutError);
  broker.on(endTxn, () => ({ errorCode: 0, producerId: 9n, producerEpoch: 8 }));
  await settled(clock, work());
  assert.equal(broker.count(initProducerId), 2);
  assert.equal(broker.last(initProducerId).producerId, 9n);
  await settled(clock, producer.close());
});

test('a commit that the coordinator refuses is an abort', async () => {
  const { producer, clock, broker, ends } = await transacting(2);
  broker.on(endTxn, ({ committed }) => {
    ends.push(committed);
    return { errorCode: committed ? errorCode('TRANSACTION_ABORTABLE') : 0, producerId: 9n, producerEpoch: 5 };
  });
  const failed = producer.transaction((transaction) => transaction.send({ topic: 'orders', value: 'a' }));
  await assert.rejects(settled(clock, failed), (error) => error instanceof TransactionAbortedError && error.retriable);
  assert.deepEqual(ends, [true, false]);
  await settled(clock, producer.close());
});

test('an empty transaction costs no end', async () => {
  const { producer, clock, ends } = await transacting(2);
  await settled(
    clock,
    producer.transaction(() => undefined),
  );
  assert.deepEqual(ends, []);
  await settled(clock, producer.close());
});

test('a transactional producer sends in transactions only, one at a time', async () => {
  const { producer, clock } = await transacting(2);
  await assert.rejects(producer.send({ topic: 'orders', value: 'a' }), ClientError);
  const transaction = await settled(clock, producer.begin());
  await assert.rejects(settled(clock, producer.begin()), /open already/);
  await settled(clock, transaction.commit());
  await assert.rejects(transaction.send({ topic: 'orders', value: 'a' }), /is over/);
  await settled(clock, producer.close());
});

test('closing the producer aborts the transaction that is open', async () => {
  const { producer, clock, ends } = await transacting(1);
  const transaction = await settled(clock, producer.begin());
  await settled(clock, transaction.send({ topic: 'orders', value: 'a' }));
  await settled(clock, producer.close());
  assert.deepEqual(ends, [false]);
  await assert.rejects(transaction.send({ topic: 'orders', value: 'b' }), ClientError);
});

test('records that the coordinator does not let into the transaction fail at once', async () => {
  const { broker, clock, producer } = await transacting(1);
  const beganMs = clock.monotonic();
  broker.on(addPartitionsToTxn, ({ v3AndBelowTopics }) => ({
    resultsByTopicV3AndBelow: v3AndBelowTopics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({
        partitionIndex,
        partitionErrorCode: errorCode('PRODUCER_FENCED'),
      })),
    })),
  }));
  const work = producer.transaction((transaction) => transaction.send({ topic: 'orders', partition: 0, value: 'x' }));
  await assert.rejects(settled(clock, work), ProducerFencedError);
  assert.ok(clock.monotonic() - beganMs < 1000, 'it waited for the delivery timeout');
});
