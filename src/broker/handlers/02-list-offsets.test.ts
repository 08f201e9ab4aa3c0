import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteRecords, errorName, listOffsets } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, produceTo } from '../testing/topics.ts';

const NEWEST = 11;
const FIRST = 1_700_000_000_000n;
const [LATEST, EARLIEST, MAX_TIMESTAMP, EARLIEST_LOCAL, LATEST_TIERED, EARLIEST_PENDING] = [
  -1n,
  -2n,
  -3n,
  -4n,
  -5n,
  -6n,
];

interface Ask {
  readonly version?: number;
  readonly topic?: string;
  readonly partitionIndex?: number;
  readonly currentLeaderEpoch?: number;
}

async function ask(client: TestClient, timestamp: bigint, options: Ask = {}) {
  const { version = NEWEST, topic = 'orders', partitionIndex = 0, currentLeaderEpoch = -1 } = options;
  const partitions = [{ partitionIndex, timestamp, currentLeaderEpoch }];
  const { topics } = await client.send(listOffsets, version, { replicaId: -1, topics: [{ name: topic, partitions }] });
  const [partition] = topics[0]?.partitions ?? [];
  assert.ok(partition);
  return { ...partition, code: errorName(partition.errorCode) };
}

/** Three batches with two records each, a second between the batches. */
async function filled(broker: TestBroker): Promise<TestClient> {
  const client = await broker.connect();
  await createTopic(client, 'orders');
  for (const seconds of [0n, 1n, 2n]) {
    await produceTo(client, { topic: 'orders' }, batchOf(['a', 'b'], { firstTimestamp: FIRST + seconds * 1000n }));
  }
  return client;
}

test('the first offset, the end and the record with the largest timestamp are found', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  assert.equal((await ask(client, EARLIEST)).offset, 0n);
  assert.equal((await ask(client, EARLIEST_LOCAL)).offset, 0n);
  const latest = await ask(client, LATEST);
  assert.deepEqual([latest.offset, latest.timestamp, latest.leaderEpoch], [6n, -1n, 0]);
  const largest = await ask(client, MAX_TIMESTAMP);
  assert.deepEqual([largest.offset, largest.timestamp], [5n, FIRST + 2001n]);
  for (const nothing of [LATEST_TIERED, EARLIEST_PENDING]) {
    assert.deepEqual([(await ask(client, nothing)).code, (await ask(client, nothing)).offset], ['NONE', -1n]);
  }
});

test('a time finds the first record that is not older, wherever in a batch it is, and nothing behind the last', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  const offsets = [0n, 1n, 2n, 1000n, 1001n, 1002n, 2001n, 2002n].map((ms) => ask(client, FIRST + ms));
  assert.deepEqual(
    (await Promise.all(offsets)).map(({ offset }) => offset),
    [0n, 1n, 2n, 2n, 3n, 4n, 5n, -1n],
  );
});

test('records that were deleted are not found', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  await client.send(deleteRecords, 2, {
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, offset: 3n }] }],
    timeoutMs: 0,
  });
  assert.equal((await ask(client, EARLIEST)).offset, 3n);
  assert.equal((await ask(client, 0n)).offset, 3n);
});

test('a special time is unknown to versions before the one that brought it', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  const since: readonly [bigint, number][] = [
    [LATEST, 1],
    [EARLIEST, 1],
    [MAX_TIMESTAMP, 7],
    [EARLIEST_LOCAL, 8],
    [LATEST_TIERED, 9],
    [EARLIEST_PENDING, 11],
    [-7n, NEWEST + 1],
  ];
  for (const [timestamp, first] of since) {
    for (let version = 1; version <= NEWEST; version++) {
      const { code } = await ask(client, timestamp, { version });
      assert.equal(code, version < first ? 'UNSUPPORTED_VERSION' : 'NONE', `${timestamp} in version ${version}`);
    }
  }
});

test('what does not exist, an epoch of the future, and a partition named twice are refused', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  assert.equal((await ask(client, LATEST, { topic: 'nothing' })).code, 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal((await ask(client, LATEST, { partitionIndex: 1 })).code, 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal((await ask(client, LATEST, { currentLeaderEpoch: 0 })).code, 'NONE');
  assert.equal((await ask(client, LATEST, { currentLeaderEpoch: 9 })).code, 'UNKNOWN_LEADER_EPOCH');
  const partitions = [0, 0].map((partitionIndex) => ({ partitionIndex, timestamp: LATEST }));
  const { topics } = await client.send(listOffsets, NEWEST, {
    replicaId: -1,
    topics: [{ name: 'orders', partitions }],
  });
  assert.ok(topics[0]?.partitions.every(({ errorCode }) => errorName(errorCode) === 'INVALID_REQUEST'));
});
