import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskSuite } from './disk-suite.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryDisk } from './memory-disk.ts';

diskSuite('memory disk', async () => {
  const disk = new MemoryDisk(new ManualClock());
  await disk.makeDirectory('/data');
  return { disk, root: '/data', [Symbol.asyncDispose]: async () => {} };
});

test('a full memory disk refuses what does not fit, keeps what it has, and takes more after a removal', async () => {
  const disk = new MemoryDisk(new ManualClock(), { capacityBytes: 1000 });
  const old = await disk.open('/old', { create: true });
  await old.write([Buffer.alloc(600)], 0);
  const file = await disk.open('/new', { create: true });
  await assert.rejects(file.write([Buffer.alloc(401)], 0), { code: 'ENOSPC' });
  assert.equal(await file.size(), 0);
  await old.write([Buffer.alloc(600, 'x')], 0);
  await disk.remove('/old');
  await file.write([Buffer.alloc(1000)], 0);
  assert.deepEqual(await disk.space('/'), { totalBytes: 1000, usableBytes: 0 });
  await file.truncate(10);
  assert.equal((await disk.space('/')).usableBytes, 990);
});

test('a memory disk takes modification times from its clock', async () => {
  const clock = new ManualClock(5000);
  const disk = new MemoryDisk(clock);
  const file = await disk.open('a', { create: true });
  clock.advance(70);
  await file.write([Buffer.from('x')], 0);
  assert.equal((await disk.status('/a'))?.modifiedMs, 5070);
});
