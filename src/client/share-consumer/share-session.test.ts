import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBatch, shareAcknowledge, shareFetch } from '../../protocol/index.ts';
import { Cluster } from '../cluster.ts';
import { NODE_ID } from '../testing/scripted-broker.ts';
import { testWorld } from '../testing/test-client.ts';
import { readShareConsumerSettings } from './share-consumer-settings.ts';
import { ShareMetrics } from './share-metrics.ts';
import { ShareSession } from './share-session.ts';

const PLACE = { topic: 'jobs', partition: 0, topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' };
const LEADER = { leaderId: NODE_ID, leaderEpoch: 0 };

/** A broker that gives out a batch of `values` at offset 0, all of it and one offset more. */
async function sessionWith(values: readonly string[]) {
  const world = await testWorld();
  const batch = encodeBatch({
    records: values.map((value) => ({ timestamp: 1n, key: null, value: Buffer.from(value) })),
  });
  const answer = { errorCode: 0, errorMessage: null, acquisitionLockTimeoutMs: 30_000, nodeEndpoints: [] };
  const partition = { partitionIndex: 0, errorCode: 0, errorMessage: null, currentLeader: LEADER };
  world.broker.on(shareFetch, () => ({
    ...answer,
    responses: [
      {
        topicId: PLACE.topicId,
        partitions: [
          {
            ...partition,
            acknowledgeErrorCode: 0,
            acknowledgeErrorMessage: null,
            records: batch,
            acquiredRecords: [{ firstOffset: 0n, lastOffset: BigInt(values.length), deliveryCount: 1 }],
          },
        ],
      },
    ],
  }));
  world.broker.on(shareAcknowledge, () => ({
    ...answer,
    responses: [{ topicId: PLACE.topicId, partitions: [partition] }],
  }));
  const cluster = new Cluster(world.options);
  const settings = readShareConsumerSettings({ ...world.options, groupId: 'workers' });
  const metrics = new ShareMetrics(cluster.metrics, world.clock);
  const session = new ShareSession(cluster, settings, { nodeId: NODE_ID, memberId: 'member' }, metrics);
  return { ...world, cluster, session };
}

test('a session names partitions once, and acknowledges with the next fetch, also what has no record', async () => {
  const { broker, session } = await sessionWith(['a', 'b']);
  const { records } = await session.fetch([PLACE], 10);
  assert.deepEqual(
    records.map(({ record }) => [record.offset, String(record.value), record.deliveryCount]),
    [
      [0n, 'a', 1],
      [1n, 'b', 1],
    ],
  );
  assert.equal(broker.last(shareFetch).shareSessionEpoch, 0);
  session.add(PLACE, 0n, 'accept');
  session.add(PLACE, 1n, 'accept');
  const { outcomes } = await session.fetch([PLACE], 10);
  assert.deepEqual(outcomes, [{ topic: 'jobs', partition: 0, offsets: [0n, 1n], error: undefined }]);
  const second = broker.last(shareFetch);
  assert.equal(second.shareSessionEpoch, 1);
  assert.deepEqual(second.topics[0]?.partitions[0]?.acknowledgementBatches, [
    { firstOffset: 0n, lastOffset: 1n, acknowledgeTypes: [1] },
    { firstOffset: 2n, lastOffset: 2n, acknowledgeTypes: [0] },
  ]);
  await session.fetch([], 10);
  assert.deepEqual(broker.last(shareFetch).forgottenTopicsData, [{ topicId: PLACE.topicId, partitions: [0] }]);
});

test('records, their bytes and requests are counted by the names of Kafka', async () => {
  const { cluster, session } = await sessionWith(['a', 'b']);
  await session.fetch([PLACE], 10);
  const group = 'consumer-share-fetch-manager-metrics';
  const value = (name: string) => cluster.metrics.snapshot().find((metric) => metric.name === name)?.value ?? 0;
  assert.equal(value('records-consumed-total'), 2);
  assert.equal(value('records-per-request-max'), 2);
  assert.ok(value('bytes-consumed-total') > 61);
  assert.equal(cluster.metrics.snapshot().find(({ name }) => name === 'fetch-size-max')?.group, group);
});

test('when a session is lost, what was given out in it cannot be acknowledged, and the next fetch opens another', async () => {
  const { broker, session } = await sessionWith(['a']);
  await session.fetch([PLACE], 10);
  session.add(PLACE, 0n, 'accept');
  broker.disconnectAll();
  broker.on(shareAcknowledge, (_, { disconnect }) => {
    disconnect();
    return undefined;
  });
  const lost = await session.acknowledge();
  assert.equal(lost.outcomes[0]?.error?.name, 'ConnectionError');
  session.add(PLACE, 0n, 'accept');
  const { outcomes, records } = await session.fetch([PLACE], 10);
  assert.match(String(outcomes[0]?.error), /the session in which they were given out is over/);
  assert.equal(records.length, 1);
  assert.equal(broker.last(shareFetch).shareSessionEpoch, 0);
});

test('the end of a session carries what was acknowledged; one that was never opened needs none', async () => {
  const { broker, session } = await sessionWith(['a']);
  await session.close();
  assert.equal(broker.count(shareAcknowledge), 0);
  await session.fetch([PLACE], 10);
  session.add(PLACE, 0n, 'reject');
  await session.close();
  const { shareSessionEpoch, topics } = broker.last(shareAcknowledge);
  assert.equal(shareSessionEpoch, -1);
  assert.deepEqual(topics[0]?.partitions[0]?.acknowledgementBatches[0]?.acknowledgeTypes, [3]);
});

test('records are locked for longer by brokers that can do that, from Kafka 4.2 on', async () => {
  const { broker, session } = await sessionWith(['a']);
  await session.fetch([PLACE], 10);
  const renewed = await session.renew([{ place: PLACE, offset: 0n }]);
  assert.equal(renewed.outcomes[0]?.error, undefined);
  assert.equal(broker.last(shareAcknowledge).isRenewAck, true);
  const older = await sessionWith(['a']);
  older.broker.served.set(shareAcknowledge.key, { min: 1, max: 1 });
  await older.session.fetch([PLACE], 10);
  const refused = await older.session.renew([{ place: PLACE, offset: 0n }]);
  assert.match(String(refused.errors[0]), /older than Kafka 4\.2/);
});
