import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { errorName, findCoordinator, randomUuid, writeShareGroupState } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';

const SHARE = 2;

test('state of a partition that nobody initialized is refused, and its coordinator goes on with what it has in memory', async () => {
  await using broker = await TestBroker.start({
    settings: {
      'share.coordinator.state.topic.num.partitions': '1',
      'share.coordinator.state.topic.replication.factor': '1',
    },
  });
  const client = await broker.connect();
  const topicId = randomUuid(new SeededRandom(1));
  const find = client.send(findCoordinator, 6, { keyType: SHARE, coordinatorKeys: [`g:${topicId}:0`] });
  assert.equal(errorName((await broker.settle(find)).coordinators[0]?.errorCode ?? -1), 'NONE');
  const write = client.send(writeShareGroupState, 1, {
    groupId: 'g',
    topics: [
      {
        topicId,
        partitions: [
          { partition: 0, stateEpoch: 1, leaderEpoch: 1, startOffset: 0n, deliveryCompleteCount: 0, stateBatches: [] },
        ],
      },
    ],
  });
  const [result] = (await broker.settle(write)).results[0]?.partitions ?? [];
  assert.equal(errorName(result?.errorCode ?? 0), 'INVALID_REQUEST');
  assert.deepEqual(broker.log.of('error'), []);
});
