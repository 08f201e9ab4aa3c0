// `millrace start`: what its caller sees of it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../support/broker-process.ts';
import { MILLRACE, millrace } from './run-millrace.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-start-test-'));
});

after(() => rm(folder, { recursive: true }));

async function started(args: readonly string[]) {
  const child = spawn(MILLRACE, ['start', ...args], { cwd: folder });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  let stdout = '';
  let stderr = '';
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  child.stdout.on('data', (text: string) => {
    stdout += text;
    if (/ready/.test(stdout)) resolve();
  });
  child.stderr.on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close');
  await Promise.race([ready, closed]);
  return { child, closed, stdout: () => stdout, stderr: () => stderr };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`one line says that it is ready, and where; ${signal} ends it with exit code 0`, async () => {
    const port = await freePort();
    const data = join(folder, signal);
    const broker = await started([
      '--override',
      `listeners=PLAINTEXT://127.0.0.1:${port}`,
      '--override',
      `log.dirs=${data}`,
    ]);
    assert.match(
      broker.stdout(),
      new RegExp(`^millrace ready on 127\\.0\\.0\\.1:${port} \\(cluster \\S{22}, data in ${data}\\)\n$`),
    );
    broker.child.kill(signal);
    assert.deepEqual(await broker.closed, [0, null]);
  });
}

test('a file with settings is read, an override wins over it, and an unknown name is a warning', async () => {
  const port = await freePort();
  const file = join(folder, 'server.properties');
  await writeFile(
    file,
    `# for the test\nlisteners=PLAINTEXT://127.0.0.1:1\nlog.dirs=${folder}/by-file\nnum.partitions=5\nno.such.setting=1\n`,
  );
  const broker = await started([file, '--override', `listeners=PLAINTEXT://127.0.0.1:${port}`]);
  assert.match(broker.stdout(), new RegExp(`ready on 127\\.0\\.0\\.1:${port}.*by-file`));
  assert.match(broker.stderr(), /no\.such\.setting/);
  const { stdout } = await millrace(['topics', 'create', 'x', '-b', `127.0.0.1:${port}`]);
  assert.equal(stdout, 'created topic x with 5 partitions\n');
  broker.child.kill('SIGTERM');
  await broker.closed;
});

test('a bad value, a missing file, a port in use and a directory in use are one clear line and exit code 1 or 2', async () => {
  const port = await freePort();
  const listeners = `listeners=PLAINTEXT://127.0.0.1:${port}`;
  const other = `listeners=PLAINTEXT://127.0.0.1:${await freePort()}`;
  const broker = await started(['--override', listeners, '--override', `log.dirs=${folder}/held`]);
  const start = (...overrides: string[]) =>
    millrace(['start', ...overrides.flatMap((override) => ['--override', override])]);
  const failures = [
    [await start(other, `log.dirs=${folder}/x`, 'num.partitions=many'), 1, /num\.partitions/],
    [await start(listeners, `log.dirs=${folder}/y`), 1, new RegExp(`127\\.0\\.0\\.1:${port}.*in use`)],
    [await start(other, `log.dirs=${folder}/held`), 1, /held/],
    [await start('nonsense'), 2, /NAME=VALUE/],
    [await millrace(['start', join(folder, 'absent.properties')]), 2, /absent\.properties: there is no such file/],
  ] as const;
  for (const [{ exitCode, stdout, stderr }, expected, reason] of failures) {
    assert.equal(exitCode, expected, stderr);
    assert.equal(stdout, '');
    const lines = stderr.split('\n').filter((line) => line.startsWith('millrace: '));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0] ?? '', reason);
  }
  broker.child.kill('SIGTERM');
  await broker.closed;
});

test('--daemon leaves a broker behind that is ready, and says how to stop it', async () => {
  const port = await freePort();
  const log = join(folder, 'daemon.log');
  const { exitCode, stdout, stderr } = await millrace([
    'start',
    '-daemon',
    '--log-file',
    log,
    ...['--override', `listeners=PLAINTEXT://127.0.0.1:${port}`, '--override', `log.dirs=${folder}/daemon`],
  ]);
  assert.equal(exitCode, 0, stderr);
  const pid = Number(/^process (\d+),/m.exec(stdout)?.[1]);
  assert.match(stdout, new RegExp(`ready on 127\\.0\\.0\\.1:${port}`));
  const { stdout: topics } = await millrace(['topics', 'create', 'x', '-b', `127.0.0.1:${port}`]);
  assert.match(topics, /^created topic x/);
  process.kill(pid, 'SIGTERM');
  // The lock of its directory is free when it is gone.
  for (let attempt = 0; isAlive(pid) && attempt < 200; attempt++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(isAlive(pid), false);
});

test('--daemon reports a broker that does not start', async () => {
  const { exitCode, stderr } = await millrace([
    'start',
    '--daemon',
    '--log-file',
    join(folder, 'failed.log'),
    '--override',
    'num.partitions=many',
  ]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /did not start \(exit code 1\); its last words are in .*failed\.log/);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
