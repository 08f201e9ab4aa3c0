import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLUSTER_NAME } from '../../metadata/index.ts';
import { ACL_OPERATION, ACL_RESOURCE, createAcls, errorName, initProducerId } from '../../protocol/index.ts';
import { STANDARD_AUTHORIZER } from '../authorizer/authorizer-config.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';
import { beginProducer, TRANSACTIONAL_ID, takeId, write } from '../testing/transactions.ts';

const DENY = 2;
const LITERAL = 3;
const IDEMPOTENT = { transactionalId: null, transactionTimeoutMs: 0 };

function startWithAccessRules(): Promise<TestBroker> {
  return TestBroker.start({
    settings: { 'authorizer.class.name': STANDARD_AUTHORIZER, 'allow.everyone.if.no.acl.found': 'true' },
  });
}

async function deny(
  client: TestClient,
  operation: keyof typeof ACL_OPERATION,
  resource: keyof typeof ACL_RESOURCE,
  resourceName: string,
): Promise<void> {
  const rule = { resourceType: ACL_RESOURCE[resource], resourceName, resourcePatternType: LITERAL };
  const creation = {
    ...rule,
    principal: 'User:*',
    host: '*',
    operation: ACL_OPERATION[operation],
    permissionType: DENY,
  };
  const { results } = await client.send(createAcls, 3, { creations: [creation] });
  assert.deepEqual(
    results.map(({ errorCode }) => errorCode),
    [0],
  );
}

test('producers without a transactional id get ids that nobody else has, with epoch 0', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const ids = new Set<bigint>();
  for (const version of [0, 1, 2, 3, 4, 5]) {
    const { errorCode, producerId, producerEpoch } = await broker.settle(
      client.send(initProducerId, version, IDEMPOTENT),
    );
    assert.deepEqual([errorCode, producerEpoch], [0, 0]);
    ids.add(producerId);
  }
  // What it had does not matter (KIP-360).
  const again = await broker.settle(
    client.send(initProducerId, 5, { ...IDEMPOTENT, producerId: 1n, producerEpoch: 5 }),
  );
  assert.deepEqual([again.errorCode, again.producerEpoch], [0, 0]);
  assert.equal(ids.add(again.producerId).size, 7);
});

test('an id without an epoch, or an epoch without an id, is no identity', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  for (const half of [{ producerId: 1n }, { producerEpoch: 1 }]) {
    const { errorCode, producerId } = await broker.settle(client.send(initProducerId, 5, { ...IDEMPOTENT, ...half }));
    assert.deepEqual([errorName(errorCode), producerId], ['INVALID_REQUEST', -1n]);
  }
});

test('who is fenced hears PRODUCER_FENCED from version 4 on, before it INVALID_PRODUCER_EPOCH', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const stale = await beginProducer(broker, client);
  await takeId(broker, client);
  const error = async (version: number) => {
    const request = { transactionalId: TRANSACTIONAL_ID, transactionTimeoutMs: 1000, ...stale };
    return errorName((await broker.settle(client.send(initProducerId, version, request))).errorCode);
  };
  assert.equal(await error(4), 'PRODUCER_FENCED');
  assert.equal(await error(3), 'INVALID_PRODUCER_EPOCH');
});

test('a transactional id needs WRITE on it, for InitProducerId as for Produce', async () => {
  await using broker = await startWithAccessRules();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const producer = await beginProducer(broker, client);
  assert.equal(await write(broker, client, producer, 'x'), 'NONE');
  await deny(client, 'write', 'transactionalId', TRANSACTIONAL_ID);
  const request = { transactionalId: TRANSACTIONAL_ID, transactionTimeoutMs: 1000 };
  const { errorCode } = await broker.settle(client.send(initProducerId, 5, request));
  assert.equal(errorName(errorCode), 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
  for (const version of [11, 12])
    assert.equal(
      await write(broker, client, producer, 'y', { version, sequence: 1 }),
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    );
});

test('an idempotent producer needs IDEMPOTENT_WRITE on the cluster, or WRITE on any topic', async () => {
  await using broker = await startWithAccessRules();
  const client = await broker.connect();
  const error = async () => errorName((await broker.settle(client.send(initProducerId, 5, IDEMPOTENT))).errorCode);
  await deny(client, 'write', 'topic', '*');
  assert.equal(await error(), 'NONE');
  await deny(client, 'idempotentWrite', 'cluster', CLUSTER_NAME);
  assert.equal(await error(), 'CLUSTER_AUTHORIZATION_FAILED');
});
