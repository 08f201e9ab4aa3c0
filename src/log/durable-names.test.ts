// A record lasts only when the names that lead to it do: of its directory, of its segment, and the id that says whose it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../platform/index.ts';
import { batch, DIRECTORY, openLog, type TestWorld, testConfig, testWorld, wrapDisk } from './log-fixture.ts';
import { OpenFiles } from './open-files.ts';

const METADATA = `${DIRECTORY}/partition.metadata`;

interface WatchedWorld extends TestWorld {
  /** Paths whose sync has ended, and files that were made, in order. */
  readonly calls: string[];
}

/** `beforeCreate` is called with the path of a file before it is made. */
function watchedWorld(world: TestWorld, beforeCreate: (path: string) => Promise<void> | void = () => {}): WatchedWorld {
  const { disk } = world;
  const calls: string[] = [];
  const open: Disk['open'] = async (path, options) => {
    const isNew = options?.create === true && (await disk.status(path)) === undefined;
    if (isNew) await beforeCreate(path);
    const file = await disk.open(path, options);
    if (isNew) calls.push(`create ${path}`);
    return {
      ...file,
      sync: async () => {
        await file.sync();
        calls.push(`sync ${path}`);
      },
    };
  };
  const syncDirectory = async (path: string) => {
    await disk.syncDirectory(path);
    calls.push(`sync ${path}`);
  };
  const watched = wrapDisk(disk, { open, syncDirectory });
  return { ...world, disk: watched, openFiles: new OpenFiles(watched, 100), calls };
}

test('what a killed process made is synced before the first record is durable, with the id', async () => {
  const world = testWorld();
  const killed = await openLog(world);
  await killed.closeAbruptly();
  const watched = watchedWorld(world);
  const log = await openLog(watched, { wasCleanlyStopped: false });
  log.append(batch({ offset: 0n }));
  await log.write();
  watched.calls.length = 0;
  await log.sync();
  for (const path of [METADATA, DIRECTORY])
    assert.ok(watched.calls.includes(`sync ${path}`), `${path} is not among ${watched.calls.join(', ')}`);
  await log.close();
});

for (const made of [`${DIRECTORY}/00000000000000000001.log`, `${DIRECTORY}/00000000000000000001.snapshot`]) {
  test(`a name that is made while a sync is under way is covered by the next one: ${made}`, async () => {
    const making = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const watched = watchedWorld(testWorld(), (path) => {
      if (path !== made) return;
      making.resolve();
      return released.promise;
    });
    const log = await openLog(watched, { config: testConfig({ 'segment.bytes': 100 }) });
    log.append(batch({ offset: 0n }));
    await log.write();
    await log.sync();
    log.append(batch({ offset: 1n }));
    const written = log.write();
    await making.promise;
    await log.sync();
    released.resolve();
    await written;
    await log.sync();
    const madeAt = watched.calls.indexOf(`create ${made}`);
    assert.ok(madeAt >= 0 && watched.calls.indexOf(`sync ${DIRECTORY}`, madeAt) > madeAt, watched.calls.join(', '));
    await log.close();
  });
}
