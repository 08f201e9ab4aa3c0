import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskSuite } from './disk-suite.ts';
import { nodeDisk } from './node-disk.ts';

diskSuite('node disk', async () => ({ disk: nodeDisk, ...temporaryDirectory() }));

test('a symbolic link counts as what it leads to', async () => {
  await using directory = temporaryDirectory();
  mkdirSync(join(directory.root, 'elsewhere'));
  symlinkSync(join(directory.root, 'elsewhere'), join(directory.root, 'orders-0'));
  symlinkSync(join(directory.root, 'nowhere'), join(directory.root, 'broken'));
  const kinds = new Map((await nodeDisk.list(directory.root)).map((entry) => [entry.name, entry.kind]));
  assert.deepEqual([kinds.get('orders-0'), kinds.get('broken')], ['directory', 'other']);
});

test('a lock is refused to another process while it is held, and free when its process has died', async () => {
  await using directory = temporaryDirectory();
  const lock = await nodeDisk.lock(directory.root, '.lock');
  assert.equal(lockFromAnotherProcess(directory.root), 'ELOCKED');
  assert.deepEqual(readdirSync(directory.root), ['.lock']);
  await lock.release();
  assert.equal(lockFromAnotherProcess(directory.root), 'locked');
  // That process held the lock when it was killed.
  await (await nodeDisk.lock(directory.root, '.lock')).release();
});

/** Locks, says so, and dies without releasing. */
function lockFromAnotherProcess(directory: string): string {
  const program = `
    import fs from 'node:fs';
    import { nodeDisk } from ${JSON.stringify(new URL('node-disk.ts', import.meta.url).href)};
    const outcome = await nodeDisk.lock(${JSON.stringify(directory)}, '.lock').then(() => 'locked', (error) => error.code);
    fs.writeSync(1, outcome);
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return child.stdout || child.stderr;
}

function temporaryDirectory(): { root: string } & AsyncDisposable {
  const root = mkdtempSync(join(tmpdir(), 'millrace-disk-'));
  return { root, [Symbol.asyncDispose]: async () => rmSync(root, { recursive: true }) };
}

test('Linux says how many files may be open', async () => {
  const limit = await nodeDisk.openFileLimit?.();
  if (process.platform === 'linux') assert.ok(limit !== undefined && limit >= 16, `${limit}`);
  else assert.equal(limit, undefined);
});
