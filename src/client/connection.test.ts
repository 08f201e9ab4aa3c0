import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeat, KafkaError, listGroups, metadata } from '../protocol/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import { type Connection, openConnection } from './connection.ts';
import { ClientError, ConnectionError, TimeoutError } from './errors.ts';
import { settled } from './testing/settled.ts';
import { type TestWorld, testWorld } from './testing/test-client.ts';
import { handshake } from './versions.ts';

async function connected(world: TestWorld, isShaken = true): Promise<Connection> {
  const connection = await openConnection(world.broker.address, {
    network: world.network,
    clock: world.clock,
    logger: silentLogger,
    clientId: 'test',
    requestTimeoutMs: 1000,
    connectTimeoutMs: 1000,
    maxFrameBytes: 10_000,
    maxRequestsInFlight: 3,
  });
  if (isShaken) await handshake(connection);
  return connection;
}

test('requests are pipelined, and each gets its own answer', async () => {
  const world = await testWorld();
  world.broker.on(heartbeat, ({ generationId }) => ({ errorCode: generationId }));
  const connection = await connected(world);
  const answers = await Promise.all(
    [1, 2, 3].map((generationId) => connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId })),
  );
  assert.deepEqual(
    answers.map(({ errorCode }) => errorCode),
    [1, 2, 3],
  );
});

test('a request beyond the limit in flight is refused, and the others go on', async () => {
  const world = await testWorld();
  world.broker.on(heartbeat, () => ({ errorCode: 0 }));
  const connection = await connected(world);
  const send = () => connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 });
  const sent = [send(), send(), send()];
  await assert.rejects(send(), ClientError);
  await Promise.all(sent);
  await send();
});

test('the newest version that both know is used', async () => {
  const world = await testWorld();
  world.broker.served.set(heartbeat.key, { min: 0, max: 2 });
  world.broker.on(heartbeat, () => ({ errorCode: 0 }));
  const connection = await connected(world);
  await connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 });
  assert.equal(world.broker.received.at(-1)?.version, 2);
  await connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 }, { maxVersion: 1 });
  assert.equal(world.broker.received.at(-1)?.version, 1);
});

test('an API or version that the broker does not serve is an error before anything is sent', async () => {
  const world = await testWorld();
  world.broker.served.delete(heartbeat.key);
  world.broker.served.set(listGroups.key, { min: 90, max: 99 });
  const connection = await connected(world);
  const isUnsupported = (error: unknown) => error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION';
  await assert.rejects(connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 }), isUnsupported);
  await assert.rejects(connection.send(listGroups, {}), isUnsupported);
  assert.equal(connection.serves(heartbeat), false);
  assert.equal(connection.isOpen, true);
});

test('a broker that refuses the newest ApiVersions is asked again in a version that it knows', async () => {
  const world = await testWorld();
  world.broker.served.set(18, { min: 0, max: 1 });
  const connection = await connected(world);
  assert.deepEqual(
    world.broker.received.map(({ version }) => version),
    [1],
  );
  assert.equal(connection.versions?.get(18)?.max, 1);
});

test('without an answer in time the request fails, and the connection is closed', async () => {
  const world = await testWorld();
  world.broker.on(heartbeat, () => undefined);
  const connection = await connected(world);
  const sent = connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 });
  await assert.rejects(settled(world.clock, sent), (error) => error instanceof TimeoutError && error.retriable);
  assert.equal(connection.isOpen, false);
  assert.equal(world.clock.pendingTimers, 0);
});

test('a broken connection fails everything in flight', async () => {
  const world = await testWorld();
  world.broker.on(heartbeat, (_request, { disconnect }) => {
    disconnect();
    return undefined;
  });
  const connection = await connected(world);
  const send = () => connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 });
  const results = await Promise.allSettled([send(), send()]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  await assert.rejects(send(), ConnectionError);
});

const nonsense: [string, Buffer][] = [
  ['a frame larger than the limit', Buffer.from([0, 0x10, 0, 0])],
  ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xfe])],
  ['a wrong correlation id', Buffer.from([0, 0, 0, 6, 0, 0, 0, 99, 0, 0])],
  ['a frame without a correlation id', Buffer.from([0, 0, 0, 1, 7])],
  ['a truncated body', Buffer.from([0, 0, 0, 5, 0, 0, 0, 1, 0])],
];
for (const [name, bytes] of nonsense) {
  test(`${name} closes the connection with a ConnectionError`, async () => {
    const world = await testWorld();
    world.broker.on(heartbeat, (_request, { sendRaw }) => {
      sendRaw(bytes);
      return undefined;
    });
    const connection = await connected(world);
    const sent = connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 });
    await assert.rejects(sent, (error) => error instanceof ConnectionError && /nonsense/.test(error.message));
    assert.equal(connection.isOpen, false);
  });
}

test('an answer that nobody asked for closes the connection', async () => {
  const world = await testWorld();
  world.broker.on(metadata, (_request, { sendRaw }) => {
    sendRaw(Buffer.from([0, 0, 0, 4, 0, 0, 0, 7]));
    return undefined;
  });
  const connection = await connected(world);
  await assert.rejects(connection.send(metadata, { topics: [] }), ConnectionError);
});

test('an aborted request gives up the wait, and its late answer disturbs nobody', async () => {
  const world = await testWorld();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  world.broker.on(heartbeat, async ({ generationId }) => {
    if (generationId === 1) await released;
    return { errorCode: generationId };
  });
  const connection = await connected(world);
  const stop = new AbortController();
  const first = connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 }, { signal: stop.signal });
  const second = connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 2 });
  stop.abort(new Error('enough'));
  await assert.rejects(first, /enough/);
  release();
  assert.equal((await second).errorCode, 2);
});

test('a request that cannot be encoded leaves the connection as it was', async () => {
  const world = await testWorld();
  world.broker.on(heartbeat, () => ({ errorCode: 0 }));
  const connection = await connected(world);
  const bad = { groupId: 'x'.repeat(40_000), memberId: 'm', generationId: 1 };
  await assert.rejects(connection.sendVersion(heartbeat, 0, bad));
  assert.equal((await connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 })).errorCode, 0);
});

test('nobody listening is a ConnectionError that says so', async () => {
  const world = await testWorld();
  await world.broker.stop();
  const nobody = { ...world, broker: { address: { host: 'broker', port: 1 } } } as unknown as TestWorld;
  await assert.rejects(connected(nobody), (error) => error instanceof ConnectionError && /refused/.test(error.message));
});
