import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { requestToken } from './request-token.ts';

/** Asks a server that answers so. */
async function ask(status: number, answer: string) {
  const asked: { request?: IncomingMessage; body?: string } = {};
  const server = createServer(async (request, response) => {
    Object.assign(asked, { request, body: await text(request) });
    response.writeHead(status).end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  try {
    const request = { url, clientId: 'me', clientSecret: 'secret', scope: 'kafka' };
    return { asked, token: await requestToken(request, new AbortController().signal) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a token is asked for with the credentials of the client', async () => {
  const { asked, token } = await ask(200, '{"access_token":"a.b.c","expires_in":60}');
  assert.equal(token, 'a.b.c');
  assert.equal(asked.body, 'grant_type=client_credentials&scope=kafka');
  assert.equal(asked.request?.headers.authorization, `Basic ${Buffer.from('me:secret').toString('base64')}`);
});

test('a refusal and an answer without a token are errors', async () => {
  await assert.rejects(ask(401, '{"error":"invalid_client"}'), /answered 401: .*invalid_client/);
  await assert.rejects(ask(200, 'hello'), /answered without an access_token/);
  await assert.rejects(ask(200, '{"access_token":7}'), /answered without an access_token/);
});
