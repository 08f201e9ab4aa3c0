import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { getOverHttps } from './https.ts';
import { createTestAuthority } from './test-authority.ts';

const authority = createTestAuthority('Test CA');
const { key, certificateChain } = authority.issue({ subject: [['CN', 'provider']], hosts: ['localhost'] });
const asked: string[] = [];
const server = createServer({ key, cert: certificateChain }, (request, response) => {
  asked.push(request.url ?? '');
  if (request.url === '/stalls') return;
  if (request.url === '/moved') response.writeHead(302, { location: '/document' });
  response.end(request.url === '/document' ? 'a document' : '');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => {
  server.closeAllConnections();
  server.close();
});

function get(path: string, more: { host?: string; trusted?: string[]; maxBytes?: number; timeoutMs?: number } = {}) {
  const { host = 'localhost', trusted = [authority.certificate], maxBytes = 10, timeoutMs = 10_000 } = more;
  const { port } = server.address() as AddressInfo;
  return getOverHttps({ url: new URL(`https://${host}:${port}${path}`), trusted, maxBytes, timeoutMs });
}

test('a document is read from a server that is trusted', async () => {
  assert.equal((await get('/document')).toString(), 'a document');
  await assert.rejects(get('/document', { trusted: [createTestAuthority('Other CA').certificate] }));
  await assert.rejects(get('/document', { host: '127.0.0.1' }), /altnames/);
});

test('a redirection is not followed', async () => {
  asked.length = 0;
  await assert.rejects(get('/moved'), /the server answered 302/);
  assert.deepEqual(asked, ['/moved']);
});

test('a document that is too long or too slow is given up', async () => {
  await assert.rejects(get('/document', { maxBytes: 9 }), /more than 9 bytes/);
  await assert.rejects(get('/stalls', { timeoutMs: 50 }), { code: 'ABORT_ERR' });
});
