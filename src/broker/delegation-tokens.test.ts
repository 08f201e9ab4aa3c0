import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../platform/index.ts';
import {
  createAcls,
  createDelegationToken,
  describeDelegationToken,
  errorName,
  expireDelegationToken,
  metadata,
  renewDelegationToken,
  saslAuthenticate,
  saslHandshake,
} from '../protocol/index.ts';
import { clientProof, SCRAM_MECHANISMS, saltedPassword, scramKeys } from '../security/index.ts';
import { TestBroker } from './testing/test-broker.ts';
import type { TestClient } from './testing/test-client.ts';

const HOUR_MS = 3_600_000;
const SETTINGS = {
  listeners: 'SASL_PLAINTEXT://127.0.0.1:9092,PLAINTEXT://127.0.0.1:9093',
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
  'plain.sasl.jaas.config':
    'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="a" user_bob="b" user_admin="s";',
  'delegation.token.secret.key': 'the secret of the cluster',
  'connection.failed.authentication.delay.ms': '0',
  // Time is moved by hours here.
  'connections.max.idle.ms': '-1',
};

const start = (settings: Record<string, string> = {}, disk?: Disk) =>
  TestBroker.start({ settings: { ...SETTINGS, ...settings }, ...(disk && { disk }) });

async function connectAs(broker: TestBroker, name: string): Promise<TestClient> {
  const client = await broker.connect();
  await client.send(saslHandshake, 1, { mechanism: 'PLAIN' });
  const authBytes = Buffer.from(`\0${name}\0${{ alice: 'a', bob: 'b', admin: 's' }[name]}`);
  assert.equal((await client.send(saslAuthenticate, 2, { authBytes })).errorCode, 0);
  return client;
}

/** The answer to the last message of a login with SCRAM. */
async function logInWithToken(broker: TestBroker, client: TestClient, tokenId: string, hmac: Buffer) {
  const mechanism = SCRAM_MECHANISMS.get(1) ?? assert.fail();
  await client.send(saslHandshake, 1, { mechanism: mechanism.name });
  const bare = `n=${tokenId},r=nonce,tokenauth=true`;
  const first = await client.send(saslAuthenticate, 2, { authBytes: Buffer.from(`n,,${bare}`) });
  const challenge = first.authBytes.toString();
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(challenge) ?? [];
  const salted = await saltedPassword(
    mechanism,
    hmac.toString('base64'),
    Buffer.from(salt, 'base64'),
    Number(iterations),
  );
  const withoutProof = `c=biws,r=${nonce}`;
  const proof = clientProof(
    mechanism,
    salted,
    scramKeys(mechanism, salted),
    `${bare},${challenge},${withoutProof}`,
  ).toString('base64');
  const last = { authBytes: Buffer.from(`${withoutProof},p=${proof}`) };
  const answer = await broker.settle(client.send(saslAuthenticate, 2, last));
  return { ...answer, error: errorName(answer.errorCode) };
}

async function create(client: TestClient, more: { owner?: string; renewers?: string[]; maxLifetimeMs?: bigint } = {}) {
  const answer = await client.send(createDelegationToken, 3, {
    ownerPrincipalType: more.owner === undefined ? null : 'User',
    ownerPrincipalName: more.owner ?? null,
    renewers: (more.renewers ?? []).map((principalName) => ({ principalType: 'User', principalName })),
    maxLifetimeMs: more.maxLifetimeMs ?? -1n,
  });
  return { ...answer, error: errorName(answer.errorCode) };
}

async function renew(client: TestClient, hmac: Buffer, renewPeriodMs = -1n) {
  const answer = await client.send(renewDelegationToken, 2, { hmac, renewPeriodMs });
  return errorName(answer.errorCode) === 'NONE' ? answer.expiryTimestampMs : errorName(answer.errorCode);
}

async function expire(client: TestClient, hmac: Buffer, expiryTimePeriodMs = -1n) {
  const answer = await client.send(expireDelegationToken, 2, { hmac, expiryTimePeriodMs });
  return errorName(answer.errorCode) === 'NONE' ? answer.expiryTimestampMs : errorName(answer.errorCode);
}

async function described(client: TestClient, owners: string[] | null = null) {
  const { errorCode, tokens } = await client.send(describeDelegationToken, 3, {
    owners: owners?.map((principalName) => ({ principalType: 'User', principalName })) ?? null,
  });
  assert.equal(errorName(errorCode), 'NONE');
  return tokens.map(({ tokenId }) => tokenId);
}

test('a token lets its bearer in as its owner, but not to further tokens, and no longer than it lasts', async () => {
  await using broker = await start();
  const alice = await connectAs(broker, 'alice');
  const { tokenId, hmac, ...token } = await create(alice, { maxLifetimeMs: BigInt(2 * HOUR_MS) });
  assert.deepEqual([token.error, token.principalName, token.tokenRequesterPrincipalName], ['NONE', 'alice', 'alice']);
  assert.equal(token.expiryTimestampMs - token.issueTimestampMs, BigInt(2 * HOUR_MS));
  const bearer = await broker.connect();
  const { error, sessionLifetimeMs } = await logInWithToken(broker, bearer, tokenId, hmac);
  assert.deepEqual([error, sessionLifetimeMs], ['NONE', BigInt(2 * HOUR_MS)]);
  assert.equal((await bearer.send(metadata, 9, { topics: null })).brokers.length, 1);
  assert.equal((await create(bearer)).error, 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED');
  assert.equal(await renew(bearer, hmac), 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED');
  await broker.clock.advanceAndSettle(2 * HOUR_MS + 1);
  bearer.write(metadata, 9, { topics: null });
  await bearer.closed;
});

test('versions that know only owners are answered without the requester', async () => {
  await using broker = await start();
  const alice = await connectAs(broker, 'alice');
  const request = { ownerPrincipalType: '', ownerPrincipalName: '', renewers: [], maxLifetimeMs: -1n };
  const { errorCode, tokenId } = await alice.send(createDelegationToken, 2, request);
  assert.equal(errorName(errorCode), 'NONE');
  const { tokens } = await alice.send(describeDelegationToken, 2, { owners: null });
  assert.deepEqual(
    tokens.map((token) => [token.tokenId, token.principalName, token.tokenRequesterPrincipalName]),
    [[tokenId, 'alice', '']],
  );
});

test('a token that does not exist, is wrong, is ended or is over lets nobody in, and all look the same', async () => {
  await using broker = await start();
  const alice = await connectAs(broker, 'alice');
  const ended = await create(alice);
  assert.equal(typeof (await expire(alice, ended.hmac)), 'bigint');
  const over = await create(alice, { maxLifetimeMs: 1000n });
  const good = await create(alice);
  await broker.clock.advanceAndSettle(1001);
  const tries = [
    ['nobody', good.hmac],
    [good.tokenId, over.hmac],
    [ended.tokenId, ended.hmac],
    [over.tokenId, over.hmac],
  ] as const;
  for (const [tokenId, hmac] of tries) {
    const { error, errorMessage } = await logInWithToken(broker, await broker.connect(), tokenId, hmac);
    assert.equal(error, 'SASL_AUTHENTICATION_FAILED');
    assert.match(errorMessage ?? '', /^Authentication failed during authentication due to invalid credentials/);
  }
});

test('a token is renewed by its owner and its renewers, up to its end', async () => {
  await using broker = await start({ 'delegation.token.expiry.time.ms': String(HOUR_MS) });
  const alice = await connectAs(broker, 'alice');
  const bob = await connectAs(broker, 'bob');
  const token = await create(alice, { renewers: ['bob'], maxLifetimeMs: BigInt(3 * HOUR_MS) });
  const hour = BigInt(HOUR_MS);
  assert.equal(token.expiryTimestampMs, token.issueTimestampMs + hour);
  await broker.clock.advanceAndSettle(HOUR_MS / 2);
  assert.equal(await renew(bob, token.hmac), token.issueTimestampMs + hour + hour / 2n);
  assert.equal(await renew(alice, token.hmac, 10n), token.issueTimestampMs + hour / 2n + 10n);
  assert.equal(await renew(await connectAs(broker, 'admin'), token.hmac), 'DELEGATION_TOKEN_OWNER_MISMATCH');
  assert.equal(await expire(await connectAs(broker, 'admin'), token.hmac), 'DELEGATION_TOKEN_OWNER_MISMATCH');
  assert.equal(await expire(alice, token.hmac, 10n * hour), token.maxTimestampMs);
  await broker.clock.advanceAndSettle(3 * HOUR_MS);
  assert.equal(await renew(bob, Buffer.alloc(64)), 'DELEGATION_TOKEN_NOT_FOUND');
});

test('tokens whose time is over are removed', async () => {
  await using broker = await start({ 'delegation.token.expiry.check.interval.ms': '60000' });
  const alice = await connectAs(broker, 'alice');
  const short = await create(alice, { maxLifetimeMs: 1000n });
  const long = await create(alice);
  await broker.clock.advanceAndSettle(59_000);
  assert.equal(await renew(alice, short.hmac), 'DELEGATION_TOKEN_EXPIRED');
  await broker.clock.advanceAndSettle(1_000);
  assert.deepEqual(await described(alice), [long.tokenId]);
});

test('tokens are seen by whom they belong to, and by others as the rules of access say', async () => {
  await using broker = await start({
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin',
  });
  const admin = await connectAs(broker, 'admin');
  const alice = await connectAs(broker, 'alice');
  const bob = await connectAs(broker, 'bob');
  const own = await create(alice);
  const shared = await create(admin, { renewers: ['bob'] });
  assert.equal((await create(bob, { owner: 'alice' })).error, 'DELEGATION_TOKEN_AUTHORIZATION_FAILED');
  const given = await create(admin, { owner: 'alice' });
  assert.deepEqual([given.principalName, given.tokenRequesterPrincipalName], ['alice', 'admin']);
  assert.deepEqual((await described(alice)).sort(), [own.tokenId, given.tokenId].sort());
  assert.deepEqual(await described(bob), [shared.tokenId]);
  assert.deepEqual(await described(bob, ['alice']), []);
  assert.deepEqual(await described(admin, []), []);
  assert.equal((await described(admin)).length, 3);
  const rule = { resourceType: 6, resourceName: own.tokenId, resourcePatternType: 3, principal: 'User:bob', host: '*' };
  const { results } = await admin.send(createAcls, 3, { creations: [{ ...rule, operation: 8, permissionType: 3 }] });
  assert.equal(results[0]?.errorCode, 0);
  assert.deepEqual((await described(bob)).sort(), [own.tokenId, shared.tokenId].sort());
});

test('tokens outlast a restart, and are nothing where the cluster has no secret', async () => {
  let disk: Disk;
  let token: Awaited<ReturnType<typeof create>>;
  {
    await using broker = await start();
    token = await create(await connectAs(broker, 'alice'));
    disk = broker.disk;
  }
  {
    await using again = await start({}, disk);
    assert.deepEqual(await described(await connectAs(again, 'alice')), [token.tokenId]);
    assert.equal((await logInWithToken(again, await again.connect(), token.tokenId, token.hmac)).error, 'NONE');
    const stranger = await again.connect(9093);
    assert.equal((await create(stranger)).error, 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED');
  }
  const { 'delegation.token.secret.key': _, ...withoutSecret } = SETTINGS;
  await using disabled = await TestBroker.start({ settings: withoutSecret, disk });
  const alice = await connectAs(disabled, 'alice');
  assert.equal((await create(alice)).error, 'DELEGATION_TOKEN_AUTH_DISABLED');
  const { error } = await logInWithToken(disabled, await disabled.connect(), token.tokenId, token.hmac);
  assert.equal(error, 'SASL_AUTHENTICATION_FAILED');
});
