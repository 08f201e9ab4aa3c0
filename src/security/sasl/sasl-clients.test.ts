import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { saltedPassword, scramKeys } from '../scram/scram-keys.ts';
import { SCRAM_MECHANISMS } from '../scram/scram-mechanism.ts';
import { oauthBearerClient } from './oauth-bearer-client.ts';
import { plainClient } from './plain-client.ts';
import { plainPasswords, plainServer } from './plain-server.ts';
import type { SaslClient } from './sasl-client.ts';
import { SaslError, type SaslIdentity, type SaslServer } from './sasl-server.ts';
import { scramClient } from './scram-client.ts';
import { scramServer } from './scram-server.ts';

const NOTHING = Buffer.alloc(0);

/** Both sides, up to the end that both see. */
async function exchange(client: SaslClient, server: SaslServer): Promise<SaslIdentity | undefined> {
  let identity: SaslIdentity | undefined;
  let message = await client.respond(NOTHING);
  while (message !== undefined) {
    const step = await server.evaluate(message);
    identity = step.identity;
    message = await client.respond(step.challenge);
  }
  return identity;
}

async function scramPair(username: string, { password = 'secret', known = 'secret', isToken = false, id = 1 } = {}) {
  const mechanism = SCRAM_MECHANISMS.get(id) ?? assert.fail();
  const salt = Buffer.from('a salt');
  const keys = scramKeys(mechanism, await saltedPassword(mechanism, known, salt, 4096));
  const client = scramClient({ mechanism, random: new SeededRandom(1), username, password, isToken });
  const server = scramServer({
    mechanism,
    random: new SeededRandom(2),
    decoySecret: Buffer.from('decoy'),
    find: (name, isTokenAuthenticated) => ({
      credential: { ...keys, salt, iterations: 4096 },
      identity: { name, isTokenAuthenticated, expiresAtMs: undefined },
    }),
  });
  return { client, server };
}

test('PLAIN logs in who knows the password', async () => {
  const server = () => plainServer(plainPasswords(new Map([['user_alice', 'se=cret']])));
  assert.equal((await exchange(plainClient('alice', 'se=cret'), server()))?.name, 'alice');
  await assert.rejects(exchange(plainClient('alice', 'guess'), server()), SaslError);
});

for (const id of SCRAM_MECHANISMS.keys()) {
  test(`${SCRAM_MECHANISMS.get(id)?.name} logs in who knows the password, whatever is in the name`, async () => {
    const { client, server } = await scramPair('a,l=ice', { id });
    assert.equal((await exchange(client, server))?.name, 'a,l=ice');
    const stranger = await scramPair('alice', { id, password: 'guess' });
    await assert.rejects(exchange(stranger.client, stranger.server), SaslError);
  });
}

test('SCRAM says that a name is the id of a delegation token', async () => {
  const { client, server } = await scramPair('id', { isToken: true });
  assert.equal((await exchange(client, server))?.isTokenAuthenticated, true);
});

test('SCRAM finds out a broker that does not know what was made of the password', async () => {
  const { client, server } = await scramPair('alice');
  const first = await server.evaluate((await client.respond(NOTHING)) ?? NOTHING);
  await client.respond(first.challenge);
  const guess = Buffer.from(`v=${Buffer.alloc(32).toString('base64')}`);
  await assert.rejects(async () => client.respond(guess), /it is not who it says it is/);
});

for (const [what, answer] of [
  ['answers a question that was not asked', 'r=other,s=AAAA,i=4096'],
  ['gives back only our own part of the nonce', 'r=NONCE,s=AAAA,i=4096'],
  ['asks for too few iterations', 'r=NONCEserver,s=AAAA,i=1'],
  ['asks for more iterations than anyone has time for', 'r=NONCEserver,s=AAAA,i=999999999'],
  ['answers nonsense', 'hello'],
] as const) {
  test(`SCRAM ends the exchange with a broker that ${what}`, async () => {
    const { client } = await scramPair('alice');
    const nonce = /r=(.*)$/.exec(String(await client.respond(NOTHING)))?.[1] ?? '';
    await assert.rejects(async () => client.respond(Buffer.from(answer.replace('NONCE', nonce))), SaslError);
  });
}

test('OAUTHBEARER sends the token with its extensions, and takes a refusal to its end', async () => {
  const client = oauthBearerClient('a.b.', { logicalCluster: 'lkc-1' });
  assert.equal(String(await client.respond(NOTHING)), 'n,,\x01auth=Bearer a.b.\x01logicalCluster=lkc-1\x01\x01');
  assert.equal(String(await client.respond(Buffer.from('{"status":"invalid_token"}'))), '\x01');
  assert.throws(() => client.respond(Buffer.from('more')), /the token was refused: {"status":"invalid_token"}/);
  const accepted = oauthBearerClient('a.b.');
  await accepted.respond(NOTHING);
  assert.equal(await accepted.respond(NOTHING), undefined);
});

test('extensions that would be taken for something else are refused', () => {
  assert.throws(() => oauthBearerClient('a.b.', { auth: 'mine' }), SaslError);
  assert.throws(() => oauthBearerClient('a.b.', { x: 'a\x01auth=Bearer other' }), SaslError);
  assert.throws(() => oauthBearerClient('a.b.', { 'not a name': 'x' }), SaslError);
});
