import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadata, produce } from '../../protocol/index.ts';
import { NODE_ID, ScriptedBroker, TOPIC_ID } from '../testing/scripted-broker.ts';
import { settled } from '../testing/settled.ts';
import { testWorld } from '../testing/test-client.ts';
import { Producer } from './producer.ts';

const OTHER_NODE_ID = 2;
const AVAILABILITY_TIMEOUT_MS = 1000;

test('records without a key pass over the partitions of a broker that has taken nothing for too long', async () => {
  const { broker, clock, network, options } = await testWorld();
  const other = await ScriptedBroker.start(network, 9093);
  broker.others.set(OTHER_NODE_ID, other);
  broker.on(metadata, () => ({
    brokers: [
      { nodeId: NODE_ID, ...broker.address },
      { nodeId: OTHER_NODE_ID, ...other.address },
    ],
    topics: [
      {
        ...{ errorCode: 0, name: 'orders', topicId: TOPIC_ID },
        partitions: [NODE_ID, OTHER_NODE_ID].map((leaderId, partitionIndex) => ({
          ...{ errorCode: 0, partitionIndex, leaderId, leaderEpoch: 0 },
          ...{ replicaNodes: [leaderId], isrNodes: [leaderId] },
        })),
      },
    ],
  }));
  broker.on(produce, () => undefined);
  other.on(produce, ({ topicData }) => ({
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      ...{ name, topicId },
      partitionResponses: partitionData.map(({ index }) => ({ index, errorCode: 0, baseOffset: 0n })),
    })),
  }));
  const producer = new Producer({
    ...options,
    ...{ batchSize: 1, lingerMs: 0, idempotence: false, maxInFlight: 1, requestTimeoutMs: 600_000 },
    partitionAvailabilityTimeoutMs: AVAILABILITY_TIMEOUT_MS,
  });
  const lost = [1, 2].map(() => producer.send({ topic: 'orders', partition: 0, value: 'x' }));
  const outcomes = Promise.allSettled(lost);
  await settled(clock, producer.send({ topic: 'orders', partition: 1, value: 'x' }));
  clock.advance(AVAILABILITY_TIMEOUT_MS + 100);
  for (let count = 0; count < 10; count++) {
    const { partition } = await settled(clock, producer.send({ topic: 'orders', value: 'x' }));
    assert.equal(partition, 1);
  }
  await settled(clock, producer.close(0));
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});
