import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { batch, DIRECTORY, headersOf, openLog, readAll, type TestWorld, testConfig, testWorld } from './log-fixture.ts';
import { segmentFileName } from './segment-files.ts';

const SIZE = batch({ offset: 0n }).length;
const config = testConfig({ 'segment.bytes': SIZE * 2 });

/** Segments 0, 2 and 4 of two records each, closed. */
async function threeSegments(): Promise<TestWorld> {
  const world = testWorld();
  const log = await openLog(world, { config });
  for (let offset = 0n; offset < 6n; offset++) log.append(batch({ offset }));
  await log.close();
  return world;
}

async function put(world: TestWorld, name: string, bytes: Buffer): Promise<void> {
  const file = await world.disk.open(`${DIRECTORY}/${name}`, { create: true });
  await file.write([bytes], 0);
  await file.close();
}

async function offsetsAfterOpening(world: TestWorld): Promise<number[]> {
  const log = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: 6n });
  const offsets = headersOf(await readAll(log)).map(({ baseOffset }) => Number(baseOffset));
  await log.close();
  const left = (await world.disk.list(DIRECTORY)).filter(({ name }) => /\.(deleted|cleaned|swap)$/.test(name));
  assert.deepEqual(left, []);
  return offsets;
}

describe('what was left in the directory', () => {
  test('by a deletion goes', async () => {
    const world = await threeSegments();
    await put(world, '00000000000000000000.log.deleted', batch({ offset: 0n }));
    assert.deepEqual(await offsetsAfterOpening(world), [0, 1, 2, 3, 4, 5]);
  });

  test('by a compaction that had not begun to replace segments goes', async () => {
    const world = await threeSegments();
    await put(world, '00000000000000000000.log.cleaned', batch({ offset: 1n }));
    await put(world, '00000000000000000000.log.swap', batch({ offset: 1n }));
    assert.deepEqual(await offsetsAfterOpening(world), [0, 1, 2, 3, 4, 5]);
  });

  test('by a compaction that had made all it needs replaces the segments that it covers', async () => {
    const world = await threeSegments();
    await put(world, '00000000000000000000.log.swap', Buffer.concat([batch({ offset: 1n }), batch({ offset: 3n })]));
    await put(world, '00000000000000000000.index.swap', Buffer.alloc(0));
    await put(world, '00000000000000000000.timeindex.swap', Buffer.alloc(0));
    assert.deepEqual(await offsetsAfterOpening(world), [1, 3, 4, 5]);
  });

  test('without its segment goes, if it is an index', async () => {
    const world = await threeSegments();
    await put(world, '00000000000000000001.index', Buffer.alloc(8));
    assert.deepEqual(await offsetsAfterOpening(world), [0, 1, 2, 3, 4, 5]);
    assert.equal(await world.disk.status(`${DIRECTORY}/00000000000000000001.index`), undefined);
  });

  test('by somebody else stays', async () => {
    const world = await threeSegments();
    await put(world, 'notes.txt', Buffer.from('x'));
    await offsetsAfterOpening(world);
    assert.ok(await world.disk.status(`${DIRECTORY}/notes.txt`));
  });

  test('by an earlier close goes, but for the newest snapshot', async () => {
    const world = await threeSegments();
    await put(world, segmentFileName(1n, 'snapshot'), Buffer.alloc(10));
    await put(world, segmentFileName(9n, 'snapshot'), Buffer.alloc(10));
    await offsetsAfterOpening(world);
    const snapshots = (await world.disk.list(DIRECTORY))
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.snapshot'));
    assert.deepEqual(
      snapshots.sort(),
      [2n, 4n, 6n].map((offset) => segmentFileName(offset, 'snapshot')),
    );
  });
});
