import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Log } from './log.ts';
import type { LogConfig } from './log-config.ts';
import { OffsetOutOfRangeError } from './log-error.ts';
import { batch, DIRECTORY, openLog, START_MS, type TestWorld, testConfig, testWorld } from './log-fixture.ts';

const SIZE = batch({ offset: 0n }).length;
const DAY_MS = 86_400_000;

/** Two batches a segment, one an hour. */
async function fiveSegments(world: TestWorld, changes: Partial<LogConfig>): Promise<Log> {
  const log = await openLog(world, { config: testConfig({ 'segment.bytes': SIZE * 2, ...changes }) });
  for (let offset = 0n; offset < 10n; offset++)
    log.append(batch({ offset, timestamp: BigInt(START_MS) + offset * 3_600_000n }));
  await log.write();
  await log.sync();
  return log;
}

const bases = (log: Log) => log.segments().map(({ baseOffset }) => Number(baseOffset));

describe('retention', () => {
  test('by time takes the segments whose newest record is too old', async () => {
    const log = await fiveSegments(testWorld(), { 'retention.ms': DAY_MS });
    const fourHoursLeft = START_MS + DAY_MS + 4 * 3_600_000;
    assert.equal(await log.deleteOldSegments(fourHoursLeft, 10n), 2);
    assert.deepEqual(bases(log), [4, 6, 8]);
    assert.equal(log.logStartOffset, 4n);
    await assert.rejects(log.read(3n, 1000, 10n, true), OffsetOutOfRangeError);
  });

  test('takes the active segment too when all of it is too old, and keeps the end offset through a crash', async () => {
    const world = testWorld();
    const log = await fiveSegments(world, { 'retention.ms': DAY_MS });
    assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 10n), 5);
    assert.deepEqual(bases(log), [10]);
    assert.equal(log.logStartOffset, 10n);
    assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 10n), 0);
    await log.closeAbruptly();
    const again = await openLog(world);
    assert.equal(again.logEndOffset, 10n);
    assert.equal(again.logStartOffset, 10n);
  });

  test('keeps where the log begins through a crash, although what is left was in memory only', async () => {
    const world = testWorld();
    const log = await fiveSegments(world, { 'retention.ms': DAY_MS });
    log.append(batch({ offset: 10n, timestamp: BigInt(START_MS + 10 * DAY_MS) }));
    assert.deepEqual(bases(log), [0, 2, 4, 6, 8, 10]);
    assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 10n), 5);
    await log.closeAbruptly();
    const again = await openLog(world);
    assert.deepEqual(bases(again), [10]);
    assert.equal(again.logStartOffset, 10n);
  });

  test('by size takes the oldest segments as long as the rest is large enough', async () => {
    const log = await fiveSegments(testWorld(), { 'retention.bytes': SIZE * 5, 'retention.ms': -1 });
    assert.equal(await log.deleteOldSegments(START_MS, 10n), 2);
    assert.deepEqual(bases(log), [4, 6, 8]);
  });

  test('takes nothing at or above the high watermark', async () => {
    const log = await fiveSegments(testWorld(), { 'retention.ms': 0 });
    assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 5n), 2);
    assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 5n), 0);
    assert.deepEqual(bases(log), [4, 6, 8]);
  });

  test('takes what is below the log start offset, whatever the policy, but never the active segment for it', async () => {
    for (const policy of [['compact'], ['delete'], []]) {
      const log = await fiveSegments(testWorld(), {
        'cleanup.policy': policy,
        'retention.ms': policy.includes('delete') ? -1 : 0,
      });
      log.advanceLogStartOffset(5n);
      assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 10n), 2);
      assert.equal(log.logStartOffset, 5n);
      log.advanceLogStartOffset(10n);
      assert.equal(await log.deleteOldSegments(START_MS + 10 * DAY_MS, 10n), 2);
      assert.deepEqual(bases(log), [8]);
      assert.equal(log.logStartOffset, 10n);
    }
  });

  test('leaves alone what is being read of the unsynced end of a log that was just opened', async () => {
    for (const isReadFirst of [true, false]) {
      const world = testWorld();
      const changes = { 'segment.bytes': SIZE * 2, 'retention.ms': DAY_MS };
      const crashed = await openLog(world, { config: testConfig(changes) });
      for (let offset = 0n; offset < 10n; offset++) crashed.append(batch({ offset }));
      await crashed.write();
      await crashed.closeAbruptly();
      const log = await openLog(world, { config: testConfig(changes) });
      const retain = () => log.deleteOldSegments(START_MS + 10 * DAY_MS, 10n);
      const deleting = isReadFirst ? undefined : retain();
      const reading = log.readUnsynced(1 << 20);
      assert.equal(await (deleting ?? retain()), 5);
      assert.equal((await reading).length, isReadFirst ? SIZE * 2 : 0);
      assert.equal(log.recoveryPoint, 10n);
    }
  });

  test('goes by the age of the file where records have no timestamps', async () => {
    const world = testWorld();
    const log = await openLog(world, { config: testConfig({ 'segment.bytes': SIZE, 'retention.ms': DAY_MS }) });
    for (let offset = 0n; offset < 3n; offset++) log.append(batch({ offset, timestamp: -1n }));
    await log.write();
    assert.equal(await log.deleteOldSegments(world.clock.now() + DAY_MS, 3n), 0);
    assert.equal(await log.deleteOldSegments(world.clock.now() + DAY_MS + 1, 3n), 3);
  });

  test('renames files at once and removes them after file.delete.delay.ms', async () => {
    const world = testWorld();
    const log = await fiveSegments(world, {
      'retention.bytes': SIZE * 8,
      'retention.ms': -1,
      'file.delete.delay.ms': 1000,
    });
    await log.deleteOldSegments(START_MS, 10n);
    const deleted = async () =>
      (await world.disk.list(DIRECTORY)).map(({ name }) => name).filter((name) => name.endsWith('.deleted'));
    assert.deepEqual((await deleted()).sort(), [
      '00000000000000000000.index.deleted',
      '00000000000000000000.log.deleted',
      '00000000000000000000.timeindex.deleted',
    ]);
    await world.clock.advanceAndSettle(999);
    assert.equal((await deleted()).length, 3);
    await world.clock.advanceAndSettle(1);
    assert.equal((await deleted()).length, 0);
  });

  test('lets a read that has begun finish', async () => {
    const log = await fiveSegments(testWorld(), { 'retention.bytes': SIZE * 2, 'retention.ms': -1 });
    const reading = log.read(0n, 1000, 10n, true).then(
      ({ records }) => records.length,
      (error: unknown) => error,
    );
    await log.deleteOldSegments(START_MS, 10n);
    const result = await reading;
    assert.ok(result === SIZE * 2 || result instanceof OffsetOutOfRangeError);
  });

  test('removes what an interrupted deletion left at the next opening', async () => {
    const world = testWorld();
    const log = await fiveSegments(world, { 'retention.bytes': SIZE * 4, 'retention.ms': -1 });
    await log.deleteOldSegments(START_MS, 10n);
    await log.close();
    const again = await openLog(world, { wasCleanlyStopped: true, recoveryPoint: 10n });
    assert.equal(again.logStartOffset, 6n);
    assert.ok((await world.disk.list(DIRECTORY)).every(({ name }) => !name.endsWith('.deleted')));
  });
});
