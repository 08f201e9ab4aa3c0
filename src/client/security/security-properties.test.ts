import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from '../../config/index.ts';
import { createTestAuthority, ManualClock, MemoryDisk } from '../../platform/index.ts';
import { LOGIN_MODULES } from '../../security/index.ts';
import type { TokenRequest } from './oauth-properties.ts';
import type { SecurityOptions } from './security-options.ts';
import { readSecurityProperties } from './security-properties.ts';

const clock = new ManualClock();
const disk = new MemoryDisk(clock);

function read(properties: Record<string, string>): Promise<SecurityOptions> {
  return readSecurityProperties(properties, { disk, clock });
}

function sasl(mechanism: string, jaas: string, more: Record<string, string> = {}): Record<string, string> {
  return { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': mechanism, 'sasl.jaas.config': jaas, ...more };
}

async function write(path: string, text: string): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.write([Buffer.from(text)], 0);
  await file.close();
}

async function tokenOf({ sasl: login }: SecurityOptions) {
  assert.equal(login?.mechanism, 'OAUTHBEARER');
  return login.token(new AbortController().signal);
}

test('nothing said is nothing secured', async () => {
  assert.deepEqual(await read({ 'client.id': 'x' }), {});
  assert.deepEqual(await read({ 'security.protocol': 'plaintext' }), {});
});

test('stores for TLS are read', async () => {
  const { certificate } = createTestAuthority('CA');
  const properties = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': certificate };
  const { tls, sasl: login } = await read({ 'security.protocol': 'SSL', ...properties });
  assert.ok(typeof tls === 'object');
  assert.equal(tls.trusted?.length, 1);
  assert.equal(tls.checksHost, true);
  assert.equal(login, undefined);
});

test('login contexts give user and password', async () => {
  const plain = await read(sasl('PLAIN', `${LOGIN_MODULES.plain} required username="alice" password="a b";`));
  assert.deepEqual(plain.sasl, { mechanism: 'PLAIN', username: 'alice', password: 'a b' });
  const jaas = `${LOGIN_MODULES.scram} required username="id" password="hmac" tokenauth="true";`;
  assert.deepEqual((await read(sasl('SCRAM-SHA-512', jaas))).sasl, {
    mechanism: 'SCRAM-SHA-512',
    username: 'id',
    password: 'hmac',
    isDelegationToken: true,
  });
});

test('tokens come from a server, which is asked as the properties say', async () => {
  const asked: TokenRequest[] = [];
  const properties = sasl('OAUTHBEARER', `${LOGIN_MODULES.oauthBearer} required extension_cluster="one";`, {
    'sasl.oauthbearer.token.endpoint.url': 'https://issuer/token',
    'sasl.oauthbearer.client.credentials.client.id': 'me',
    'sasl.oauthbearer.client.credentials.client.secret': 'secret',
  });
  const security = await readSecurityProperties(properties, {
    disk,
    clock,
    requestToken: async (request) => {
      asked.push(request);
      return `${'e30'}.${Buffer.from('{"exp":12}').toString('base64url')}.x`;
    },
  });
  assert.equal((await tokenOf(security)).expiresAtMs, 12_000);
  assert.deepEqual(asked, [{ url: 'https://issuer/token', clientId: 'me', clientSecret: 'secret', scope: undefined }]);
  assert.deepEqual(security.sasl && 'extensions' in security.sasl && security.sasl.extensions, { cluster: 'one' });
});

test('tokens come from a file, which is read each time', async () => {
  const url = { 'sasl.oauthbearer.token.endpoint.url': 'file:///token' };
  const security = await read(sasl('OAUTHBEARER', `${LOGIN_MODULES.oauthBearer} required;`, url));
  await write('/token', 'opaque\n');
  assert.deepEqual(await tokenOf(security), { value: 'opaque' });
});

test('tokens without a signature are made here', async () => {
  const jaas = `${LOGIN_MODULES.oauthBearer} required unsecuredLoginStringClaim_sub="alice";`;
  const { value, expiresAtMs } = await tokenOf(await read(sasl('OAUTHBEARER', jaas)));
  assert.equal(expiresAtMs, clock.now() + 3_600_000);
  assert.deepEqual(JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()).sub, 'alice');
});

for (const [what, properties, reason] of [
  ['an unknown protocol', { 'security.protocol': 'TLS' }, /security\.protocol: it must be one of PLAINTEXT, SSL/],
  ['no mechanism', sasl('GSSAPI', ''), /GSSAPI for configuration sasl\.mechanism/],
  ['no login context', { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' }, /needs sasl\.jaas\.config/],
  ['the module of another mechanism', sasl('PLAIN', `${LOGIN_MODULES.scram} required;`), /PLAIN needs .*PlainLogin/],
  ['no password', sasl('PLAIN', `${LOGIN_MODULES.plain} required username="secret";`), /needs username and password/],
  ['no source of tokens', sasl('OAUTHBEARER', `${LOGIN_MODULES.oauthBearer} required;`), /token\.endpoint\.url/],
] as const) {
  test(`${what} is an error that names the setting and no secret`, async () => {
    await assert.rejects(read(properties), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, reason);
      return !error.message.includes('secret');
    });
  });
}

test('without options files are read from the disk of the machine', async () => {
  const properties = { 'security.protocol': 'SSL', 'ssl.truststore.type': 'PEM' };
  const missing = join(import.meta.dirname, 'no-such-file.pem');
  await assert.rejects(readSecurityProperties({ ...properties, 'ssl.truststore.location': missing }), /no-such-file/);
  assert.ok((await readSecurityProperties(properties)).tls);
});
