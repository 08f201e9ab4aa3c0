// A broker that is reached over TLS alone, with client certificates and with each mechanism of SASL, and the OAuth provider beside it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '../../src/client/index.ts';
import { createTestAuthority } from '../../src/platform/index.ts';
import { createTestIssuer } from '../../src/security/index.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';

/** What a client needs to come in. */
export interface Way {
  readonly name: string;
  /** SSL asks for a certificate, TLS for nothing; KEYS is as SASL_SSL, but has the provider's keys from its server. */
  readonly listener: 'SSL' | 'TLS' | 'SASL_SSL' | 'KEYS';
  readonly mechanism?: 'PLAIN' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
}

export const WAYS: readonly Way[] = [
  { name: 'TLS alone', listener: 'TLS' },
  { name: 'a client certificate', listener: 'SSL' },
  { name: 'PLAIN', listener: 'SASL_SSL', mechanism: 'PLAIN' },
  { name: 'SCRAM-SHA-512', listener: 'SASL_SSL', mechanism: 'SCRAM-SHA-512' },
  { name: 'OAUTHBEARER', listener: 'SASL_SSL', mechanism: 'OAUTHBEARER' },
  { name: 'OAUTHBEARER by keys from a server', listener: 'KEYS', mechanism: 'OAUTHBEARER' },
];

export const USER = { username: 'alice', password: 'alice-secret' };

const authority = createTestAuthority('Test CA');
const identity = authority.issue({ subject: [['CN', 'broker']], hosts: ['localhost', '127.0.0.1'] });
const issuer = createTestIssuer();
const OAUTH_MODULE = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule';
const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule';

/** A token for `USER`. */
export const token = (): string => issuer.issue(Date.now());

export const caCertificate = authority.certificate;
export const clientIdentity = authority.issue({ subject: [['CN', 'alice']] });

export interface SecuredTarget extends AsyncDisposable {
  addressOf(way: Way): string;
  /** In a folder of its own, with `ca.pem` and `client.pem`. */
  file(name: string): string;
  /** Where the provider gives tokens to whom comes with credentials (RFC 6749, section 4.4). */
  readonly tokenUrl: string;
}

export async function startSecuredTarget(): Promise<SecuredTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-secured-'));
  const file = (name: string) => join(folder, name);
  writeFileSync(file('broker.pem'), identity.key + identity.certificateChain);
  writeFileSync(file('client.pem'), clientIdentity.key + clientIdentity.certificateChain);
  writeFileSync(file('ca.pem'), authority.certificate);
  writeFileSync(file('keys.json'), issuer.keySet);
  const provider = await startProvider();
  const ports = { PLAINTEXT: 0, SSL: 0, TLS: 0, SASL_SSL: 0, KEYS: 0 };
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  const trusting = `ssl.truststore.type="PEM" ssl.truststore.location="${file('ca.pem')}"`;
  const broker = await BrokerProcess.start([
    `listeners=${Object.entries(ports).map(([name, port]) => `${name}://127.0.0.1:${port}`)}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SSL:SSL,TLS:SSL,SASL_SSL:SASL_SSL,KEYS:SASL_SSL',
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${file('broker.pem')}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${file('ca.pem')}`,
    'listener.name.ssl.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.keys.sasl.enabled.mechanisms=OAUTHBEARER',
    `listener.name.sasl_ssl.plain.sasl.jaas.config=${PLAIN_MODULE} required user_alice="${USER.password}";`,
    `listener.name.keys.oauthbearer.sasl.jaas.config=${OAUTH_MODULE} required ${trusting};`,
    `listener.name.sasl_ssl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=file://${file('keys.json')}`,
    `listener.name.keys.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=${provider.url}/keys`,
    'sasl.oauthbearer.expected.issuer=https://issuer.test',
    'sasl.oauthbearer.expected.audience=millrace',
    'delegation.token.secret.key=secret',
    'group.initial.rebalance.delay.ms=0',
  ]);
  await using admin = new Admin({ bootstrapServers: `127.0.0.1:${ports.PLAINTEXT}` });
  const [altered] = await admin.alterScramUsers([
    { user: USER.username, mechanism: 'SCRAM-SHA-512', password: USER.password },
  ]);
  assert.equal(altered?.error, undefined);
  return {
    addressOf: ({ listener }) => `127.0.0.1:${ports[listener]}`,
    file,
    tokenUrl: `${provider.url}/token`,
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      provider.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Gives its keys to everybody, and a token to whom comes with credentials. */
async function startProvider(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer({ key: identity.key, cert: identity.certificateChain }, (request, response) => {
    response.setHeader('content-type', 'application/json');
    request.resume();
    if (request.url === '/keys') response.end(issuer.keySet);
    else if (request.url === '/token' && request.headers.authorization?.startsWith('Basic ') === true) {
      response.end(JSON.stringify({ access_token: token(), token_type: 'Bearer', expires_in: 3600 }));
    } else response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
