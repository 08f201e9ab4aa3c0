import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Disk, type DiskFile, ManualClock, MemoryDisk } from '../platform/index.ts';
import { wrapDisk } from './log-fixture.ts';
import { OpenFiles } from './open-files.ts';

/** Counts what is open, by path. */
function countingDisk(): { disk: Disk; open: Map<string, number>; opened: string[] } {
  const memory = new MemoryDisk(new ManualClock());
  const open = new Map<string, number>();
  const opened: string[] = [];
  const count = (path: string, by: number) => open.set(path, (open.get(path) ?? 0) + by);
  const disk = wrapDisk(memory, {
    open: async (path, options): Promise<DiskFile> => {
      const file = await memory.open(path, options);
      opened.push(path);
      count(path, 1);
      return {
        ...file,
        close: async () => {
          count(path, -1);
          await file.close();
        },
      };
    },
  });
  return { disk, open, opened };
}

const totalOf = (open: Map<string, number>) => [...open.values()].reduce((sum, each) => sum + each, 0);

describe('open files', () => {
  test('stay open for the next use, up to the limit, the ones used last', async () => {
    const { disk, open, opened } = countingDisk();
    const files = new OpenFiles(disk, 2);
    for (const path of ['/a', '/b', '/a', '/c', '/a', '/b']) await files.use(path, async () => {}, true);
    assert.deepEqual(opened, ['/a', '/b', '/c', '/b']);
    assert.equal(files.size, 2);
    assert.equal(totalOf(open), 2);
    await files.close();
    assert.equal(totalOf(open), 0);
  });

  test('in use are never closed, however many there are', async () => {
    const { disk, open } = countingDisk();
    const files = new OpenFiles(disk, 1);
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const uses = gates.map((gate, index) =>
      files.use(
        `/${index}`,
        async (file) => {
          await gate.promise;
          await file.write([Buffer.from('x')], 0);
        },
        true,
      ),
    );
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    assert.equal(totalOf(open), 3);
    for (const gate of gates) gate.resolve();
    await Promise.all(uses);
    assert.equal(totalOf(open), 1);
  });

  test('are opened once for uses at the same time', async () => {
    const { disk, opened } = countingDisk();
    const files = new OpenFiles(disk, 5);
    await Promise.all([1, 2, 3].map(() => files.use('/a', async () => {}, true)));
    assert.deepEqual(opened, ['/a']);
  });

  test('that are forgotten while in use are closed behind the last use', async () => {
    const { disk, open } = countingDisk();
    const files = new OpenFiles(disk, 5);
    const gate = Promise.withResolvers<void>();
    const use = files.use('/a', () => gate.promise, true);
    await files.forget('/a');
    await files.use('/a', async () => {});
    assert.equal(open.get('/a'), 2);
    gate.resolve();
    await use;
    assert.equal(open.get('/a'), 1);
  });

  test('that could not be opened are tried again', async () => {
    const { disk } = countingDisk();
    const files = new OpenFiles(disk, 5);
    await assert.rejects(
      files.use('/a', async () => {}),
      { code: 'ENOENT' },
    );
    assert.equal(files.size, 0);
    await files.use('/a', async () => {}, true);
    assert.equal(files.size, 1);
  });
});
