// TLS handshakes of a broker that go wrong: who is told of them, and what they may cost.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import tls from 'node:tls';
import { createTestAuthority, nodeClock, sleep } from '../../src/platform/index.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';

const HOST = '127.0.0.1';
const LIMIT_MS = 20_000;
const authority = createTestAuthority('Test CA');
const stranger = createTestAuthority('Another CA');
const broker = authority.issue({ subject: [['CN', 'broker']], hosts: [HOST] });
const subject = [['CN', 'alice']] as const;

describe('a listener with TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-handshakes-'));
  before(() => {
    writeFileSync(join(folder, 'broker.pem'), broker.key + broker.certificateChain);
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function start(settings: readonly string[]) {
    const port = await freePort();
    const stores = ['keystore', 'truststore'].map((store) => `ssl.${store}.type=PEM`);
    const files = [`ssl.keystore.location=${folder}/broker.pem`, `ssl.truststore.location=${folder}/ca.pem`];
    const listeners = [`SSL://${HOST}:${port}`];
    const process = await BrokerProcess.start([...stores, ...files, ...settings], { listeners });
    return { process, port, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
  }

  it('logs each handshake that fails, with the address of the client and the reason', async () => {
    await using target = await start(['ssl.client.auth=required']);
    const { process, port } = target;
    const secured = (identity?: { key: string; certificateChain: string }) => () => {
      const pair = identity && { key: identity.key, cert: identity.certificateChain };
      return tls.connect({ host: HOST, port, rejectUnauthorized: false, ...pair });
    };
    const clients: [name: string, open: () => net.Socket, reason: RegExp][] = [
      ['no certificate', secured(), /peer did not return a certificate/],
      ['a certificate of another authority', secured(stranger.issue({ subject })), /UNABLE_TO_VERIFY/],
      ['an expired one', secured(authority.issue({ subject, valid: 'past' })), /CERT_HAS_EXPIRED/],
      ['one that is not valid yet', secured(authority.issue({ subject, valid: 'future' })), /CERT_NOT_YET_VALID/],
      ['a client that does not trust the broker', () => tls.connect({ host: HOST, port }), /connection ended/],
      ['another protocol', () => said(port, 'GET / HTTP/1.1\r\n\r\n'), /http request/],
      ['a client that hangs up', () => said(port, '').end(), /connection ended/],
    ];
    for (const [name, open, reason] of clients) {
      const socket = open();
      const closed = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
      await once(socket, 'connect');
      const address = `${HOST}:${socket.localPort}`;
      await closed;
      const line = await lineOf(process, address);
      assert.match(line, /TLS handshake failed/, name);
      assert.match(line, reason, name);
    }
  });

  it('counts handshakes for the limits on connections, and lets in whoever comes when one has ended', async () => {
    await using target = await start(['listener.name.ssl.max.connections=1000', 'max.connections.per.ip=2']);
    const stalled = [said(target.port, ''), said(target.port, '')];
    await Promise.all(stalled.map((socket) => once(socket, 'connect')));
    const refused = said(target.port, '');
    await once(refused, 'close');
    assert.match(await lineOf(target.process, 'refused a connection'), /max\.connections\.per\.ip allows 2/);
    stalled[0]?.destroy();
    const end = performance.now() + LIMIT_MS;
    while (!(await getsIn(target.port))) assert.ok(performance.now() < end, 'nobody is let in any more');
    stalled[1]?.destroy();
  });

  it('begins no more handshakes in a second than max.connection.creation.rate allows', async () => {
    await using target = await start(['listener.name.ssl.max.connection.creation.rate=1', 'quota.window.num=2']);
    const startMs = performance.now();
    const visits = await Promise.all([1, 2, 3].map(() => getsIn(target.port)));
    assert.deepEqual(visits, [true, true, true]);
    assert.ok(performance.now() - startMs >= 1000);
  });

  it('stays open for others while a thousand clients and more do not finish theirs', async () => {
    await using target = await start([]);
    const stalled = Array.from({ length: 1100 }, () => said(target.port, ''));
    await Promise.all(stalled.map((socket) => once(socket, 'connect')));
    assert.ok(await getsIn(target.port));
    for (const socket of stalled) socket.destroy();
  });
});

function said(port: number, text: string): net.Socket {
  const socket = net.connect({ host: HOST, port });
  socket.on('error', () => {}).resume();
  if (text !== '') socket.write(text);
  return socket;
}

function getsIn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tls.connect({ host: HOST, port, rejectUnauthorized: false });
    socket.on('error', () => {}).once('close', () => resolve(false));
    socket.once('secureConnect', () => {
      resolve(true);
      socket.destroy();
    });
  });
}

/** The broker's first line of the log that has the text. */
async function lineOf(broker: BrokerProcess, text: string): Promise<string> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const line = broker.output.split('\n').find((each) => each.includes(text));
    if (line !== undefined) return line;
    assert.ok(performance.now() < end, `the log says nothing of ${text}:\n${broker.output}`);
    await sleep(nodeClock, 20);
  }
}
