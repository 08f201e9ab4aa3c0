import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apiVersions,
  decodeResponse,
  encodeRequest,
  errorName,
  metadata,
  saslAuthenticate,
  saslHandshake,
} from '../../protocol/index.ts';
import { TestBroker, type TestBrokerOptions } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';

const LISTENER = 'listener.name.sasl_plaintext';
const SETTINGS = {
  listeners: 'SASL_PLAINTEXT://127.0.0.1:9092',
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
  [`${LISTENER}.plain.sasl.jaas.config`]:
    'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="a-secret" user_bob="b-secret";',
};
const ALICE = Buffer.from('\0alice\0a-secret');

function start(settings: Record<string, string> = {}, options: TestBrokerOptions = {}): Promise<TestBroker> {
  return TestBroker.start({ ...options, settings: { ...SETTINGS, ...settings } });
}

async function handshake(client: TestClient, mechanism = 'PLAIN', version = 1) {
  const answer = await client.send(saslHandshake, version, { mechanism });
  return { ...answer, error: errorName(answer.errorCode) };
}

async function authenticate(client: TestClient, authBytes = ALICE, version = 2) {
  const answer = await client.send(saslAuthenticate, version, { authBytes });
  return { ...answer, error: errorName(answer.errorCode) };
}

async function logIn(client: TestClient, authBytes = ALICE) {
  assert.equal((await handshake(client)).error, 'NONE');
  return authenticate(client, authBytes);
}

/** Why the broker has closed the connection of the client. */
async function reasonFor(broker: TestBroker, client: TestClient): Promise<unknown> {
  await client.closed;
  return broker.log.of('warn').find(({ fields }) => fields.peer === client.name)?.fields.reason;
}

const anyTopics = { topics: null, allowAutoTopicCreation: false };

test('who has proved who it is may ask for anything, and before that for versions only', async () => {
  await using broker = await start();
  const client = await broker.connect();
  assert.equal(
    (await client.send(apiVersions, 3, { clientSoftwareName: 'x', clientSoftwareVersion: '1' })).errorCode,
    0,
  );
  const { error, sessionLifetimeMs } = await logIn(client);
  assert.deepEqual([error, sessionLifetimeMs], ['NONE', 0n]);
  assert.equal((await client.send(metadata, 9, anyTopics)).brokers.length, 1);
  // Once more is too late.
  assert.deepEqual(await handshake(client), { errorCode: 34, error: 'ILLEGAL_SASL_STATE', mechanisms: [] });
  assert.equal((await authenticate(client)).error, 'ILLEGAL_SASL_STATE');
});

test('nothing else is answered before the authentication, at any point of it', async () => {
  await using broker = await start();
  const stages: ((client: TestClient) => Promise<unknown>)[] = [
    async () => {},
    (client) => client.send(apiVersions, 0, {}),
    (client) => handshake(client),
  ];
  for (const stage of stages) {
    const client = await broker.connect();
    await stage(client);
    client.write(metadata, 9, anyTopics);
    assert.match(String(await reasonFor(broker, client)), /Metadata came before the authentication was complete/);
  }
  const early = await broker.connect();
  early.write(saslAuthenticate, 2, { authBytes: ALICE });
  assert.match(String(await reasonFor(broker, early)), /SaslAuthenticate came before/);
  const curious = await broker.connect();
  await curious.send(apiVersions, 0, {});
  curious.write(apiVersions, 0, {});
  assert.match(String(await reasonFor(broker, curious)), /ApiVersions came before/);
});

test('a wrong password is answered late, with an error that tells nothing, and the connection closes', async () => {
  await using broker = await start();
  const answers: unknown[] = [];
  for (const guess of ['\0alice\0guess', '\0mallory\0guess']) {
    const client = await broker.connect();
    await handshake(client);
    const answering = authenticate(client, Buffer.from(guess));
    let isAnswered = false;
    void answering.then(() => {
      isAnswered = true;
    });
    await broker.clock.advanceAndSettle(99);
    assert.equal(isAnswered, false);
    await broker.clock.advanceAndSettle(1);
    answers.push(await answering);
    await client.closed;
  }
  const [known, unknown] = answers;
  assert.deepEqual(known, unknown);
  assert.deepEqual(known, {
    errorCode: 58,
    error: 'SASL_AUTHENTICATION_FAILED',
    errorMessage: 'Authentication failed: Invalid username or password',
    authBytes: Buffer.alloc(0),
    sessionLifetimeMs: 0n,
  });
  const log = JSON.stringify(broker.log.of('info'));
  assert.match(log, /authentication failed/);
  assert.doesNotMatch(log, /guess|secret/);
});

test('a mechanism that is not enabled is refused with the list of those that are', async () => {
  await using broker = await start({ 'connection.failed.authentication.delay.ms': '0' });
  const client = await broker.connect();
  const answer = await broker.settle(handshake(client, 'GSSAPI'));
  assert.deepEqual([answer.error, answer.mechanisms], ['UNSUPPORTED_SASL_MECHANISM', ['PLAIN', 'SCRAM-SHA-512']]);
  await client.closed;
});

test('after the oldest handshake the messages come bare', async () => {
  await using broker = await start();
  const client = await broker.connect();
  await handshake(client, 'PLAIN', 0);
  client.writeFrame(ALICE);
  assert.deepEqual(await client.nextFrame(), Buffer.alloc(0));
  assert.equal((await client.send(metadata, 9, anyTopics)).brokers.length, 1);
});

test('a stranger may send neither large frames nor many, nor stay for long', async () => {
  await using broker = await start({ 'connection.authentication.timeout.ms': '5000' });
  const large = await broker.connect();
  large.writeBytes(Buffer.from([0, 8, 0, 1]));
  assert.match(String(await reasonFor(broker, large)), /larger than sasl\.server\.max\.receive\.size \(524288\)/);
  const silent = await broker.connect();
  const slow = await broker.connect();
  slow.writeBytes(Buffer.from([0, 0, 1]));
  await broker.clock.advanceAndSettle(4999);
  assert.ok(!silent.isClosed && !slow.isClosed);
  await broker.clock.advanceAndSettle(1);
  assert.match(String(await reasonFor(broker, slow)), /not authenticated within 5000 ms/);
  await silent.closed;
  const known = await broker.connect();
  await logIn(known);
  await broker.clock.advanceAndSettle(60_000);
  assert.equal((await known.send(metadata, 9, anyTopics)).brokers.length, 1);
});

test('a session that has an end is renewed by the same user with the same mechanism, or closed', async () => {
  await using broker = await start({ 'connections.max.reauth.ms': '60000' });
  const client = await broker.connect();
  assert.equal((await logIn(client)).sessionLifetimeMs, 60_000n);
  await broker.clock.advanceAndSettle(59_000);
  assert.equal((await logIn(client)).error, 'NONE');
  await broker.clock.advanceAndSettle(59_000);
  assert.equal((await client.send(metadata, 9, anyTopics)).brokers.length, 1);
  await broker.clock.advanceAndSettle(1_001);
  client.write(metadata, 9, anyTopics);
  assert.match(String(await reasonFor(broker, client)), /SASL session is over/);

  const changed = await broker.connect();
  await logIn(changed);
  await handshake(changed);
  const answering = authenticate(changed, Buffer.from('\0bob\0b-secret'));
  await broker.clock.advanceAndSettle(100);
  assert.equal(
    (await answering).errorMessage,
    'Cannot change principals during re-authentication from User.alice: User.bob',
  );
  const switched = await broker.connect();
  await logIn(switched);
  switched.write(saslHandshake, 1, { mechanism: 'SCRAM-SHA-512' });
  assert.match(String(await reasonFor(broker, switched)), /may not change to SCRAM-SHA-512/);
});

test('a session is not renewed more than once in a second, and nothing else is answered meanwhile', async () => {
  await using broker = await start({ [`${LISTENER}.plain.connections.max.reauth.ms`]: '60000' });
  const client = await broker.connect();
  await logIn(client);
  await logIn(client);
  assert.equal((await handshake(client)).error, 'ILLEGAL_SASL_STATE');
  await broker.clock.advanceAndSettle(1000);
  await handshake(client);
  client.write(metadata, 9, anyTopics);
  assert.match(String(await reasonFor(broker, client)), /Metadata came before/);
});

test('each listener has its own settings, and who comes without SASL is nobody', async () => {
  await using broker = await start({
    listeners: 'SASL_PLAINTEXT://127.0.0.1:9092,OPEN://127.0.0.1:9093,OTHER://127.0.0.1:9094',
    'listener.security.protocol.map': 'SASL_PLAINTEXT:SASL_PLAINTEXT,OPEN:PLAINTEXT,OTHER:SASL_PLAINTEXT',
    'listener.name.other.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'connection.failed.authentication.delay.ms': '0',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:alice',
  });
  const alice = await broker.connect();
  await logIn(alice);
  const open = await broker.connect(9093);
  const other = await broker.connect(9094);
  assert.equal((await broker.settle(handshake(other))).error, 'UNSUPPORTED_SASL_MECHANISM');
  const topic = { topics: [{ name: 't' }], allowAutoTopicCreation: true };
  assert.equal(
    errorName((await open.send(metadata, 9, topic)).topics[0]?.errorCode ?? 0),
    'TOPIC_AUTHORIZATION_FAILED',
  );
  assert.equal(errorName((await alice.send(metadata, 9, topic)).topics[0]?.errorCode ?? 0), 'NONE');
});

test('requests that come in one piece with the authentication are worked on in their order', async () => {
  await using broker = await start();
  const client = await broker.connect();
  const pieces = [
    encodeRequest(saslHandshake, 1, { correlationId: 1, clientId: 'c' }, { mechanism: 'PLAIN' }),
    encodeRequest(saslAuthenticate, 2, { correlationId: 2, clientId: 'c' }, { authBytes: ALICE }),
    encodeRequest(metadata, 9, { correlationId: 3, clientId: 'c' }, anyTopics),
  ];
  client.writeBytes(Buffer.concat(pieces.flat()));
  await client.nextFrame();
  await client.nextFrame();
  const { body } = decodeResponse(metadata, 9, await client.nextFrame());
  assert.equal(body.brokers.length, 1);
});
