import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeQuorum, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';

test('every version tells who decides on the metadata; directories and addresses from version 2 on', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }];
  for (let version = 0; version <= 2; version++) {
    const answer = await client.send(describeQuorum, version, { topics });
    assert.equal(errorName(answer.errorCode), 'NONE', `version ${version}`);
    const [partition] = answer.topics[0]?.partitions ?? [];
    assert.equal(partition?.currentVoters.length, 1);
    assert.equal(answer.nodes.length, version < 2 ? 0 : 1);
  }
});
