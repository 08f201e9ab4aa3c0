import assert from 'node:assert/strict';
import { test } from 'node:test';
import { electLeaders, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { createTopic } from '../testing/topics.ts';

const PREFERRED = 0;

test('a partition is led by whom it should be already, and one that does not exist by nobody', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const topicPartitions = [
    { topic: 'orders', partitions: [0] },
    { topic: 'nothing', partitions: [0] },
  ];
  for (let version = 0; version <= 2; version++) {
    const request = { ...(version > 0 && { electionType: PREFERRED }), topicPartitions, timeoutMs: 0 };
    const { errorCode, replicaElectionResults } = await client.send(electLeaders, version, request);
    assert.equal(errorCode, 0);
    const codes = replicaElectionResults.map(({ topic, partitionResult }) => {
      return [topic, errorName(partitionResult[0]?.errorCode ?? 0)];
    });
    assert.deepEqual(Object.fromEntries(codes), {
      orders: 'ELECTION_NOT_NEEDED',
      nothing: 'UNKNOWN_TOPIC_OR_PARTITION',
    });
  }
});
