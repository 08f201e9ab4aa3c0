import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorName,
  fetch,
  findCoordinator,
  heartbeat,
  initProducerId,
  joinGroup,
  metadata,
} from '../protocol/index.ts';
import { TestBroker } from './testing/test-broker.ts';
import { batchOf, createTopic, fetchFrom, fetchRequest, produceTo, valuesOf } from './testing/topics.ts';

const HEARTBEAT = { groupId: 'group', generationId: 1, memberId: 'nobody' };
const ORDERS = { topic: 'orders' };

function framed(hex: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(hex.length / 2);
  return Buffer.concat([length, Buffer.from(hex, 'hex')]);
}

function settled(broker: TestBroker): Promise<void> {
  return broker.clock.advanceAndSettle(0).then(() => broker.clock.advanceAndSettle(0));
}

test('what cannot be read closes its connection, names the peer and the reason in the log, and disturbs nobody', async () => {
  await using broker = await TestBroker.start({ settings: { 'socket.request.max.bytes': '1000' } });
  const witness = await broker.connect();
  const waiting = witness.send(metadata, 12, { topics: null });
  const cases: readonly [Buffer, RegExp][] = [
    [Buffer.of(0xff, 0xff, 0xff, 0xff), /frame length -1 is negative/],
    [Buffer.of(0, 0, 3, 0xe9), /frame length 1001 is larger than socket\.request\.max\.bytes \(1000\)/],
    [Buffer.of(0x7f, 0xff, 0xff, 0xff), /frame length 2147483647 is larger/],
    [Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), /frame length 1195725856 is larger/],
    [Buffer.from('00000000', 'hex'), /request header/],
    [framed('7fff' + '0000' + '00000001' + 'ffff'), /unknown API key 32767/],
    [framed('0004' + '0000' + '00000001' + 'ffff'), /unknown API key 4/],
    [framed('0034' + '0000' + '00000001' + 'ffff' + '00'), /does not serve Vote/],
    [framed('000c' + '0063' + '00000001' + 'ffff'), /./],
    // Metadata version 4 with an array of two thousand million topics.
    [framed('0003' + '0004' + '00000001' + '000163' + '7fffffff' + '00000000'), /MetadataRequest/],
    // A topic's name that is no UTF-8.
    [framed('0003' + '0001' + '00000001' + '000163' + '00000001' + '0001ff'), /UTF-8/],
    // A client id that is longer than the frame.
    [framed('0003' + '0001' + '00000001' + '7fff'), /clientId/],
  ];
  for (const [bytes, reason] of cases) {
    const client = await broker.connect();
    const lines = broker.log.of('warn').length;
    client.writeBytes(bytes);
    await client.closed;
    const [line, ...more] = broker.log.of('warn').slice(lines);
    assert.equal(line?.message, 'closed a connection');
    assert.equal(line.fields.peer, client.name);
    assert.match(String(line.fields.reason), reason);
    assert.deepEqual(more, []);
  }
  assert.equal((await waiting).brokers.length, 1);
  assert.equal((await witness.send(metadata, 12, { topics: null })).brokers.length, 1);
  assert.deepEqual(broker.log.of('error'), []);
});

test('half a frame waits for its rest, and costs nothing that has not arrived', async () => {
  await using broker = await TestBroker.start();
  const [half, other] = [await broker.connect(), await broker.connect()];
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 50; count++) {
    const client = await broker.connect();
    client.writeBytes(Buffer.from([0x06, 0x00, 0x00, 0x00, 1, 2, 3]));
  }
  await settled(broker);
  assert.ok(process.memoryUsage().arrayBuffers - before < 5 * 2 ** 20);
  const frame = Buffer.from('00000012' + '000c' + '0000' + '00000007' + 'ffff' + '0000' + '00000001' + '0000', 'hex');
  half.writeBytes(frame.subarray(0, 7));
  await settled(broker);
  assert.equal(errorName((await other.send(heartbeat, 0, HEARTBEAT)).errorCode), 'NOT_COORDINATOR');
  half.writeBytes(frame.subarray(7));
  assert.equal((await half.nextFrame()).readInt32BE(0), 7);
});

test('a connection without requests is closed when it was idle for too long, one that waits for its answer is not', async () => {
  await using broker = await TestBroker.start({ settings: { 'connections.max.idle.ms': '30000' } });
  const [idle, waiting] = [await broker.connect(), await broker.connect()];
  await createTopic(waiting, 'orders');
  const answer = fetchFrom(waiting, { ...ORDERS, maxWaitMs: 90_000 });
  await broker.clock.advanceAndSettle(29_000);
  assert.ok(!idle.isClosed);
  await broker.clock.advanceAndSettle(20_000);
  assert.ok(idle.isClosed);
  assert.ok(!waiting.isClosed);
  await broker.clock.advanceAndSettle(41_000);
  assert.deepEqual(valuesOf(await answer), []);
});

test('a broker that stops answers what waits, and keeps nobody waiting who does not read', async () => {
  await using broker = await TestBroker.start({ settings: { 'group.initial.rebalance.delay.ms': '3000' } });
  const [reader, member, deaf] = [await broker.connect(), await broker.connect(), await broker.connect()];
  await createTopic(reader, 'orders');
  await produceTo(reader, ORDERS, batchOf(['x'.repeat(500_000)]));
  deaf.pause();
  for (let count = 0; count < 5; count++) deaf.write(fetch, 12, fetchRequest(ORDERS));
  await member.send(findCoordinator, 2, { key: 'group', keyType: 0 });
  const fetching = fetchFrom(reader, { ...ORDERS, offset: 1n, maxWaitMs: 2 ** 31 - 1 });
  const joining = member.send(joinGroup, 2, {
    groupId: 'group',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 100_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  });
  await settled(broker);
  let isStopped = false;
  const stopping = broker.broker.stop().then(() => {
    isStopped = true;
  });
  assert.deepEqual(valuesOf(await fetching), []);
  assert.equal(errorName((await joining).errorCode), 'NOT_COORDINATOR');
  await settled(broker);
  assert.ok(!isStopped, 'one client has not read its answers');
  await broker.clock.advanceAndSettle(1000);
  await stopping;
  assert.ok(isStopped);
  assert.deepEqual(broker.log.of('error'), []);
});

test('stopping twice is harmless, and a stopped broker leaves no timer behind', async () => {
  const broker = await TestBroker.start();
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await broker.broker.stop();
  await broker.broker.stop();
  await client.closed;
  assert.equal(broker.clock.pendingTimers, 0);
});

test('a start that fails gives everything back, so that the next one succeeds', async () => {
  const first = await TestBroker.start();
  const { clock, network } = first;
  await assert.rejects(TestBroker.start({ clock, network }), { code: 'EADDRINUSE' });
  const timers = clock.pendingTimers;
  const { disk } = first;
  await assert.rejects(TestBroker.start({ clock, disk, settings: { listeners: 'PLAINTEXT://:9999' } }), /another/);
  assert.equal(clock.pendingTimers, timers);
  await first[Symbol.asyncDispose]();
  await using _second = await TestBroker.start({ clock, disk, network });
});

test('a broker that listens on port 0 registers the port that it got, and gives out producer ids as that', async () => {
  const host = '127.0.0.1';
  await using broker = await TestBroker.start({ settings: { listeners: `PLAINTEXT://${host}:0` } });
  const [endpoint] = broker.broker.endpoints;
  assert.ok(endpoint !== undefined && endpoint.port > 0);
  const log = await broker.disk.readFile('/data/__cluster_metadata-0/00000000000000000000.log');
  // RegisterBrokerRecord: the port stands behind the host.
  assert.equal(log.readUInt16BE(log.lastIndexOf(host) + host.length), endpoint.port);
  const client = await broker.connect(endpoint.port);
  const { errorCode } = await client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 });
  assert.equal(errorName(errorCode), 'NONE');
});
