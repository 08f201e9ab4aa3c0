import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCluster, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';

const NOTHING_MORE = { includeClusterAuthorizedOperations: false };
const [BROKERS, CONTROLLERS] = [1, 2];

test('the cluster is described with its id and its brokers, in every version', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (let version = 0; version <= 2; version++) {
    const answer = await client.send(describeCluster, version, NOTHING_MORE);
    assert.deepEqual(
      [answer.errorCode, answer.clusterId, answer.controllerId, answer.clusterAuthorizedOperations],
      [0, broker.broker.clusterId, 1, -(2 ** 31)],
    );
    assert.deepEqual(
      answer.brokers.map(({ brokerId, host, port }) => [brokerId, host, port]),
      [[1, '127.0.0.1', 9092]],
    );
  }
  const asked = await client.send(describeCluster, 1, { includeClusterAuthorizedOperations: true });
  assert.ok(asked.clusterAuthorizedOperations > 0);
});

test('controllers are not described by a broker, and an endpoint of another kind is unknown', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const codeOf = async (endpointType: number) =>
    errorName((await client.send(describeCluster, 1, { ...NOTHING_MORE, endpointType })).errorCode);
  assert.equal(await codeOf(BROKERS), 'NONE');
  assert.equal(await codeOf(CONTROLLERS), 'MISMATCHED_ENDPOINT_TYPE');
  assert.equal(await codeOf(9), 'UNSUPPORTED_ENDPOINT_TYPE');
});
