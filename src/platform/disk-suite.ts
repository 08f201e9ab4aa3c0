// What every disk must do. Each implementation runs it: `diskSuite('node disk', makeDisk)` in its test.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Disk, writeFileAtomically } from './disk.ts';

export interface DiskUnderTest extends AsyncDisposable {
  readonly disk: Disk;
  /** An existing, empty directory. */
  readonly root: string;
}

export function diskSuite(name: string, create: () => Promise<DiskUnderTest>): void {
  const check = (statement: string, body: (disk: Disk, root: string) => Promise<void>) =>
    test(`${name}: ${statement}`, async () => {
      await using subject = await create();
      await body(subject.disk, subject.root);
    });

  check('chunks are written one behind the other and read back', async (disk, root) => {
    const file = await disk.open(`${root}/a.log`, { create: true });
    await file.write([Buffer.from('hello '), Buffer.alloc(0), Buffer.from('wide '), Buffer.from('world')], 0);
    await file.write([Buffer.from('small')], 6);
    await file.sync();
    assert.equal(await file.size(), 16);
    const target = Buffer.alloc(16);
    assert.equal(await file.read(target, 0), 16);
    assert.equal(target.toString(), 'hello smallworld');
    await file.close();
    assert.equal((await disk.readFile(`${root}/a.log`)).toString(), 'hello smallworld');
  });

  check('thousands of chunks and more than one page go through one write', async (disk, root) => {
    const file = await disk.open(`${root}/many`, { create: true });
    const chunks = Array.from({ length: 5000 }, (_, index) => Buffer.alloc(1 + (index % 97), index));
    await file.write(chunks, 3);
    await file.close();
    const content = await disk.readFile(`${root}/many`);
    assert.deepEqual(content, Buffer.concat([Buffer.alloc(3), ...chunks]));
  });

  check('a read at the end gives what is there, and behind the end nothing', async (disk, root) => {
    const file = await disk.open(`${root}/a`, { create: true });
    await file.write([Buffer.from('abcdef')], 0);
    const target = Buffer.alloc(10, '.');
    assert.equal(await file.read(target, 4), 2);
    assert.equal(target.toString(), 'ef........');
    assert.equal(await file.read(target, 6), 0);
    assert.equal(await file.read(target, 600), 0);
    assert.equal(await file.read(Buffer.alloc(0), 0), 0);
    await file.close();
  });

  check('a hole reads as zeros, also one that truncation made', async (disk, root) => {
    const file = await disk.open(`${root}/a`, { create: true });
    await file.write([Buffer.alloc(10, 'x')], 100_000);
    await file.truncate(100_005);
    await file.truncate(100_010);
    const content = await disk.readFile(`${root}/a`);
    assert.deepEqual(content, Buffer.concat([Buffer.alloc(100_000), Buffer.alloc(5, 'x'), Buffer.alloc(5)]));
    await file.truncate(0);
    assert.equal(await file.size(), 0);
    await file.close();
  });

  check('two open files of one path see the same bytes', async (disk, root) => {
    const writer = await disk.open(`${root}/a`, { create: true });
    const reader = await disk.open(`${root}/a`, { readOnly: true });
    await writer.write([Buffer.from('shared')], 0);
    const target = Buffer.alloc(6);
    await reader.read(target, 0);
    assert.equal(target.toString(), 'shared');
    await writer.close();
    await reader.close();
  });

  check(
    'opening keeps what is in a file, and a missing file is an error unless it may be created',
    async (disk, root) => {
      await assert.rejects(disk.open(`${root}/missing`), { code: 'ENOENT' });
      await assert.rejects(disk.open(`${root}/missing/a`, { create: true }), { code: 'ENOENT' });
      await writeFileAtomically(disk, `${root}/a`, Buffer.from('kept'));
      await (await disk.open(`${root}/a`, { create: true })).close();
      assert.equal((await disk.readFile(`${root}/a`)).toString(), 'kept');
    },
  );

  check('a file that is open for reading refuses writes', async (disk, root) => {
    await writeFileAtomically(disk, `${root}/a`, Buffer.from('kept'));
    const file = await disk.open(`${root}/a`, { readOnly: true });
    await assert.rejects(file.write([Buffer.from('x')], 0));
    await file.close();
    assert.equal((await disk.readFile(`${root}/a`)).toString(), 'kept');
  });

  check('a closed file refuses everything but another close', async (disk, root) => {
    const file = await disk.open(`${root}/a`, { create: true });
    const written = file.write([Buffer.alloc(100_000, 'x')], 0);
    await file.close();
    await file.close();
    await written;
    await assert.rejects(file.write([Buffer.from('x')], 0), { code: 'EBADF' });
    await assert.rejects(file.read(Buffer.alloc(1), 0), { code: 'EBADF' });
    await assert.rejects(file.sync(), { code: 'EBADF' });
    await assert.rejects(file.size(), { code: 'EBADF' });
    await assert.rejects(file.truncate(0), { code: 'EBADF' });
    assert.equal((await disk.readFile(`${root}/a`)).length, 100_000);
  });

  check('a directory lists its entries with their kinds', async (disk, root) => {
    await disk.makeDirectory(`${root}/orders-0/deep/er`);
    await disk.makeDirectory(`${root}/orders-0`);
    await writeFileAtomically(disk, `${root}/meta.properties`, Buffer.from('x'));
    const entries = (await disk.list(root)).sort((left, right) => left.name.localeCompare(right.name));
    assert.deepEqual(entries, [
      { name: 'meta.properties', kind: 'file' },
      { name: 'orders-0', kind: 'directory' },
    ]);
    await assert.rejects(disk.list(`${root}/missing`), { code: 'ENOENT' });
    await assert.rejects(disk.list(`${root}/meta.properties`), { code: 'ENOTDIR' });
    await assert.rejects(disk.makeDirectory(`${root}/meta.properties`), { code: 'EEXIST' });
  });

  check('the status tells kind and size, and nothing of what is not there', async (disk, root) => {
    await writeFileAtomically(disk, `${root}/a`, Buffer.from('four'));
    const status = await disk.status(`${root}/a`);
    assert.equal(status?.kind, 'file');
    assert.equal(status?.size, 4);
    assert.ok(Number.isFinite(status?.modifiedMs));
    assert.equal((await disk.status(root))?.kind, 'directory');
    assert.equal(await disk.status(`${root}/b`), undefined);
    assert.equal(await disk.status(`${root}/a/b`), undefined);
  });

  check('a rename replaces a file, and moves a directory with what is in it', async (disk, root) => {
    await writeFileAtomically(disk, `${root}/old`, Buffer.from('old'));
    await writeFileAtomically(disk, `${root}/new`, Buffer.from('new'));
    await disk.rename(`${root}/new`, `${root}/old`);
    assert.equal((await disk.readFile(`${root}/old`)).toString(), 'new');
    assert.equal(await disk.status(`${root}/new`), undefined);
    await disk.makeDirectory(`${root}/t-0`);
    await disk.rename(`${root}/old`, `${root}/t-0/a`);
    await disk.rename(`${root}/t-0`, `${root}/t-0.delete`);
    assert.equal((await disk.readFile(`${root}/t-0.delete/a`)).toString(), 'new');
    await assert.rejects(disk.rename(`${root}/missing`, `${root}/b`), { code: 'ENOENT' });
    await disk.makeDirectory(`${root}/full/of`);
    await assert.rejects(disk.rename(`${root}/t-0.delete`, `${root}/full`), { code: 'ENOTEMPTY' });
  });

  check('a removed file lives on for those who have it open', async (disk, root) => {
    await writeFileAtomically(disk, `${root}/a`, Buffer.from('still'));
    const file = await disk.open(`${root}/a`);
    await disk.remove(`${root}/a`);
    assert.equal(await disk.status(`${root}/a`), undefined);
    const target = Buffer.alloc(5);
    await file.read(target, 0);
    assert.equal(target.toString(), 'still');
    await file.close();
  });

  check('a removal takes a whole directory, and a missing path is fine', async (disk, root) => {
    await disk.makeDirectory(`${root}/t-0/deep`);
    await writeFileAtomically(disk, `${root}/t-0/deep/a`, Buffer.from('x'));
    await disk.remove(`${root}/t-0`);
    await disk.remove(`${root}/t-0`);
    assert.deepEqual(await disk.list(root), []);
  });

  check('an atomic write replaces the content and leaves no temporary file', async (disk, root) => {
    await writeFileAtomically(disk, `${root}/checkpoint`, Buffer.from('a longer first version'));
    await writeFileAtomically(disk, `${root}/checkpoint`, Buffer.from('short'));
    assert.equal((await disk.readFile(`${root}/checkpoint`)).toString(), 'short');
    assert.deepEqual(
      (await disk.list(root)).map((entry) => entry.name),
      ['checkpoint'],
    );
  });

  check('a directory can be synced, a missing one cannot', async (disk, root) => {
    await disk.syncDirectory(root);
    await assert.rejects(disk.syncDirectory(`${root}/missing`), { code: 'ENOENT' });
  });

  check('a lock excludes every other holder until it is released', async (disk, root) => {
    const lock = await disk.lock(root, '.lock');
    await assert.rejects(disk.lock(root, '.lock'), { code: 'ELOCKED' });
    await assert.rejects(disk.lock(root, '.lock'), { code: 'ELOCKED' });
    await lock.release();
    await lock.release();
    const next = await disk.lock(root, '.lock');
    assert.equal((await disk.status(`${root}/.lock`))?.size, 0);
    assert.deepEqual(
      (await disk.list(root)).map((entry) => entry.name),
      ['.lock'],
    );
    await next.release();
    await assert.rejects(disk.lock(`${root}/missing`, '.lock'), { code: 'ENOENT' });
  });

  check('the space of the file system is known', async (disk, root) => {
    const { totalBytes, usableBytes } = await disk.space(root);
    assert.ok(totalBytes > 0);
    assert.ok(usableBytes > 0 && usableBytes <= totalBytes);
  });
}
