// The commands of the README, as they stand there, in an empty folder and on free ports.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT, runCommand } from '../../scripts/run-command.ts';
import { BrokerProcess, freePort } from '../support/broker-process.ts';
import { findOpenssl } from '../support/programs.ts';
import { MILLRACE } from './run-millrace.ts';

const LIMIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'millrace-readme-test-'));
after(() => rmSync(folder, { recursive: true }));

test('the first event comes out at the other end', async () => {
  await using broker = await BrokerProcess.start();
  const [commands = ''] = commandsBelow('The first event');
  const output = await shell(commands, broker.bootstrap);
  assert.match(output, /created topic orders with 3 partitions/);
  assert.match(output, /\{"item":"book"\}/);
});

const openssl = await findOpenssl();

test('a broker for others lets Alice in, with her password and to what she may use', {
  skip: 'missing' in openssl ? openssl.missing : false,
}, async () => {
  const [adminPort, clientPort] = [await freePort(), await freePort()];
  const [start = '', makeAlice = '', beAlice = ''] = commandsBelow('Security').map((commands) =>
    commands
      .replaceAll('0.0.0.0', '127.0.0.1')
      .replaceAll(':9092', `:${adminPort}`)
      .replaceAll(':9093', `:${clientPort}`),
  );
  // In the shell's place, so that it can be stopped.
  const broker = spawn('bash', ['-euc', start.replaceAll('bin/millrace', `exec ${MILLRACE}`)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(broker, 'close');
  try {
    const isReady = AbortSignal.timeout(LIMIT_MS);
    for (let said = ''; !/ready/.test(said); ) {
      const [chunk] = await once(broker.stdout, 'data', { signal: isReady });
      said += chunk;
    }
    const address = `127.0.0.1:${adminPort}`;
    await shell(makeAlice, address);
    assert.match(await shell(beAlice, address), /hello/);
    const elsewhere = beAlice.replaceAll(/(produce|consume) orders/g, '$1 payments');
    await assert.rejects(shell(elsewhere, address), /TOPIC_AUTHORIZATION_FAILED/);
  } finally {
    broker.kill('SIGTERM');
    await closed;
  }
});

/** The shell's part of what stands below a heading, piece by piece. */
function commandsBelow(heading: string): string[] {
  const section = readFileSync(join(ROOT, 'README.md'), 'utf8')
    .split(/^## /m)
    .find((text) => text.startsWith(`${heading}\n`));
  assert.ok(section, `The README has no part ${heading}`);
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, commands = '']) => commands);
}

/** Resolves to what the commands print. Rejects with it when one of them fails. */
async function shell(commands: string, bootstrap: string): Promise<string> {
  const script = commands.replaceAll('bin/millrace', MILLRACE);
  const environment = { MILLRACE_BOOTSTRAP_SERVER: bootstrap };
  const { code, output } = await runCommand('bash', ['-euo', 'pipefail', '-c', script], {
    ...{ cwd: folder, environment, withinMs: LIMIT_MS },
  });
  if (code !== 0) throw new Error(`The commands ended with ${code}:\n${output}`);
  return output;
}
