// Answers that a consumer cannot read on with, or not yet: each is a typed error that names the place, or the consumer goes on as soon as it can.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBatch, errorCode, fetch, KafkaError, metadata, type RecordInput } from '../../protocol/index.ts';
import { serveLogs } from '../testing/memory-log.ts';
import { TOPIC_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerOptions } from './consumer-settings.ts';

async function consuming(overrides: Partial<ConsumerOptions> = {}) {
  const world = await testWorld();
  const [log] = serveLogs(world.broker, 'orders', 1);
  assert.ok(log);
  const consumer = new Consumer({ ...world.options, ...overrides });
  consumer.assign([{ topic: 'orders', partition: 0, from: 0n }]);
  const poll = (timeoutMs = 1000) => settled(world.clock, consumer.poll(timeoutMs));
  const values = async () => (await poll())?.records.map(({ value }) => String(value));
  return { ...world, log, poll, values };
}

const record = (value: string): RecordInput => ({ timestamp: 1n, key: null, value: Buffer.from(value) });

test('records before a corrupt batch are given, and the batch is an error with each poll', async () => {
  const { log, values, poll } = await consuming();
  log.append(encodeBatch({ records: [record('a'), record('b')] }));
  log.append(encodeBatch({ records: [record('c')] }));
  const last = log.batches.at(-1);
  assert.ok(last);
  last[last.length - 2] = (last.at(-2) ?? 0) ^ 0xff;
  assert.deepEqual(await values(), ['a', 'b']);
  for (let tries = 0; tries < 2; tries++)
    await assert.rejects(poll(), { code: 'CORRUPT_MESSAGE', message: /orders-0 at offset 2/ });
});

test('a batch that inflates too far is an error that names the place', async () => {
  const { log, poll } = await consuming({ maxInflatedBatchBytes: 1000 });
  log.append(encodeBatch({ records: [record('x'.repeat(100_000))], compression: 'zstd' }));
  await assert.rejects(poll(), { code: 'MESSAGE_TOO_LARGE', message: /orders-0 at offset 0.*1000 bytes/ });
});

test('a topic that is not there is waited for', async () => {
  const { broker, log, values, poll } = await consuming({ allowAutoTopicCreation: false });
  broker.topics.clear();
  assert.equal(await poll(), undefined);
  broker.topics.set('orders', 1);
  log.append(encodeBatch({ records: [record('a')] }));
  assert.deepEqual(await values(), ['a']);
});

test('a leader epoch that is out of date is asked for anew', async () => {
  const { broker, log, values } = await consuming();
  log.append(encodeBatch({ records: [record('a')] }));
  const epochs: number[] = [];
  let asked = 0;
  broker.leaderEpoch = 4;
  broker.on(fetch, ({ topics }) => {
    const [partition] = topics[0]?.partitions ?? [];
    epochs.push(partition?.currentLeaderEpoch ?? -1);
    const isFenced = asked++ === 0;
    broker.leaderEpoch = 5;
    const answer = { partitionIndex: 0, highWatermark: 1n, lastStableOffset: 1n, abortedTransactions: null };
    const failed = { ...answer, errorCode: errorCode('FENCED_LEADER_EPOCH'), records: null };
    const partitions = [isFenced ? failed : { ...answer, errorCode: 0, records: log.read(0n) }];
    return { errorCode: 0, responses: [{ topic: '', topicId: TOPIC_ID, partitions }] };
  });
  assert.deepEqual(await values(), ['a']);
  assert.deepEqual(epochs.slice(0, 2), [4, 5]);
});

test('a topic that may not be read is an error at once', async () => {
  const { broker, poll } = await consuming();
  const code = errorCode('TOPIC_AUTHORIZATION_FAILED');
  broker.on(fetch, () => ({
    errorCode: 0,
    responses: [
      {
        ...{ topic: '', topicId: TOPIC_ID },
        partitions: [
          { partitionIndex: 0, errorCode: code, highWatermark: -1n, abortedTransactions: null, records: null },
        ],
      },
    ],
  }));
  await assert.rejects(
    poll(),
    (error) => error instanceof KafkaError && error.code === 'TOPIC_AUTHORIZATION_FAILED' && !error.retriable,
  );
});

test('an answer that leaves a partition out, or tells of others, gives no records and no error', async () => {
  const { broker, poll } = await consuming();
  for (const partitionIndex of [undefined, 7]) {
    const partitions =
      partitionIndex === undefined
        ? []
        : [{ partitionIndex, errorCode: 0, highWatermark: 0n, abortedTransactions: null, records: null }];
    broker.on(fetch, () => ({ errorCode: 0, responses: [{ topic: '', topicId: TOPIC_ID, partitions }] }));
    assert.equal(await poll(300), undefined);
  }
  assert.ok(broker.count(metadata) > 0);
});
