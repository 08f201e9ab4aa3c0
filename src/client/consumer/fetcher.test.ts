import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBatch, fetch, offsetForLeaderEpoch } from '../../protocol/index.ts';
import { type MemoryLog, serveLogs } from '../testing/memory-log.ts';
import { ScriptedBroker, TOPIC_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerOptions } from './consumer-settings.ts';

const PLACE = { topic: 'orders', partition: 0 };

async function reading(overrides: Partial<ConsumerOptions> = {}) {
  const world = await testWorld();
  const [log] = serveLogs(world.broker, 'orders', 1);
  if (log === undefined) throw new Error('a log was asked for');
  const consumer = new Consumer({ ...world.options, autoOffsetReset: 'earliest', ...overrides });
  consumer.assign([{ ...PLACE, from: 'earliest' }]);
  const read = async () => {
    const batch = await settled(world.clock, consumer.poll(10_000));
    return batch?.records.map(({ offset, value }) => `${offset} ${value}`);
  };
  return { ...world, log, consumer, read };
}

function append(log: MemoryLog, partitionLeaderEpoch: number, ...values: string[]): void {
  const records = values.map((value) => ({ timestamp: 1n, key: null, value: Buffer.from(value) }));
  log.append(encodeBatch({ records, partitionLeaderEpoch }));
}

/** Another leader, whose log has only the first record of epoch 0, and a record of its own. */
async function electUncleanly({ broker, log, consumer, clock }: Awaited<ReturnType<typeof reading>>) {
  log.batches.splice(1);
  log.endOffset = 1n;
  append(log, 1, 'x');
  broker.on(offsetForLeaderEpoch, ({ topics }) => ({
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, leaderEpoch }) => ({
        partition,
        errorCode: 0,
        leaderEpoch,
        endOffset: leaderEpoch === 0 ? 1n : log.endOffset,
      })),
    })),
  }));
  broker.leaderEpoch = 1;
  broker.disconnectAll();
  await settled(clock, consumer.poll(0));
}

test('a consumer goes back when the new leader lacks what it has read', async () => {
  const world = await reading();
  append(world.log, 0, 'a');
  append(world.log, 0, 'b');
  assert.deepEqual(await world.read(), ['0 a', '1 b']);
  await electUncleanly(world);
  assert.deepEqual(await world.read(), ['1 x']);
  assert.equal(world.broker.count(offsetForLeaderEpoch), 1);
});

test('without a reset policy it says what is missing', async () => {
  const world = await reading({ autoOffsetReset: 'none' });
  append(world.log, 0, 'a');
  append(world.log, 0, 'b');
  await world.read();
  await electUncleanly(world);
  await assert.rejects(world.read(), /orders-0 at offset 2: leader epoch 0, which was read, ends at 1/);
});

test('a consumer reads from the replica that the leader names, and goes back when that one fails', async () => {
  const world = await reading({ rackId: 'here' });
  append(world.log, 0, 'a');
  const nearby = await ScriptedBroker.start(world.network, 9093);
  world.broker.others.set(2, nearby);
  const [copy] = serveLogs(nearby, 'orders', 1);
  if (copy === undefined) throw new Error('a log was asked for');
  append(copy, 0, 'a');
  let isNamed = true;
  world.broker.on(fetch, ({ topics, rackId }) => ({
    errorCode: 0,
    responses: topics.map(({ topic, partitions }) => ({
      topic,
      topicId: TOPIC_ID,
      partitions: partitions.map(({ partition, fetchOffset }) => ({
        partitionIndex: partition,
        errorCode: 0,
        highWatermark: world.log.endOffset,
        abortedTransactions: null,
        preferredReadReplica: isNamed && rackId === 'here' ? 2 : -1,
        records: isNamed ? null : world.log.read(fetchOffset),
      })),
    })),
  }));
  assert.deepEqual(await world.read(), ['0 a']);
  assert.ok(nearby.count(fetch) > 0);
  isNamed = false;
  await nearby.stop();
  append(world.log, 0, 'b');
  assert.deepEqual(await world.read(), ['1 b']);
});
