import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deleteRecords,
  deleteTopics,
  errorName,
  fetch,
  iterateBatches,
  type RequestInput,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, fetchRequest, produceTo, recordsOf, valuesOf } from '../testing/topics.ts';

const ORDERS = { topic: 'orders' };
const NEWEST = 18;

type FetchInput = RequestInput<typeof fetch>;

/** First and last offset of every batch. */
function rangesOf({ records }: { records: Buffer | null }): [bigint, bigint][] {
  const bytes = records ?? Buffer.alloc(0);
  return Array.from(iterateBatches(bytes), ({ baseOffset, lastOffset }): [bigint, bigint] => [baseOffset, lastOffset]);
}

/** Lets a request reach the broker, without moving time. */
function arrive(broker: TestBroker): Promise<void> {
  return broker.clock.advanceAndSettle(0).then(() => broker.clock.advanceAndSettle(0));
}

/** Tells when an answer is there. */
function watch<T>(answer: Promise<T>): { readonly answer: Promise<T>; isThere: boolean } {
  const watched = { answer, isThere: false };
  const done = () => {
    watched.isThere = true;
  };
  answer.then(done, done);
  return watched;
}

function byId(topicId: string, fields: Partial<FetchInput> = {}, offset = 0n): FetchInput {
  return {
    maxWaitMs: 0,
    minBytes: 1,
    topics: [{ topicId, partitions: [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 1 << 20 }] }],
    forgottenTopicsData: [],
    ...fields,
  };
}

test('a fetch at any offset inside a batch begins with that batch, and at the end there is nothing', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  for (const values of [['a', 'b', 'c'], ['d'], ['e', 'f', 'g', 'h']]) await produceTo(client, ORDERS, batchOf(values));
  const starts = [0n, 0n, 0n, 3n, 4n, 4n, 4n, 4n];
  for (const [offset, start] of starts.entries()) {
    const partition = await fetchFrom(client, { ...ORDERS, offset: BigInt(offset) });
    assert.equal(rangesOf(partition)[0]?.[0], start, `offset ${offset}`);
    assert.equal(recordsOf(partition).at(-1)?.value, 'h');
  }
  const atEnd = await fetchFrom(client, { ...ORDERS, offset: 8n });
  assert.deepEqual([atEnd.errorCode, valuesOf(atEnd), atEnd.highWatermark], [0, [], 8n]);
});

test('no more is read at once than the memory for requests and answers allows', async () => {
  const settings = { 'socket.request.max.bytes': '100000', 'queued.max.request.bytes': '100000' };
  await using broker = await TestBroker.start({ settings });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  // A batch has 40 KB, in its key and its value; of the memory, seven eighths are for those who are known.
  for (let index = 0; index < 4; index++) await produceTo(client, ORDERS, batchOf(['x'.repeat(20_000)]));
  assert.deepEqual(rangesOf(await fetchFrom(client, ORDERS)).length, 2);
});

test('every version tells the same', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a', 'b']));
  for (let version = 4; version <= NEWEST; version++) {
    const request = version < 13 ? fetchRequest(ORDERS) : byId(topicId);
    const { responses } = await client.send(fetch, version, request);
    const [partition] = responses[0]?.partitions ?? [];
    assert.ok(partition);
    assert.deepEqual([valuesOf(partition), partition.highWatermark, partition.lastStableOffset], [['a', 'b'], 2n, 2n]);
    assert.equal(partition.logStartOffset, version < 5 ? -1n : 0n);
    assert.equal(version < 13 ? responses[0]?.topic : responses[0]?.topicId, version < 13 ? 'orders' : topicId);
  }
});

test('an offset outside of the log is refused, and what was deleted is outside', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  for (const value of ['a', 'b', 'c']) await produceTo(client, ORDERS, batchOf([value]));
  await client.send(deleteRecords, 2, {
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, offset: 2n }] }],
    timeoutMs: 0,
  });
  for (const offset of [-1n, 0n, 1n, 4n]) {
    const { errorCode, highWatermark } = await fetchFrom(client, { ...ORDERS, offset });
    assert.equal(errorName(errorCode), 'OFFSET_OUT_OF_RANGE', `offset ${offset}`);
    assert.equal(highWatermark, -1n);
  }
  const partition = await fetchFrom(client, { ...ORDERS, offset: 2n });
  assert.deepEqual([valuesOf(partition), partition.logStartOffset], [['c'], 2n]);
});

test('topics and partitions that do not exist are told by name and by id, beside the others', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a']));
  assert.equal(errorName((await fetchFrom(client, { topic: 'nothing' })).errorCode), 'UNKNOWN_TOPIC_OR_PARTITION');
  assert.equal(
    errorName((await fetchFrom(client, { ...ORDERS, partition: 1 })).errorCode),
    'UNKNOWN_TOPIC_OR_PARTITION',
  );
  const known = byId(topicId).topics;
  for (const id of ['BBBBBBBBBBBBBBBBBBBBBA', 'AAAAAAAAAAAAAAAAAAAAAA']) {
    const { responses } = await client.send(fetch, NEWEST, byId(topicId, { topics: [...byId(id).topics, ...known] }));
    assert.deepEqual(
      responses.map(({ partitions }) => errorName(partitions[0]?.errorCode ?? 0)),
      ['UNKNOWN_TOPIC_ID', 'NONE'],
    );
  }
});

test('bytes are limited per partition and in all, but the first batch comes whole', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { partitions: 3 });
  const batch = () => batchOf(['x'.repeat(100)]);
  const size = batch().length;
  for (const partition of [0, 1, 2]) {
    for (let count = 0; count < 4; count++) await produceTo(client, { ...ORDERS, partition }, batch());
  }
  const counts = async (maxBytes: number, partitionMaxBytes: number, version = 12) => {
    const request = fetchRequest({ ...ORDERS, maxBytes });
    const partitions = [0, 1, 2].map((partition) => ({ partition, fetchOffset: 0n, partitionMaxBytes }));
    const { responses } = await client.send(fetch, version, { ...request, topics: [{ topic: 'orders', partitions }] });
    return responses[0]?.partitions.map((partition) => valuesOf(partition).length);
  };
  assert.deepEqual(await counts(size * 100, size * 100), [4, 4, 4]);
  assert.deepEqual(await counts(size * 100, size * 2), [2, 2, 2]);
  assert.deepEqual(await counts(size * 100, size * 3 - 1), [2, 2, 2]);
  assert.deepEqual(await counts(size * 6, size * 100), [4, 2, 0]);
  assert.deepEqual(await counts(1, 1), [1, 0, 0]);
  assert.deepEqual(await counts(size * 100, 1), [1, 0, 0]);
  assert.deepEqual(await counts(0, 0), [1, 0, 0]);
});

test('one answer has no more bytes than fetch.max.bytes, whatever the client would take', async () => {
  await using broker = await TestBroker.start({ settings: { 'fetch.max.bytes': '1024' } });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  for (let count = 0; count < 10; count++) await produceTo(client, ORDERS, batchOf(['x'.repeat(100)]));
  const partition = await fetchFrom(client, { ...ORDERS, maxBytes: 2 ** 31 - 1, partitionMaxBytes: 2 ** 31 - 1 });
  const bytes = partition.records?.length ?? 0;
  assert.ok(bytes > 0 && bytes <= 1024);
});

test('a fetch waits until there is enough', async () => {
  await using broker = await TestBroker.start();
  const [reader, writer] = [await broker.connect(), await broker.connect()];
  await createTopic(writer, 'orders');
  const size = batchOf(['a']).length;
  const waiting = watch(fetchFrom(reader, { ...ORDERS, maxWaitMs: 1000, minBytes: size * 2 }));
  await arrive(broker);
  await produceTo(writer, ORDERS, batchOf(['a']));
  await arrive(broker);
  assert.ok(!waiting.isThere);
  await produceTo(writer, ORDERS, batchOf(['b']));
  assert.deepEqual(valuesOf(await waiting.answer), ['a', 'b']);
});

test('a fetch waits no longer than the client wants, and gives what there is', async () => {
  await using broker = await TestBroker.start();
  const [reader, writer] = [await broker.connect(), await broker.connect()];
  await createTopic(writer, 'orders');
  await produceTo(writer, ORDERS, batchOf(['a']));
  const waiting = watch(fetchFrom(reader, { ...ORDERS, maxWaitMs: 500, minBytes: 100_000 }));
  await arrive(broker);
  await broker.clock.advanceAndSettle(499);
  assert.ok(!waiting.isThere);
  broker.clock.advance(1);
  assert.deepEqual(valuesOf(await waiting.answer), ['a']);
});

test('a fetch that wants nothing in particular, or has nothing to wait for, is answered at once', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  assert.deepEqual(valuesOf(await fetchFrom(client, { ...ORDERS, maxWaitMs: 60_000, minBytes: 0 })), []);
  assert.notEqual((await fetchFrom(client, { topic: 'nothing', maxWaitMs: 60_000 })).errorCode, 0);
  assert.notEqual((await fetchFrom(client, { ...ORDERS, offset: 9n, maxWaitMs: 60_000 })).errorCode, 0);
  const empty = await client.send(fetch, 12, { ...fetchRequest({ ...ORDERS, maxWaitMs: 60_000 }), topics: [] });
  assert.deepEqual(empty.responses, []);
});

test('a partition that does not exist makes a fetch of others no shorter', async () => {
  await using broker = await TestBroker.start();
  const [reader, writer] = [await broker.connect(), await broker.connect()];
  await createTopic(writer, 'orders');
  const request = fetchRequest({ ...ORDERS, maxWaitMs: 500 });
  const nothing = fetchRequest({ topic: 'nothing' }).topics;
  const waiting = watch(reader.send(fetch, 12, { ...request, topics: [...nothing, ...request.topics] }));
  await arrive(broker);
  assert.ok(!waiting.isThere);
  await broker.clock.advanceAndSettle(500);
  const { responses } = await waiting.answer;
  assert.deepEqual(
    responses.map(({ topic, partitions }) => [topic, errorName(partitions[0]?.errorCode ?? 0)]),
    [
      ['nothing', 'UNKNOWN_TOPIC_OR_PARTITION'],
      ['orders', 'NONE'],
    ],
  );
});

test('a fetch that waits hears at once that its topic is deleted', async () => {
  await using broker = await TestBroker.start();
  const [reader, writer] = [await broker.connect(), await broker.connect()];
  await createTopic(writer, 'orders');
  const waiting = fetchFrom(reader, { ...ORDERS, maxWaitMs: 60_000 });
  await arrive(broker);
  await writer.send(deleteTopics, 6, {
    topics: [{ name: 'orders', topicId: ZERO_UUID }],
    timeoutMs: 0,
  });
  assert.equal(errorName((await waiting).errorCode), 'UNKNOWN_TOPIC_OR_PARTITION');
});

test('a client that goes while its fetch waits leaves nothing behind', async () => {
  await using broker = await TestBroker.start();
  const [reader, witness] = [await broker.connect(), await broker.connect()];
  await createTopic(witness, 'orders');
  const timers = broker.clock.pendingTimers;
  reader.write(fetch, 12, fetchRequest({ ...ORDERS, maxWaitMs: 60_000 }));
  await arrive(broker);
  assert.equal(broker.clock.pendingTimers, timers + 1);
  reader.close();
  await arrive(broker);
  assert.equal(broker.clock.pendingTimers, timers);
});

test('read_uncommitted gets null for aborted transactions, read_committed a list', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a']));
  assert.equal((await fetchFrom(client, ORDERS)).abortedTransactions, null);
  assert.deepEqual((await fetchFrom(client, { ...ORDERS, isolationLevel: 1 })).abortedTransactions, []);
});

test('a client with another idea of the leader epoch is refused, and told the leader where it can be', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a']));
  await broker[Symbol.asyncDispose]();
  // A broker that was not stopped cleanly leads in a new epoch.
  await broker.disk.remove('/data/.kafka_cleanshutdown');
  await using again = await TestBroker.start({ disk: broker.disk, clock: broker.clock });
  const later = await again.connect();
  const ask = async (currentLeaderEpoch: number, version: number) => {
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000, currentLeaderEpoch }];
    const { responses, nodeEndpoints } = await later.send(fetch, version, {
      ...byId(topicId),
      topics: [{ topicId, partitions }],
    });
    const [partition] = responses[0]?.partitions ?? [];
    assert.ok(partition);
    return { code: errorName(partition.errorCode), leader: partition.currentLeader, nodeEndpoints };
  };
  assert.equal((await ask(-1, NEWEST)).code, 'NONE');
  assert.equal((await ask(99, NEWEST)).code, 'UNKNOWN_LEADER_EPOCH');
  const fenced = await ask(0, NEWEST);
  assert.equal(fenced.code, 'FENCED_LEADER_EPOCH');
  assert.equal(fenced.leader?.leaderId, 1);
  assert.deepEqual(
    fenced.nodeEndpoints.map(({ nodeId, port }) => [nodeId, port]),
    [[1, 9092]],
  );
  assert.equal((await ask(0, 15)).leader.leaderId, -1);
});

test('a client whose last record is of an epoch that ended earlier here is told where', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a', 'b']));
  const ask = async (lastFetchedEpoch: number, fetchOffset: bigint) => {
    const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1000, lastFetchedEpoch }];
    const request = byId(topicId, { topics: [{ topicId, partitions }], maxWaitMs: 60_000 });
    const { responses } = await client.send(fetch, NEWEST, request);
    return responses[0]?.partitions[0];
  };
  assert.deepEqual(valuesOf((await ask(0, 1n)) ?? { records: null }), ['a', 'b']);
  const diverged = await ask(0, 5n);
  assert.equal(diverged?.divergingEpoch.endOffset, 2n);
  assert.equal(diverged?.records?.length ?? 0, 0);
});

test('a session leaves out what has no news, and is ended or refused as KIP-227 says', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const [orders, bills] = [await createTopic(client, 'orders'), await createTopic(client, 'bills')];
  const topics = [...byId(orders).topics, ...byId(bills).topics];
  const ask = (sessionId: number, sessionEpoch: number, fields: Partial<FetchInput> = {}) =>
    client.send(fetch, NEWEST, byId(orders, { topics: [], sessionId, sessionEpoch, ...fields }));
  const opened = await ask(0, 0, { topics });
  assert.notEqual(opened.sessionId, 0);
  assert.equal(opened.responses.length, 2);
  assert.deepEqual((await ask(opened.sessionId, 1)).responses, []);
  await produceTo(client, { topic: 'bills' }, batchOf(['a']));
  const withNews = await ask(opened.sessionId, 2);
  assert.deepEqual(
    withNews.responses.map(({ topicId }) => topicId),
    [bills],
  );
  const forgotten = await ask(opened.sessionId, 3, { forgottenTopicsData: [{ topicId: bills, partitions: [0] }] });
  assert.deepEqual(forgotten.responses, []);
  assert.equal(errorName((await ask(opened.sessionId, 9)).errorCode), 'INVALID_FETCH_SESSION_EPOCH');
  assert.equal(errorName((await ask(opened.sessionId + 1, 1)).errorCode), 'FETCH_SESSION_ID_NOT_FOUND');
  const named = await client.send(fetch, 12, {
    ...fetchRequest(ORDERS),
    topics: [],
    sessionId: opened.sessionId,
    sessionEpoch: 4,
  });
  assert.equal(errorName(named.errorCode), 'FETCH_SESSION_TOPIC_ID_ERROR');
  assert.equal((await ask(opened.sessionId, -1, { topics })).sessionId, 0);
  assert.equal(errorName((await ask(opened.sessionId, 4)).errorCode), 'FETCH_SESSION_ID_NOT_FOUND');
});

test('a client that reads none of its answers is not answered without limit, and nobody else notices', async () => {
  await using broker = await TestBroker.start();
  const [slow, other] = [await broker.connect(), await broker.connect()];
  await createTopic(other, 'orders');
  await produceTo(other, ORDERS, batchOf(['x'.repeat(200_000)]));
  slow.pause();
  const before = process.memoryUsage();
  const requests = 2000;
  for (let count = 0; count < requests; count++) slow.write(fetch, 12, fetchRequest(ORDERS));
  for (let turn = 0; turn < 300; turn++) await arrive(broker);
  const after = process.memoryUsage();
  assert.ok(slow.unsentBytes > 0, 'the broker has stopped reading');
  assert.ok(after.arrayBuffers - before.arrayBuffers < 20 * 2 ** 20);
  assert.deepEqual(valuesOf(await fetchFrom(other, ORDERS)).length, 1);
  slow.resume();
  assert.equal(await countFrames(slow, requests), requests);
});

async function countFrames(client: TestClient, count: number): Promise<number> {
  for (let index = 0; index < count; index++) await client.nextFrame();
  return count;
}
