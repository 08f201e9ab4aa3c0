import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import {
  alterClientQuotas,
  createPartitions,
  createTopics,
  deleteTopics,
  errorName,
  fetch,
  heartbeat,
  metadata,
  produce,
} from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, fetchRequest, produceRequest, produceTo } from '../testing/topics.ts';

type Part = { entityType: string; entityName: string | null };

const USER: Part = { entityType: 'user', entityName: 'ANONYMOUS' };
const ALL_USERS: Part = { entityType: 'user', entityName: null };
const ALL_CLIENTS: Part = { entityType: 'client-id', entityName: null };
/** A good 30,000 bytes: the key repeats the value. */
const LARGE = batchOf(['x'.repeat(15_000)]);

function clientNamed(entityName: string): Part {
  return { entityType: 'client-id', entityName };
}

async function setQuota(client: TestClient, entity: Part[], value: number | null, key = 'producer_byte_rate') {
  const { entries } = await client.send(alterClientQuotas, 1, {
    entries: [{ entity, ops: [{ key, value: value ?? 0, remove: value === null }] }],
    validateOnly: false,
  });
  assert.equal(entries[0]?.errorMessage ?? null, null);
}

async function produceAs(client: TestClient, clientId: string): Promise<number> {
  const request = produceRequest({ topic: 'orders' }, Buffer.from(LARGE));
  return (await client.send(produce, 12, request, clientId)).throttleTimeMs;
}

test('a producer over its quota is told to wait, and its connection rests meanwhile', async () => {
  await using broker = await TestBroker.start();
  const admin = await broker.connect();
  await createTopic(admin, 'orders');
  await setQuota(admin, [clientNamed('slow')], 1000);
  const slow = await broker.connect();
  const waitMs = await produceAs(slow, 'slow');
  assert.ok(waitMs > 15_000 && waitMs < 25_000, `${waitMs}`);

  let isAnswered = false;
  const next = produceAs(slow, 'slow').then(() => {
    isAnswered = true;
  });
  assert.equal((await produceTo(admin, { topic: 'orders' }, batchOf(['a']))).errorCode, 0);
  await broker.clock.advanceAndSettle(waitMs - 1);
  assert.equal(isAnswered, false);
  await broker.clock.advanceAndSettle(1);
  await next;
});

test('a consumer over its quota gets what fits into it, and waits for the next', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  for (let batch = 0; batch < 4; batch++) await produceTo(client, { topic: 'orders' }, Buffer.from(LARGE));
  await setQuota(client, [clientNamed('slow')], 5000, 'consumer_byte_rate');
  const slow = await broker.connect();
  const first = await slow.send(fetch, 12, fetchRequest({ topic: 'orders' }), 'slow');
  const bytes = first.responses[0]?.partitions[0]?.records?.length ?? 0;
  assert.ok(bytes >= 30_000 && bytes <= 31_000, `${bytes}`);
  assert.equal(first.throttleTimeMs, 0);
  const second = await slow.send(fetch, 12, fetchRequest({ topic: 'orders', offset: 1n }), 'slow');
  assert.ok(second.throttleTimeMs > 0);
});

test('of several quotas the one that says most about the client counts', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const open = 1e9;
  const steps: [Part[], number, boolean][] = [
    [[ALL_CLIENTS], 1000, true],
    [[clientNamed('c')], open, false],
    [[ALL_USERS], 1000, true],
    [[ALL_USERS, ALL_CLIENTS], open, false],
    [[ALL_USERS, clientNamed('c')], 1000, true],
    [[USER], open, false],
    [[USER, ALL_CLIENTS], 1000, true],
    [[USER, clientNamed('c')], open, false],
  ];
  for (const [entity, value, isThrottled] of steps) {
    await setQuota(client, entity, value);
    const producer = await broker.connect();
    assert.equal((await produceAs(producer, 'c')) > 0, isThrottled, JSON.stringify(entity));
  }
});

test('clients whom one quota names share its budget, and a default gives each its own', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await setQuota(client, [ALL_CLIENTS], 5000);
  const one = await broker.connect();
  const other = await broker.connect();
  assert.equal(await produceAs(one, 'one'), 0);
  assert.equal(await produceAs(other, 'other'), 0);
  await setQuota(client, [USER], 5000);
  assert.equal(await produceAs(one, 'one'), 0);
  assert.ok((await produceAs(other, 'other')) > 0);
});

test('a quota that is gone holds nobody back', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await setQuota(client, [clientNamed('c')], 1);
  await setQuota(client, [clientNamed('c')], null);
  assert.equal(await produceAs(client, 'c'), 0);
});

/** Each look at it costs a millisecond, as if everything took time. */
class SlowClock extends ManualClock {
  #looks = 0;

  override monotonic(): number {
    return super.monotonic() + this.#looks++;
  }
}

test('a client that has the thread for too long rests for a moment, whatever it asked for', async () => {
  await using broker = await TestBroker.start({ clock: new SlowClock(), settings: { 'quota.window.num': '2' } });
  const admin = await broker.connect();
  await setQuota(admin, [clientNamed('busy')], 0.01, 'request_percentage');
  const busy = await broker.connect();
  const ask = { groupId: 'g', generationId: 1, memberId: 'm' };
  assert.ok((await busy.send(heartbeat, 4, ask, 'busy')).throttleTimeMs > 0);
  let isAnswered = false;
  const next = busy.send(heartbeat, 4, ask, 'busy').then(({ throttleTimeMs }) => {
    isAnswered = true;
    return throttleTimeMs;
  });
  await broker.clock.advanceAndSettle(0);
  assert.equal(isAnswered, false);
  assert.equal((await admin.send(heartbeat, 4, ask)).throttleTimeMs, 0);
  await broker.clock.advanceAndSettle(1000);
  assert.equal(await next, 1000, 'at most one window');
});

test('who has created too many partitions waits before more are created or deleted', async () => {
  const settings = { 'controller.quota.window.num': '2', 'num.partitions': '3' };
  await using broker = await TestBroker.start({ settings });
  const admin = await broker.connect();
  await setQuota(admin, [clientNamed('c')], 2, 'controller_mutation_rate');
  const create = async (version: number, ...topics: [name: string, numPartitions: number][]) => {
    const client = await broker.connect();
    const request = {
      topics: topics.map(([name, numPartitions]) => ({
        name,
        numPartitions,
        replicationFactor: 1,
        assignments: [],
        configs: [],
      })),
      timeoutMs: 1000,
      validateOnly: false,
    };
    const answer = await client.send(createTopics, version, request, 'c');
    return [...answer.topics.map(({ errorCode }) => errorName(errorCode)), answer.throttleTimeMs];
  };
  // Four may come at once, and a topic is created whole although that makes a debt of one.
  assert.deepEqual(await create(6, ['a', 2], ['b', 3], ['d', 1]), ['NONE', 'NONE', 'THROTTLING_QUOTA_EXCEEDED', 500]);
  assert.deepEqual(await create(5, ['d', 1]), ['NONE', 1000], 'an old client is told to rest, and gets what it wants');
  const client = await broker.connect();
  const deleted = await client.send(deleteTopics, 5, { topicNames: ['a'], topics: [], timeoutMs: 1000 }, 'c');
  assert.equal(errorName(deleted.responses[0]?.errorCode ?? 0), 'THROTTLING_QUOTA_EXCEEDED');
  const growing = await broker.connect();
  const growth = { topics: [{ name: 'a', count: 4, assignments: null }], timeoutMs: 1000, validateOnly: false };
  const grown = await growing.send(createPartitions, 3, growth, 'c');
  assert.equal(errorName(grown.results[0]?.errorCode ?? 0), 'THROTTLING_QUOTA_EXCEEDED');
  const asking = await broker.connect();
  const found = await asking.send(metadata, 12, { topics: [{ name: 'e' }], allowAutoTopicCreation: true }, 'c');
  assert.deepEqual([found.topics[0]?.errorCode, found.throttleTimeMs], [0, 2500]);
  await broker.clock.advanceAndSettle(2500);
  assert.deepEqual(await create(6, ['f', 1]), ['NONE', 0]);
});
