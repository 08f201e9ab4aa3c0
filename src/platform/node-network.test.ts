import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listener, Network, Stream } from './network.ts';
import { networkSuite } from './network-suite.ts';
import { nodeNetwork } from './node-network.ts';
import { createTestAuthority } from './test-authority.ts';
import type { TlsClientSettings, TlsServerSettings } from './tls.ts';

const VERSIONS = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
const HOST = '127.0.0.1';
const authority = createTestAuthority('Test CA');
const stranger = createTestAuthority('Another CA');
const server: TlsServerSettings = {
  ...VERSIONS,
  identity: authority.issue({ subject: [['CN', 'broker']], hosts: ['localhost', HOST] }),
  clientAuth: 'none',
  trusted: [authority.certificate],
};
const client: TlsClientSettings = { ...VERSIONS, trusted: [authority.certificate], checksHost: true };

const secured: Network = {
  listen: (address, onConnection) =>
    nodeNetwork.listen(address, onConnection, { settings: () => server, onRefused: () => {} }),
  connect: (address, signal) => nodeNetwork.connect(address, signal, client),
};

networkSuite('node network', () => nodeNetwork);
networkSuite('node network with TLS', () => secured);

/** What both sides say of one connection: the server's view of it, or why it did not let the client in, and the client's error if it saw one. */
async function meet(serverSettings: TlsServerSettings, clientSettings: TlsClientSettings) {
  await using listener = await listen(() => serverSettings);
  const connecting = nodeNetwork.connect(listener.address, undefined, clientSettings);
  const [seen, mine] = await Promise.allSettled([Promise.race([listener.accepted, listener.refused]), connecting]);
  if (mine.status === 'fulfilled') mine.value.destroy();
  assert.equal(seen.status, 'fulfilled');
  return {
    server: seen.value,
    client: mine.status === 'fulfilled' ? mine.value.tls : (mine.reason as NodeJS.ErrnoException),
  };
}

async function listen(settings: () => TlsServerSettings) {
  const accepted = Promise.withResolvers<Stream>();
  const refused = Promise.withResolvers<Error>();
  const listener: Listener = await nodeNetwork.listen(
    { host: HOST, port: 0 },
    (stream) => {
      stream.handle({ onData: () => {}, onClose: () => {} });
      accepted.resolve(stream);
    },
    { settings, onRefused: (_remote, error) => refused.resolve(error) },
  );
  return {
    address: listener.address,
    accepted: accepted.promise,
    refused: refused.promise,
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

const alice = authority.issue({
  subject: [
    ['O', 'Millrace'],
    ['CN', 'alice'],
  ],
});

test('both sides know what was agreed on, and the server who the client is', async () => {
  const { server: seen, client: agreed } = await meet(
    { ...server, clientAuth: 'required', maxVersion: 'TLSv1.2' },
    { ...client, identity: alice },
  );
  assert.ok('tls' in seen && seen.tls !== undefined && agreed !== undefined && 'version' in agreed);
  assert.equal(seen.tls.version, 'TLSv1.2');
  assert.deepEqual([agreed.version, agreed.cipherSuite], [seen.tls.version, seen.tls.cipherSuite]);
  assert.ok(seen.tls.peerCertificate?.includes('alice'));
  assert.ok(agreed.peerCertificate?.includes('broker'));
});

test('a client without a certificate is let in unless one is required', async () => {
  const asked = await meet({ ...server, clientAuth: 'requested' }, client);
  assert.ok('tls' in asked.server && asked.server.tls?.peerCertificate === undefined);
  const required = await meet({ ...server, clientAuth: 'required', maxVersion: 'TLSv1.2' }, client);
  assert.match(String(required.server), /did not return a certificate/);
  assert.match(String(required.client), /handshake failure/);
});

test('a certificate that nobody vouches for, or whose time is over, is not taken, not even where none is needed', async () => {
  const identities = [
    stranger.issue({ subject: [['CN', 'alice']] }),
    authority.issue({ subject: [['CN', 'alice']], valid: 'past' }),
  ];
  for (const identity of identities) {
    for (const clientAuth of ['requested', 'required'] as const) {
      const { server: seen } = await meet({ ...server, clientAuth }, { ...client, identity });
      assert.match(String(seen), /certificate is not trusted: (UNABLE_TO_VERIFY|CERT_HAS_EXPIRED)/);
    }
  }
});

test('a client goes to no server that it does not trust, or that stands for another host', async () => {
  const unknown = await meet(server, { ...client, trusted: [stranger.certificate] });
  assert.match(String(unknown.client), /unable to verify|self-signed certificate/);
  const other = { ...server, identity: authority.issue({ subject: [['CN', 'broker']], hosts: ['elsewhere'] }) };
  assert.match(String((await meet(other, client)).client), /does not match certificate's altnames/);
  const careless = await meet(other, { ...client, checksHost: false });
  assert.ok('tls' in careless.server);
});

test('two sides without a version or cipher suite in common do not meet', async () => {
  const old = await meet({ ...server, minVersion: 'TLSv1.3' }, { ...client, maxVersion: 'TLSv1.2' });
  assert.match(String(old.server), /unsupported protocol/);
  const weak = { ...client, maxVersion: 'TLSv1.2', cipherSuites: ['ECDHE-ECDSA-AES128-GCM-SHA256'] } as const;
  const strong = await meet({ ...server, cipherSuites: ['ECDHE-ECDSA-AES256-GCM-SHA384'] }, weak);
  assert.match(String(strong.server), /no shared cipher/);
});

test('other settings count from the next connection on', async () => {
  let current = server;
  await using listener = await listen(() => current);
  const peer = async () => {
    const stream = await nodeNetwork.connect(listener.address, undefined, client);
    stream.destroy();
    return stream.tls?.peerCertificate;
  };
  assert.ok((await peer())?.includes('broker'));
  current = { ...server, identity: authority.issue({ subject: [['CN', 'renewed']], hosts: [HOST] }) };
  assert.ok((await peer())?.includes('renewed'));
});

test('what is not TLS is refused, and a handshake that goes nowhere ends with its listener', async () => {
  const listener = await listen(() => server);
  const plain = await nodeNetwork.connect(listener.address);
  const closed = new Promise<void>((resolve) => plain.handle({ onData: () => {}, onClose: () => resolve() }));
  plain.write([Buffer.from('GET / HTTP/1.1\r\n\r\n')]);
  assert.match(String(await listener.refused), /http request|wrong version number/);
  await closed;
  const silent = await nodeNetwork.connect(listener.address);
  const ended = new Promise<void>((resolve) => silent.handle({ onData: () => {}, onClose: () => resolve() }));
  await listener[Symbol.asyncDispose]();
  await ended;
});
