import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diskSuite } from '../platform/disk-suite.ts';
import { ManualClock, SeededRandom } from '../platform/index.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { PAGE_BYTES } from './simulated-file.ts';

diskSuite('simulated disk', async () => {
  const disk = new SimulatedDisk(new ManualClock());
  await disk.makeDirectory('/root');
  return { disk, root: '/root', [Symbol.asyncDispose]: async () => {} };
});

/** What is left after a power cut with each of many seeds. */
async function outcomes(prepare: (disk: SimulatedDisk) => Promise<void>): Promise<Set<string>> {
  const found = new Set<string>();
  for (let seed = 1; seed <= 200; seed++) {
    const disk = new SimulatedDisk(new ManualClock());
    await disk.makeDirectory('/data');
    await disk.syncDirectory('/');
    await prepare(disk);
    disk.cutPower(new SeededRandom(seed));
    const files = await Promise.all(
      disk.files('').map(async ({ path }) => `${path}=${shorten(await disk.readFile(path))}`),
    );
    found.add(files.join(' '));
  }
  return found;
}

/** Runs of the same byte, as `a3 b2`. */
function shorten(content: Buffer): string {
  return [...content.toString('latin1').matchAll(/(.)\1*/gs)]
    .map(([run, byte]) => `${byte === '\0' ? '0' : byte}${run.length}`)
    .join('+');
}

async function write(disk: SimulatedDisk, path: string, text: string, position = 0): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.write([Buffer.from(text)], position);
  await file.close();
}

async function sync(disk: SimulatedDisk, path: string): Promise<void> {
  const file = await disk.open(path);
  await file.sync();
  await file.close();
}

describe('a power cut', () => {
  test('keeps what was synced, and may keep or lose what was written behind it', async () => {
    const found = await outcomes(async (disk) => {
      await write(disk, '/data/a', 'xx');
      await sync(disk, '/data/a');
      await disk.syncDirectory('/data');
      await write(disk, '/data/a', 'yy', 2);
    });
    assert.deepEqual(
      found,
      new Set(['/data/a=x2', '/data/a=x2+y2', '/data/a=x2+02', '/data/a=x2+y1', '/data/a=x2+01']),
    );
  });

  test('may keep a later page and lose an earlier one, which then reads as zeros', async () => {
    const found = await outcomes(async (disk) => {
      await write(disk, '/data/a', 'x'.repeat(PAGE_BYTES));
      await sync(disk, '/data/a');
      await disk.syncDirectory('/data');
      await write(disk, '/data/a', 'y'.repeat(PAGE_BYTES), PAGE_BYTES);
      await write(disk, '/data/a', 'z'.repeat(PAGE_BYTES), 2 * PAGE_BYTES);
    });
    assert.ok(found.has(`/data/a=x${PAGE_BYTES}+0${PAGE_BYTES}+z${PAGE_BYTES}`));
  });

  test('may tear a page between two sectors', async () => {
    const found = await outcomes(async (disk) => {
      await write(disk, '/data/a', 'x'.repeat(1024));
      await sync(disk, '/data/a');
      await disk.syncDirectory('/data');
      await write(disk, '/data/a', 'y'.repeat(1024));
    });
    assert.deepEqual(found, new Set(['/data/a=x1024', '/data/a=y1024', '/data/a=x512+y512', '/data/a=y512+x512']));
  });

  test('may lose a file whose name was not synced, although its content was', async () => {
    const found = await outcomes(async (disk) => {
      await write(disk, '/data/a', 'x');
      await sync(disk, '/data/a');
    });
    assert.deepEqual(found, new Set(['', '/data/a=x1']));
  });

  test('leaves a renamed file under one of its names, and a replaced one old or new', async () => {
    const found = await outcomes(async (disk) => {
      await write(disk, '/data/a', 'x');
      await write(disk, '/data/b', 'y');
      await sync(disk, '/data/a');
      await sync(disk, '/data/b');
      await disk.syncDirectory('/data');
      await disk.rename('/data/b', '/data/a');
    });
    assert.deepEqual(found, new Set(['/data/a=x1 /data/b=y1', '/data/a=y1']));
  });

  test('does not keep what was written while a sync was under way', async () => {
    const found = await outcomes(async (disk) => {
      const file = await disk.open('/data/a', { create: true });
      await disk.syncDirectory('/data');
      await file.write([Buffer.from('x')], 0);
      const end = file.beginSync();
      await file.write([Buffer.from('y')], 0);
      end();
    });
    assert.deepEqual(found, new Set(['/data/a=x1', '/data/a=y1']));
  });

  test('takes what a failed sync covered, although a later sync succeeds', async () => {
    const found = await outcomes(async (disk) => {
      const file = await disk.open('/data/a', { create: true });
      await disk.syncDirectory('/data');
      await file.write([Buffer.from('x')], 0);
      file.node.failSync();
      await file.sync();
    });
    assert.ok(found.has('/data/a=01'));
  });
});
