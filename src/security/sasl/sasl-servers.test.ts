import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { clientProof, saltedPassword, scramKeys } from '../scram/scram-keys.ts';
import { SCRAM_MECHANISMS, type ScramMechanism } from '../scram/scram-mechanism.ts';
import { plainPasswords, plainServer } from './plain-server.ts';
import { SaslError, type SaslServer, type SaslStep } from './sasl-server.ts';
import { type ScramServerOptions, scramServer } from './scram-server.ts';

const ALICE = { name: 'alice', isTokenAuthenticated: false, expiresAtMs: undefined };
const mechanism = SCRAM_MECHANISMS.get(2) ?? assert.fail();
const salt = Buffer.from('a salt');
const salted = await saltedPassword(mechanism, 'secret', salt, 4096);
const credential = { ...scramKeys(mechanism, salted), salt, iterations: 4096 };

function scram(options: Partial<ScramServerOptions> = {}): SaslServer {
  return scramServer({
    mechanism,
    random: new SeededRandom(1),
    decoySecret: Buffer.from('secret of the process'),
    find: (name, isToken) => (name === 'alice' && !isToken ? { credential, identity: ALICE } : undefined),
    ...options,
  });
}

/** What a client answers to a challenge. */
async function proofOf(used: ScramMechanism, bare: string, challenge: string, password: string, ending = 'c=biws') {
  const [, nonce = '', saltText = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(challenge) ?? [];
  const own = await saltedPassword(used, password, Buffer.from(saltText, 'base64'), Number(iterations));
  const withoutProof = `${ending},r=${nonce}`;
  const proof = clientProof(used, own, scramKeys(used, own), `${bare},${challenge},${withoutProof}`);
  return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`);
}

async function logIn(server: SaslServer, name: string, password: string, extensions = ''): Promise<SaslStep> {
  const bare = `n=${name},r=nonce${extensions}`;
  const { challenge } = await server.evaluate(Buffer.from(`n,,${bare}`));
  return server.evaluate(await proofOf(mechanism, bare, challenge.toString(), password));
}

async function refusal(exchange: () => unknown): Promise<SaslError> {
  try {
    await exchange();
  } catch (error) {
    assert.ok(error instanceof SaslError, String(error));
    return error;
  }
  return assert.fail('the exchange went well');
}

test('the exchange of RFC 7677 goes as it is written there', async () => {
  const sha256 = SCRAM_MECHANISMS.get(1) ?? assert.fail();
  const rfcSalt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const keys = scramKeys(sha256, await saltedPassword(sha256, 'pencil', rfcSalt, 4096));
  const nonce = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const server = scram({
    mechanism: sha256,
    // Its nonce does not end in base64, so the test stands in for what makes it.
    random: { bytes: () => Object.assign(Buffer.alloc(0), { toString: () => nonce }), integer: () => 0 },
    find: () => ({ credential: { ...keys, salt: rfcSalt, iterations: 4096 }, identity: ALICE }),
  });
  const first = await server.evaluate(Buffer.from('n,,n=user,r=rOprNGfwEbeRWgbNEkqO'));
  assert.equal(first.challenge.toString(), `r=rOprNGfwEbeRWgbNEkqO${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
  const last = await server.evaluate(Buffer.from(`c=biws,r=rOprNGfwEbeRWgbNEkqO${nonce},p=${proof}`));
  assert.equal(last.challenge.toString(), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

test('with SCRAM only who knows the password is let in', async () => {
  assert.deepEqual((await logIn(scram(), 'alice', 'secret')).identity, ALICE);
  assert.equal((await refusal(() => logIn(scram(), 'alice', 'guess'))).isPublic, false);
});

test('SCRAM treats who does not exist like who has a wrong password, up to the last message', async () => {
  const first = async (server: SaslServer) => (await server.evaluate(Buffer.from('n,,n=mallory,r=x'))).challenge;
  const [one, other] = [String(await first(scram())), String(await first(scram({ random: new SeededRandom(2) })))];
  const parts = /^r=x.{32},s=([A-Za-z0-9+/=]{32,36}),i=4096$/;
  assert.match(one, parts);
  assert.equal(parts.exec(one)?.[1], parts.exec(other)?.[1], 'the salt of a name does not change');
  const errors = await Promise.all([
    refusal(() => logIn(scram(), 'mallory', 'secret')),
    refusal(() => logIn(scram(), 'alice', 'guess')),
  ]);
  assert.equal(errors[0].message, errors[1].message);
});

test('SCRAM takes no other nonce, no other binding and no message out of place', async () => {
  const first = Buffer.from('n,,n=alice,r=nonce');
  const exchange = async (change: (message: string) => string) => {
    const server = scram();
    const { challenge } = await server.evaluate(first);
    const message = await proofOf(mechanism, 'n=alice,r=nonce', challenge.toString(), 'secret');
    return server.evaluate(Buffer.from(change(message.toString())));
  };
  assert.ok((await exchange((message) => message)).identity);
  await refusal(() => exchange((message) => message.replace('r=nonce', 'r=other')));
  await refusal(() => exchange((message) => message.replace('c=biws', 'c=eSws')));
  await refusal(() => exchange(() => first.toString()));
  for (const bad of [
    '',
    'y,,n=alice,r=x',
    'p=tls-unique,,n=alice,r=x',
    'n,,n=,r=x',
    'n,,n=a=b,r=x',
    'n,,n=alice,r=',
    'n,,r=x',
  ]) {
    await refusal(() => scram().evaluate(Buffer.from(bad)));
  }
  const foreign = await refusal(() => scram().evaluate(Buffer.from('n,a=bob,n=alice,r=x')));
  assert.ok(foreign.isPublic);
});

test('names with commas and equals signs, and extensions, mean what RFC 5802 says', async () => {
  const asked: unknown[] = [];
  const server = () =>
    scram({
      find: (name, isToken) => {
        asked.push([name, isToken]);
        return { credential, identity: ALICE };
      },
    });
  assert.ok((await logIn(server(), 'a=2Cb=3Dc', 'secret')).identity);
  assert.ok((await logIn(server(), 'id', 'secret', ',tokenauth=true')).identity);
  assert.deepEqual(asked, [
    ['a,b=c', false],
    ['id', true],
  ]);
});

test('with PLAIN a name and its password are enough, in this order and for nobody else', async () => {
  const server = plainServer(
    plainPasswords(
      new Map([
        ['username', 'admin'],
        ['user_alice', 'secret'],
        ['user_', 'x'],
      ] as const),
    ),
  );
  const evaluate = (text: string) => server.evaluate(Buffer.from(text));
  assert.deepEqual(await evaluate('\0alice\0secret'), { challenge: Buffer.alloc(0), identity: ALICE });
  assert.ok((await evaluate('alice\0alice\0secret')).identity);
  const refused = [
    ['\0alice\0wrong', 'Authentication failed: Invalid username or password'],
    ['\0mallory\0secret', 'Authentication failed: Invalid username or password'],
    ['\0admin\0admin', 'Authentication failed: Invalid username or password'],
    [
      'bob\0alice\0secret',
      'Authentication failed: Client requested an authorization id that is different from username',
    ],
    ['\0\0x', 'Authentication failed: username not specified'],
    ['\0alice\0', 'Authentication failed: password not specified'],
    ['alice', 'Invalid SASL/PLAIN response: expected 3 tokens, got 1'],
    ['\0alice\0secret\0more', 'Invalid SASL/PLAIN response: expected 3 tokens, got 4'],
  ] as const;
  for (const [text, reason] of refused) assert.equal((await refusal(() => evaluate(text))).message, reason);
});
