// Transactions over the wire, against a whole broker in memory.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  describeProducers,
  describeTransactions,
  endTxn,
  errorName,
  findCoordinator,
  initProducerId,
  listTransactions,
  offsetFetch,
  produce,
  writeTxnMarkers,
} from '../protocol/index.ts';
import { TestBroker, type TestBrokerOptions } from './testing/test-broker.ts';
import { batchOf, createTopic, fetchFrom } from './testing/topics.ts';
import {
  addPartition,
  beginProducer,
  commitOffset,
  committedValues,
  endTransaction,
  TRANSACTIONAL_ID,
  takeId,
  transactionalProduce,
  write,
} from './testing/transactions.ts';

async function begin(options: TestBrokerOptions = {}) {
  const settings = { 'transaction.state.log.num.partitions': '2', ...options.settings };
  const broker = await TestBroker.start({ ...options, settings });
  const client = await broker.connect();
  await createTopic(client, 'orders', { partitions: 2 });
  const producer = await beginProducer(broker, client);
  return { broker, client, producer, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
}

describe('a transaction', () => {
  it('shows its records to readers of committed ones when it is committed, and never when it is aborted', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    assert.equal(await write(broker, client, producer, 'one'), 'NONE');
    const open = await fetchFrom(client, { topic: 'orders', isolationLevel: 1 });
    assert.deepEqual([open.highWatermark, open.lastStableOffset], [1n, 0n]);
    assert.deepEqual(await committedValues(broker, client), []);
    const next = await endTransaction(broker, client, producer, 'commit');
    assert.equal(next.producerEpoch, producer.producerEpoch + 1);
    await broker.clock.advanceAndSettle(0);
    assert.deepEqual(await committedValues(broker, client), ['one']);

    await write(broker, client, next, 'two');
    const last = await endTransaction(broker, client, next, 'abort');
    await write(broker, client, last, 'three');
    await endTransaction(broker, client, last, 'commit');
    await broker.clock.advanceAndSettle(0);
    assert.deepEqual(await committedValues(broker, client), ['one', 'three']);
    const all = await fetchFrom(client, { topic: 'orders', isolationLevel: 1 });
    assert.deepEqual(all.abortedTransactions, [{ producerId: next.producerId, firstOffset: 2n }]);
    assert.equal((await fetchFrom(client, { topic: 'orders' })).abortedTransactions, null);
  });

  it('keeps the order of requests that were sent without waiting, while the first is still being verified', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    for (let sequence = 0; sequence < 10; sequence++)
      client.write(produce, 12, transactionalProduce(producer, `value ${sequence}`, { sequence }));
    // A producer without a transaction, on the same connection, has to wait for its turn too.
    const records = batchOf(['plain']);
    const topicData = [{ name: 'orders', partitionData: [{ index: 0, records }] }];
    client.write(produce, 12, { transactionalId: null, acks: -1, timeoutMs: 1000, topicData });
    for (let answer = 0; answer < 11; answer++) await broker.settle(client.nextFrame());
    await endTransaction(broker, client, producer, 'commit');
    await broker.clock.advanceAndSettle(0);
    const expected = [...Array.from({ length: 10 }, (_, sequence) => `value ${sequence}`), 'plain'];
    assert.deepEqual(await committedValues(broker, client), expected);
  });

  it('survives a restart while it is open, holds readers back, and is aborted when its time is over', async () => {
    const world = await begin();
    const { broker, client, producer } = world;
    await write(broker, client, producer, 'one');
    await endTransaction(broker, client, producer, 'commit');
    await broker.clock.advanceAndSettle(0);
    const again = await takeId(broker, client);
    await write(broker, client, again, 'two');
    await broker.broker.stop();

    await using restarted = await TestBroker.start({
      disk: broker.disk,
      clock: broker.clock,
      settings: { 'transaction.state.log.num.partitions': '2' },
    });
    const reader = await restarted.connect();
    assert.deepEqual(await committedValues(restarted, reader), ['one']);
    const { lastStableOffset, highWatermark } = await fetchFrom(reader, { topic: 'orders', isolationLevel: 1 });
    assert.deepEqual([lastStableOffset, highWatermark], [2n, 3n]);
    await restarted.clock.advanceAndSettle(90_000);
    for (let turn = 0; turn < 5; turn++) await restarted.clock.advanceAndSettle(0);
    const stable = await fetchFrom(reader, { topic: 'orders', isolationLevel: 1 });
    assert.equal(stable.lastStableOffset, 4n);
    assert.deepEqual(await committedValues(restarted, reader), ['one']);
    assert.equal(await write(restarted, reader, again, 'late', { sequence: 1 }), 'INVALID_PRODUCER_EPOCH');
  });
});

describe('writing to a partition that the transaction does not have', () => {
  it('is refused in the words of the version', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    assert.equal(await write(broker, client, producer, 'x', { version: 11 }), 'TRANSACTION_ABORTABLE');
    assert.equal(await write(broker, client, producer, 'x', { version: 10 }), 'INVALID_TXN_STATE');
    assert.equal(await addPartition(broker, client, producer, 'orders'), 'NONE');
    assert.equal(await write(broker, client, producer, 'x', { version: 10 }), 'NONE');
    assert.equal(await write(broker, client, producer, 'y', { version: 10, sequence: 1 }), 'NONE');
    assert.equal(await write(broker, client, producer, 'z', { version: 11, partition: 1 }), 'TRANSACTION_ABORTABLE');
  });

  it('is refused without a transactional id', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    assert.equal(
      await write(broker, client, producer, 'x', { transactionalId: null }),
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    );
    assert.equal(
      await write(broker, client, producer, 'x', { transactionalId: 'other' }),
      'INVALID_PRODUCER_ID_MAPPING',
    );
  });

  it('is let through where verification is switched off', async () => {
    await using world = await begin({ settings: { 'transaction.partition.verification.enable': 'false' } });
    const { broker, client, producer } = world;
    assert.equal(await write(broker, client, producer, 'x', { version: 10 }), 'NONE');
  });

  it('must begin with the sequence that was seen first', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    assert.equal(await write(broker, client, producer, 'x', { sequence: 5 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(await write(broker, client, producer, 'x'), 'NONE');
  });

  it('is refused for records of two producers', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    const request = transactionalProduce(producer, 'x');
    const other = transactionalProduce({ ...producer, producerEpoch: 9 }, 'y', { partition: 1 });
    const both = { ...request, topicData: [...request.topicData, ...other.topicData] };
    const { responses } = await broker.settle(client.send(produce, 12, both));
    assert.deepEqual(
      responses.map(({ partitionResponses }) => errorName(partitionResponses[0]?.errorCode ?? 0)),
      ['INVALID_PRODUCER_ID_MAPPING', 'INVALID_PRODUCER_ID_MAPPING'],
    );
  });
});

describe('a producer whose transactional id another has taken', () => {
  it('is fenced in the words of the version', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    await takeId(broker, client);
    const transactionalId = TRANSACTIONAL_ID;
    assert.equal(await write(broker, client, producer, 'x'), 'INVALID_PRODUCER_EPOCH');
    for (const [version, name] of [
      [1, 'INVALID_PRODUCER_EPOCH'],
      [2, 'PRODUCER_FENCED'],
    ] as const) {
      const ended = await broker.settle(
        client.send(endTxn, version, { transactionalId, ...producer, committed: true }),
      );
      assert.equal(errorName(ended.errorCode), name);
      const offsets = { transactionalId, ...producer, groupId: 'copiers' };
      assert.equal(errorName((await broker.settle(client.send(addOffsetsToTxn, version, offsets))).errorCode), name);
      const added = await broker.settle(
        client.send(addPartitionsToTxn, version, {
          v3AndBelowTransactionalId: transactionalId,
          v3AndBelowProducerId: producer.producerId,
          v3AndBelowProducerEpoch: producer.producerEpoch,
          v3AndBelowTopics: [{ name: 'orders', partitions: [0] }],
        }),
      );
      const [result] = added.resultsByTopicV3AndBelow[0]?.resultsByPartition ?? [];
      assert.equal(errorName(result?.partitionErrorCode ?? 0), name);
    }
    for (const [version, name] of [
      [3, 'INVALID_PRODUCER_EPOCH'],
      [4, 'PRODUCER_FENCED'],
    ] as const) {
      const request = { transactionalId, transactionTimeoutMs: 1000, ...producer };
      assert.equal(errorName((await broker.settle(client.send(initProducerId, version, request))).errorCode), name);
    }
    const half = { transactionalId, transactionTimeoutMs: 1000, producerId: 5n };
    assert.equal(errorName((await client.send(initProducerId, 4, half)).errorCode), 'INVALID_REQUEST');
  });
});

describe('adding partitions', () => {
  it('adds none where one cannot be added', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    const add = async (topics: readonly { name: string; partitions: number[] }[]) => {
      const { resultsByTopicV3AndBelow: results } = await broker.settle(
        client.send(addPartitionsToTxn, 3, {
          v3AndBelowTransactionalId: TRANSACTIONAL_ID,
          v3AndBelowProducerId: producer.producerId,
          v3AndBelowProducerEpoch: producer.producerEpoch,
          v3AndBelowTopics: topics,
        }),
      );
      return results.flatMap(({ resultsByPartition }) =>
        resultsByPartition.map(({ partitionErrorCode }) => errorName(partitionErrorCode)),
      );
    };
    assert.deepEqual(await add([{ name: 'orders', partitions: [0, 2] }]), [
      'OPERATION_NOT_ATTEMPTED',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ]);
    assert.deepEqual(await add([{ name: '__transaction_state', partitions: [0] }]), ['TOPIC_AUTHORIZATION_FAILED']);
    assert.equal(await write(broker, client, producer, 'x', { version: 11 }), 'TRANSACTION_ABORTABLE');
  });

  it('takes many transactions at once from brokers, and only asks where that is wanted', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    const topics = [{ name: 'orders', partitions: [0, 1] }];
    const transaction = { transactionalId: TRANSACTIONAL_ID, ...producer, verifyOnly: true, topics };
    const ask = async (transactions: readonly (typeof transaction)[]) => {
      const response = await broker.settle(client.send(addPartitionsToTxn, 5, { transactions }));
      return response.resultsByTransaction.map(({ topicResults }) =>
        topicResults[0]?.resultsByPartition.map(({ partitionErrorCode }) => errorName(partitionErrorCode)),
      );
    };
    const adding = { ...transaction, verifyOnly: false, topics: [{ name: 'orders', partitions: [1] }] };
    assert.deepEqual(await ask([transaction]), [['TRANSACTION_ABORTABLE', 'TRANSACTION_ABORTABLE']]);
    assert.deepEqual(await ask([adding, { ...transaction, transactionalId: 'unknown' }]), [
      ['NONE'],
      ['INVALID_PRODUCER_ID_MAPPING', 'INVALID_PRODUCER_ID_MAPPING'],
    ]);
    assert.deepEqual(await ask([transaction]), [['TRANSACTION_ABORTABLE', 'NONE']]);
  });
});

describe('offsets in a transaction', () => {
  async function offsetOf({ broker, client }: Awaited<ReturnType<typeof begin>>, requireStable: boolean) {
    const groups = [{ groupId: 'copiers', topics: [{ name: 'orders', partitionIndexes: [0] }] }];
    const response = await broker.settle(client.send(offsetFetch, 9, { groups, requireStable }));
    const [partition] = response.groups[0]?.topics[0]?.partitions ?? [];
    return partition?.errorCode === 0 ? partition.committedOffset : errorName(partition?.errorCode ?? 0);
  }

  it('count with its commit; until then they are unstable', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    await createGroupTopic(broker, client);
    assert.equal(await commitOffset(broker, client, producer, 42n), 'NONE');
    assert.equal(await offsetOf(world, true), 'UNSTABLE_OFFSET_COMMIT');
    assert.equal(await offsetOf(world, false), -1n);
    const next = await endTransaction(broker, client, producer, 'commit');
    await broker.clock.advanceAndSettle(0);
    assert.equal(await offsetOf(world, true), 42n);
    await commitOffset(broker, client, next, 43n);
    await endTransaction(broker, client, next, 'abort');
    await broker.clock.advanceAndSettle(0);
    assert.equal(await offsetOf(world, true), 42n);
  });

  it('need the partition of the group in the transaction, which older producers add', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    await createGroupTopic(broker, client);
    assert.equal(await commitOffset(broker, client, producer, 1n, { version: 4 }), 'TRANSACTION_ABORTABLE');
    assert.equal(await commitOffset(broker, client, producer, 1n, { version: 3 }), 'INVALID_TXN_STATE');
    const request = { transactionalId: TRANSACTIONAL_ID, ...producer, groupId: 'copiers' };
    assert.equal((await broker.settle(client.send(addOffsetsToTxn, 3, request))).errorCode, 0);
    assert.equal(await commitOffset(broker, client, producer, 1n, { version: 3 }), 'NONE');
    assert.equal(
      await commitOffset(broker, client, producer, 1n, { version: 3, topic: 'nothing' }),
      'UNKNOWN_TOPIC_OR_PARTITION',
    );
    await endTransaction(broker, client, producer, 'commit', 4);
    await broker.clock.advanceAndSettle(0);
    assert.equal(await offsetOf(world, true), 1n);
  });

  async function createGroupTopic(broker: TestBroker, client: Awaited<ReturnType<TestBroker['connect']>>) {
    await broker.settle(client.send(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['copiers'] }));
  }
});

describe('an administrator', () => {
  it('sees transactions and their producers, and ends one that hangs', async () => {
    await using world = await begin();
    const { broker, client, producer } = world;
    await write(broker, client, producer, 'x');
    const listed = await client.send(listTransactions, 2, {
      stateFilters: [],
      producerIdFilters: [],
      transactionalIdPattern: 'pay.*',
    });
    assert.deepEqual(listed.transactionStates, [
      { transactionalId: TRANSACTIONAL_ID, producerId: producer.producerId, transactionState: 'Ongoing' },
    ]);
    const described = await client.send(describeTransactions, 0, { transactionalIds: [TRANSACTIONAL_ID, 'unknown'] });
    assert.deepEqual(
      described.transactionStates.map(({ errorCode, transactionState, topics }) => [
        errorCode,
        transactionState,
        topics,
      ]),
      [
        [0, 'Ongoing', [{ topic: 'orders', partitions: [0] }]],
        [105, '', []],
      ],
    );
    const topics = [{ name: 'orders', partitionIndexes: [0, 7] }];
    const producers = await client.send(describeProducers, 0, { topics });
    const [partition, unknown] = producers.topics[0]?.partitions ?? [];
    assert.deepEqual(
      partition?.activeProducers.map((one) => [one.producerId, one.producerEpoch, one.currentTxnStartOffset]),
      [[producer.producerId, 0, 0n]],
    );
    assert.equal(errorName(unknown?.errorCode ?? 0), 'UNKNOWN_TOPIC_OR_PARTITION');

    const marker = { ...producer, transactionResult: false, coordinatorEpoch: 0, topics };
    const written = await broker.settle(client.send(writeTxnMarkers, 1, { markers: [marker] }));
    assert.deepEqual(
      written.markers[0]?.topics[0]?.partitions.map(({ errorCode }) => errorName(errorCode)),
      ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'],
    );
    const { lastStableOffset, highWatermark } = await fetchFrom(client, { topic: 'orders', isolationLevel: 1 });
    assert.equal(lastStableOffset, highWatermark);
  });
});
