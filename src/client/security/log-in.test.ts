import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeat, saslAuthenticate, saslHandshake } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { Admin } from '../admin/admin.ts';
import { type Connection, openConnection } from '../connection.ts';
import { AuthenticationError } from '../errors.ts';
import { type TestWorld, testWorld } from '../testing/test-client.ts';
import { handshake } from '../versions.ts';
import { logIn } from './log-in.ts';
import { saslLogin } from './sasl-login.ts';
import type { SaslOptions } from './security-options.ts';

const ALICE = { mechanism: 'PLAIN', username: 'alice', password: 'secret' } as const;
const EMPTY = Buffer.alloc(0);
const LIFETIME_MS = 10_000;

/** A broker that takes alice, for a session of ten seconds. */
async function securedWorld(lifetimeMs = LIFETIME_MS): Promise<TestWorld> {
  const world = await testWorld();
  world.broker.on(saslHandshake, ({ mechanism }) => ({
    errorCode: mechanism === 'PLAIN' ? 0 : 33,
    mechanisms: ['PLAIN'],
  }));
  world.broker.on(saslAuthenticate, ({ authBytes }) => {
    const isAlice = authBytes.equals(Buffer.from('\0alice\0secret'));
    return {
      errorCode: isAlice ? 0 : 58,
      errorMessage: isAlice ? null : 'no such user',
      authBytes: EMPTY,
      sessionLifetimeMs: BigInt(lifetimeMs),
    };
  });
  world.broker.on(heartbeat, () => ({ errorCode: 0 }));
  return world;
}

async function loggedIn(world: TestWorld, sasl: SaslOptions = ALICE): Promise<Connection> {
  const { clock, network, broker, options } = world;
  const random = options.platform?.random ?? assert.fail();
  const connection = await openConnection(broker.address, {
    network,
    clock,
    logger: silentLogger,
    clientId: 'test',
    requestTimeoutMs: 1000,
    connectTimeoutMs: 1000,
    maxFrameBytes: 10_000,
    maxRequestsInFlight: 3,
  });
  await handshake(connection);
  await logIn(connection, saslLogin(sasl, { clock, random, tokenTimeoutMs: 1000 }), { clock, random });
  return connection;
}

function beat(connection: Connection) {
  return connection.send(heartbeat, { groupId: 'g', memberId: 'm', generationId: 1 });
}

test('a client logs in before it asks for anything but versions', async () => {
  const world = await securedWorld();
  await using admin = new Admin({ ...world.options, security: { sasl: ALICE } });
  await admin.listTopics();
  assert.deepEqual(
    world.broker.received.map(({ name }) => name),
    ['ApiVersions', 'SaslHandshake', 'SaslAuthenticate', 'Metadata'],
  );
});

test('a refusal is final, and tells the reason of the broker', async () => {
  const world = await securedWorld();
  await using admin = new Admin({ ...world.options, security: { sasl: { ...ALICE, password: 'guess' } } });
  await assert.rejects(admin.listTopics(), (error) => {
    assert.ok(error instanceof AuthenticationError);
    assert.match(error.message, /Cannot authenticate with broker:9092: PLAIN: the broker refused: no such user/);
    return error.retriable === false;
  });
  assert.equal(world.broker.count(saslAuthenticate), 1);
});

test('a mechanism that the broker does not take is an error that names those that it takes', async () => {
  const world = await securedWorld();
  const scram = { mechanism: 'SCRAM-SHA-256', username: 'alice', password: 'secret' } as const;
  await assert.rejects(loggedIn(world, scram), /SCRAM-SHA-256: the broker refused: it takes PLAIN/);
});

test('without a token nothing is asked of the broker', async () => {
  const world = await securedWorld();
  const login = { mechanism: 'OAUTHBEARER', token: () => Promise.reject(new Error('out of order')) } as const;
  await assert.rejects(loggedIn(world, login), /OAUTHBEARER: there is no token: out of order/);
  assert.equal(world.broker.count(saslHandshake), 0);
});

test('before its session ends a client logs in again, and what is sent meanwhile waits in its order', async () => {
  const world = await securedWorld();
  const connection = await loggedIn(world);
  world.clock.advance(LIFETIME_MS * 0.84);
  await beat(connection);
  assert.equal(world.broker.count(saslAuthenticate), 1);
  world.clock.advance(LIFETIME_MS * 0.12);
  await Promise.all([beat(connection), beat(connection)]);
  assert.deepEqual(
    world.broker.received.slice(-4).map(({ name }) => name),
    ['SaslHandshake', 'SaslAuthenticate', 'Heartbeat', 'Heartbeat'],
  );
});

test('when a session cannot be renewed its connection fails with what waits', async () => {
  const world = await securedWorld();
  const connection = await loggedIn(world);
  world.broker.on(saslAuthenticate, () => ({ errorCode: 58, errorMessage: 'alice is gone', authBytes: EMPTY }));
  world.clock.advance(LIFETIME_MS);
  const waiting = [beat(connection), beat(connection)];
  for (const request of waiting) await assert.rejects(request, AuthenticationError);
  assert.equal(connection.isOpen, false);
});

test('a session without an end is not renewed', async () => {
  const world = await securedWorld(0);
  const connection = await loggedIn(world);
  world.clock.advance(LIFETIME_MS * 1000);
  await beat(connection);
  assert.equal(world.broker.count(saslAuthenticate), 1);
});
