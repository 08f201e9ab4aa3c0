import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, MemoryDisk } from '../../platform/index.ts';
import {
  type CompressionType,
  crc32c,
  decodeResponse,
  encodeBatch,
  encodeRequest,
  errorName,
  initProducerId,
  metadata,
  produce,
} from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import {
  batchOf,
  createTopic,
  fetchFrom,
  type ProduceTo,
  produceRequest,
  produceTo,
  recordsOf,
  valuesOf,
} from '../testing/topics.ts';

const ORDERS: ProduceTo = { topic: 'orders' };
/** Where fields of a batch lie. */
const MAGIC = 16;
const CRC = 17;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;

/** The batch with its CRC made right again. */
function resealed(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES)), CRC);
  return batch;
}

test('what was produced, in every codec and every version, is fetched as it was sent', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const codecs: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
  const expected: string[] = [];
  for (let version = 3; version <= 12; version++) {
    for (const compression of version < 7 ? codecs.slice(0, 4) : codecs) {
      const result = await produceTo(
        client,
        { ...ORDERS, version },
        batchOf([`${version} ${compression}`], { compression }),
      );
      assert.deepEqual([result.errorCode, result.baseOffset], [0, BigInt(expected.length)]);
      expected.push(`${version} ${compression}`);
    }
  }
  assert.deepEqual(valuesOf(await fetchFrom(client, ORDERS)), expected);
});

test('from version 13 on a topic is meant by its id', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topicId = await createTopic(client, 'orders');
  const send = async (id: string) => {
    const partitionData = [{ index: 0, records: batchOf(['a']) }];
    const request = { transactionalId: null, acks: -1, timeoutMs: 0, topicData: [{ topicId: id, partitionData }] };
    const { responses } = await client.send(produce, 13, request);
    return [responses[0]?.topicId, errorName(responses[0]?.partitionResponses[0]?.errorCode ?? 0)];
  };
  assert.deepEqual(await send(topicId), [topicId, 'NONE']);
  const unknown = 'BBBBBBBBBBBBBBBBBBBBBA';
  assert.deepEqual(await send(unknown), [unknown, 'UNKNOWN_TOPIC_ID']);
  assert.equal((await send('AAAAAAAAAAAAAAAAAAAAAA'))[1], 'UNKNOWN_TOPIC_ID');
});

test('each partition of a request has its own answer', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { partitions: 2 });
  const { responses } = await client.send(produce, 9, {
    transactionalId: null,
    acks: -1,
    timeoutMs: 0,
    topicData: [
      { name: 'orders', partitionData: [0, 1, 2].map((index) => ({ index, records: batchOf([`to ${index}`]) })) },
      { name: 'nothing', partitionData: [{ index: 0, records: batchOf(['x']) }] },
    ],
  });
  assert.deepEqual(
    responses.map(({ name, partitionResponses }) => [
      name,
      partitionResponses.map(({ index, errorCode }) => [index, errorName(errorCode)]),
    ]),
    [
      [
        'orders',
        [
          [0, 'NONE'],
          [1, 'NONE'],
          [2, 'UNKNOWN_TOPIC_OR_PARTITION'],
        ],
      ],
      ['nothing', [[0, 'UNKNOWN_TOPIC_OR_PARTITION']]],
    ],
  );
  assert.deepEqual(valuesOf(await fetchFrom(client, { topic: 'orders', partition: 1 })), ['to 1']);
});

test('acks of 1 and all are answered, acks of 0 are not, and any other is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  client.write(produce, 9, produceRequest({ ...ORDERS, acks: 0 }, batchOf(['nobody answers'])));
  assert.equal((await produceTo(client, { ...ORDERS, acks: 1 }, batchOf(['one']))).baseOffset, 1n);
  assert.equal((await produceTo(client, { ...ORDERS, acks: -1 }, batchOf(['all']))).baseOffset, 2n);
  for (const acks of [2, -2, 5]) {
    const refused = await produceTo(client, { ...ORDERS, acks }, batchOf(['x']));
    assert.equal(errorName(refused.errorCode), 'INVALID_REQUIRED_ACKS');
    assert.equal(refused.baseOffset, -1n);
  }
  assert.deepEqual(valuesOf(await fetchFrom(client, ORDERS)), ['nobody answers', 'one', 'all']);
});

test('a failure that cannot be answered because of acks=0 closes the connection', async () => {
  await using broker = await TestBroker.start();
  const [client, other] = [await broker.connect(), await broker.connect()];
  client.write(produce, 9, produceRequest({ topic: 'nothing', acks: 0 }, batchOf(['x'])));
  await client.closed;
  assert.ok(!other.isClosed);
  const [line] = broker.log.of('warn');
  assert.equal(line?.fields.peer, client.name);
  assert.match(String(line?.fields.reason), /acks=0 failed with error 3/);
  assert.deepEqual(broker.log.of('error'), []);
});

test('acks=all needs as many replicas as min.insync.replicas says, acks=1 does not', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'min.insync.replicas': '2' } });
  const refused = await produceTo(client, { ...ORDERS, acks: -1 }, batchOf(['x']));
  assert.equal(errorName(refused.errorCode), 'NOT_ENOUGH_REPLICAS');
  assert.equal((await produceTo(client, { ...ORDERS, acks: 1 }, batchOf(['y']))).errorCode, 0);
  assert.deepEqual(valuesOf(await fetchFrom(client, ORDERS)), ['y']);
});

test('only tools write to internal topics', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, '__consumer_offsets');
  const to = { topic: '__consumer_offsets' };
  assert.equal(errorName((await produceTo(client, to, batchOf(['x']))).errorCode), 'INVALID_TOPIC_EXCEPTION');
  const asTool = { ...to, clientId: '__admin_client' };
  const unknownKey = await produceTo(client, asTool, batchOf(['x']));
  assert.equal(unknownKey.errorCode, 0);
});

test('a batch that is not what it claims to be is refused, and nothing of it is kept', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'max.message.bytes': '1000' } });
  const changed = (change: (batch: Buffer) => void): Buffer => {
    const batch = batchOf(['a', 'b']);
    change(batch);
    return batch;
  };
  const whole = batchOf(['a', 'b']);
  const cases: readonly [string, Buffer | null, string][] = [
    ['a wrong CRC', changed((batch) => batch.writeUInt32BE(1, CRC)), 'CORRUPT_MESSAGE'],
    ['a flipped bit in a record', changed((batch) => batch.writeUInt8(1, batch.length - 1)), 'CORRUPT_MESSAGE'],
    ['magic 1', changed((batch) => batch.writeInt8(1, MAGIC)), 'INVALID_RECORD'],
    ['magic 3', changed((batch) => batch.writeInt8(3, MAGIC)), 'CORRUPT_MESSAGE'],
    ['a base offset', batchOf(['a'], { baseOffset: 7n }), 'INVALID_RECORD'],
    [
      'offsets that do not fit the count',
      resealed(changed((batch) => batch.writeInt32BE(9, LAST_OFFSET_DELTA))),
      'INVALID_RECORD',
    ],
    [
      'a negative last offset',
      resealed(changed((batch) => batch.writeInt32BE(-1, LAST_OFFSET_DELTA))),
      'INVALID_RECORD',
    ],
    ['a control batch', batchOf(['a'], { isControl: true }), 'INVALID_RECORD'],
    ['no batch', Buffer.alloc(0), 'INVALID_RECORD'],
    ['null', null, 'INVALID_RECORD'],
    ['two batches', Buffer.concat([whole, whole]), 'INVALID_RECORD'],
    ['half a batch', whole.subarray(0, whole.length - 1), 'INVALID_RECORD'],
    ['a size above the limit', batchOf(['x'.repeat(1000)]), 'MESSAGE_TOO_LARGE'],
    ['garbage', Buffer.alloc(500, 0x7f), 'CORRUPT_MESSAGE'],
  ];
  for (const [what, records, code] of cases) {
    const { errorCode, baseOffset } = await produceTo(client, ORDERS, records);
    assert.deepEqual([errorName(errorCode), baseOffset], [code, -1n], what);
  }
  const partition = await fetchFrom(client, ORDERS);
  assert.equal(partition.highWatermark, 0n);
  assert.equal((await produceTo(client, ORDERS, whole)).errorCode, 0);
  assert.deepEqual(broker.log.of('error'), []);
});

test('a codec that nobody knows is refused, and zstd by versions that do not know it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const unknown = batchOf(['a']);
  unknown.writeInt16BE(7, ATTRIBUTES);
  const refused = await produceTo(client, ORDERS, resealed(unknown));
  assert.equal(errorName(refused.errorCode), 'UNSUPPORTED_COMPRESSION_TYPE');
  const zstd = () => batchOf(['a'], { compression: 'zstd' });
  const old = await produceTo(client, { ...ORDERS, version: 6 }, zstd());
  assert.equal(errorName(old.errorCode), 'UNSUPPORTED_COMPRESSION_TYPE');
  assert.equal((await produceTo(client, { ...ORDERS, version: 7 }, zstd())).errorCode, 0);
});

test('a topic with LogAppendTime stamps the batch and tells the time', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'message.timestamp.type': 'LogAppendTime' } });
  broker.clock.advance(5);
  const now = BigInt(broker.clock.now());
  const { logAppendTimeMs } = await produceTo(client, ORDERS, batchOf(['a', 'b'], { firstTimestamp: 1n }));
  assert.equal(logAppendTimeMs, now);
  const records = recordsOf(await fetchFrom(client, ORDERS));
  assert.deepEqual(
    records.map(({ timestamp }) => timestamp),
    [now, now],
  );
  await createTopic(client, 'own-time');
  assert.equal((await produceTo(client, { topic: 'own-time' }, batchOf(['a']))).logAppendTimeMs, -1n);
});

test('a timestamp that is too far from now is refused, record by record', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'message.timestamp.after.max.ms': '1000' } });
  const tooNew = BigInt(broker.clock.now()) + 999n;
  const refused = await produceTo(
    client,
    ORDERS,
    batchOf(['in time', 'in time too', 'too new'], { firstTimestamp: tooNew }),
  );
  assert.equal(errorName(refused.errorCode), 'INVALID_TIMESTAMP');
  assert.deepEqual(
    refused.recordErrors.map(({ batchIndex }) => batchIndex),
    [2],
  );
});

test('a compacted topic refuses records without a key', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders', { configs: { 'cleanup.policy': 'compact' } });
  assert.equal((await produceTo(client, ORDERS, batchOf(['with a key']))).errorCode, 0);
  const refused = await produceTo(
    client,
    ORDERS,
    encodeBatch({ records: [{ timestamp: 1n, key: null, value: Buffer.from('without') }] }),
  );
  assert.equal(errorName(refused.errorCode), 'INVALID_RECORD');
  assert.deepEqual(
    refused.recordErrors.map(({ batchIndex }) => batchIndex),
    [0],
  );
});

test("an idempotent producer's batch is kept once, and gaps and old epochs are refused", async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const { producerId } = await client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 0 });
  const send = (baseSequence: number, producerEpoch = 1) =>
    produceTo(client, ORDERS, batchOf(['a', 'b'], { producerId, producerEpoch, baseSequence }));
  assert.equal((await send(0)).baseOffset, 0n);
  assert.equal((await send(2)).baseOffset, 2n);
  const again = await send(0);
  assert.deepEqual([again.errorCode, again.baseOffset], [0, 0n]);
  assert.equal(errorName((await send(10)).errorCode), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
  assert.equal(errorName((await send(4, 0)).errorCode), 'INVALID_PRODUCER_EPOCH');
  assert.equal((await fetchFrom(client, ORDERS)).highWatermark, 4n);
});

test('a thousand requests in one write are answered in their order, and their records are in it too', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const count = 1000;
  const frames = Array.from({ length: count }, (_, index) =>
    encodeRequest(produce, 9, { correlationId: index, clientId: 'c' }, produceRequest(ORDERS, batchOf([`${index}`]))),
  );
  client.writeBytes(Buffer.concat(frames.flat()));
  for (let index = 0; index < count; index++) {
    const { correlationId, body } = decodeResponse(produce, 9, await client.nextFrame());
    assert.equal(correlationId, index);
    assert.equal(body.responses[0]?.partitionResponses[0]?.baseOffset, BigInt(index));
  }
  const fetched = valuesOf(await fetchFrom(client, ORDERS));
  assert.deepEqual(
    fetched,
    Array.from({ length: count }, (_, index) => `${index}`),
  );
});

test('a topic is not made by a produce, only by the metadata request before it', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  assert.equal(errorName((await produceTo(client, ORDERS, batchOf(['x']))).errorCode), 'UNKNOWN_TOPIC_OR_PARTITION');
  const { topics } = await client.send(metadata, 9, { topics: [{ name: 'orders' }], allowAutoTopicCreation: true });
  assert.equal(topics[0]?.errorCode, 0);
  assert.equal((await produceTo(client, ORDERS, batchOf(['x']))).errorCode, 0);
});

test('an empty name is that of no topic', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const { errorCode } = await produceTo(client, { topic: '', version: 12 }, batchOf(['x']));
  assert.equal(errorName(errorCode), 'UNKNOWN_TOPIC_OR_PARTITION');
  const fetched = await fetchFrom(client, { topic: '', version: 12 });
  assert.equal(errorName(fetched.errorCode), 'UNKNOWN_TOPIC_OR_PARTITION');
});

test('who comes before the broker has heard of the topic is told who leads (KIP-951)', async () => {
  const clock = new ManualClock();
  const disk = new MemoryDisk(clock);
  await using broker = await TestBroker.start({ clock, disk });
  const [admin, client] = [await broker.connect(), await broker.connect()];
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const makeDirectory = disk.makeDirectory.bind(disk);
  disk.makeDirectory = async (path) => {
    reached.resolve();
    await gate.promise;
    return makeDirectory(path);
  };
  // Changes of the metadata are carried out one after the other.
  const creations = Promise.all([createTopic(admin, 'first'), createTopic(await broker.connect(), 'orders')]);
  await reached.promise;
  for (let isKnown = false, tries = 0; !isKnown; tries++) {
    assert.ok(tries < 1000, 'the topic is not known');
    const { topics } = await client.send(metadata, 9, { topics: [{ name: 'orders' }], allowAutoTopicCreation: false });
    isKnown = topics[0]?.errorCode === 0;
  }
  const { responses, nodeEndpoints } = await client.send(produce, 12, produceRequest(ORDERS, batchOf(['x'])));
  const partition = responses[0]?.partitionResponses[0];
  assert.equal(errorName(partition?.errorCode ?? 0), 'NOT_LEADER_OR_FOLLOWER');
  assert.deepEqual(partition?.currentLeader, { leaderId: 1, leaderEpoch: 0 });
  assert.deepEqual(
    nodeEndpoints.map(({ nodeId, port }) => [nodeId, port]),
    [[1, 9092]],
  );
  gate.resolve();
  await creations;
});

test('acknowledged records are there after the broker was stopped and started again', async () => {
  const first = await TestBroker.start();
  const client = await first.connect();
  await createTopic(client, 'orders');
  await produceTo(client, ORDERS, batchOf(['a', 'b']));
  await first[Symbol.asyncDispose]();
  await using second = await TestBroker.start({ disk: first.disk, clock: first.clock });
  assert.deepEqual(valuesOf(await fetchFrom(await second.connect(), ORDERS)), ['a', 'b']);
});
