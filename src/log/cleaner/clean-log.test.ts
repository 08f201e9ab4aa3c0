import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BatchHeader, encodeBatch, isControl, readRecords } from '../../protocol/index.ts';
import type { Log } from '../log.ts';
import { DIRECTORY, headersOf, marker, openLog, readAll, START_MS, testConfig, testWorld } from '../log-fixture.ts';
import { type CleanLogOptions, cleanLog } from './clean-log.ts';
import { cleanableRange, isWorthCleaning } from './cleanable-range.ts';

const DAY_MS = 86_400_000;
const config = testConfig({ 'segment.bytes': 1000, 'cleanup.policy': ['compact'] });

interface Written {
  readonly producerId?: bigint;
  readonly sequence?: number;
  readonly isTransactional?: boolean;
  readonly compression?: 'none' | 'gzip' | 'lz4';
}

/** Writes `key=value` pairs as one batch; a key alone is a tombstone. */
function write(log: Log, pairs: string, options: Written = {}): void {
  const { producerId = -1n, sequence = -1, isTransactional = false, compression = 'none' } = options;
  const records = pairs.split(' ').map((pair) => {
    const [key = '', value] = pair.split('=');
    return {
      timestamp: BigInt(START_MS),
      key: Buffer.from(key),
      value: value === undefined ? null : Buffer.from(value),
    };
  });
  const identity = { producerId, producerEpoch: producerId < 0n ? -1 : 0, baseSequence: sequence, isTransactional };
  log.append(encodeBatch({ records, baseOffset: log.logEndOffset, partitionLeaderEpoch: 0, compression, ...identity }));
}

/** Fills the active segment, so that what was written before is in finished ones. */
async function rollOver(log: Log): Promise<void> {
  write(log, `filler=${'x'.repeat(1000)}`);
  write(log, 'active=1');
  await log.write();
}

async function clean(
  log: Log,
  nowMs: number,
  options: Partial<CleanLogOptions> = {},
  checkpoint = 0n,
): Promise<bigint> {
  const range = await cleanableRange(log, checkpoint, log.writtenEndOffset, nowMs);
  const result = await cleanLog(log, range, {
    mapBytes: 1 << 16,
    mapLoadFactor: 0.9,
    sliceBytes: 200,
    nowMs,
    pace: () => Promise.resolve(),
    ...options,
  });
  return result?.endOffset ?? checkpoint;
}

/** `offset:key=value` of all records but the filling. */
async function contents(log: Log): Promise<string[]> {
  const all = await readAll(log);
  return headersOf(all)
    .filter(({ attributes }) => !isControl(attributes))
    .flatMap((header) => [...readRecords(all, header)])
    .map(({ offset, key, value }) => `${offset}:${key}${value === null ? '' : `=${value}`}`)
    .filter((text) => !/filler|active/.test(text));
}

async function batches(log: Log): Promise<BatchHeader[]> {
  return headersOf(await readAll(log));
}

describe('compaction', () => {
  test('keeps the last value of each key, at its offset', async () => {
    const log = await openLog(testWorld(), { config });
    write(log, 'a=1 b=1 c=1');
    write(log, 'a=2 b=2');
    write(log, 'a=3');
    await rollOver(log);
    await clean(log, START_MS);
    assert.deepEqual(await contents(log), ['2:c=1', '4:b=2', '5:a=3']);
    assert.equal(log.logStartOffset, 0n);
    await log.close();
  });

  test('reads the same after it was closed and opened, and after a crash', async () => {
    for (const wasCleanlyStopped of [true, false]) {
      const world = testWorld();
      const log = await openLog(world, { config });
      for (let round = 0; round < 40; round++) write(log, `a=${round} key-${round % 7}=${round}`);
      await rollOver(log);
      await clean(log, START_MS);
      const before = await contents(log);
      const { logEndOffset } = log;
      await (wasCleanlyStopped ? log.close() : log.closeAbruptly());
      const again = await openLog(world, { config, wasCleanlyStopped });
      assert.deepEqual(await contents(again), before);
      assert.equal(again.logEndOffset, logEndOffset);
      await again.close();
    }
  });

  test('keeps a tombstone for delete.retention.ms after it was first met', async () => {
    const log = await openLog(testWorld(), { config });
    write(log, 'a=1 b=1');
    write(log, 'a');
    await rollOver(log);
    const end = await clean(log, START_MS);
    assert.deepEqual(await contents(log), ['1:b=1', '2:a']);
    await clean(log, START_MS + DAY_MS - 1, {}, 0n);
    assert.deepEqual(await contents(log), ['1:b=1', '2:a']);
    await clean(log, START_MS + DAY_MS, {}, 0n);
    assert.deepEqual(await contents(log), ['1:b=1']);
    assert.ok(end > 0n);
    await log.close();
  });

  test('keeps the compression of a batch and its last offset', async () => {
    const log = await openLog(testWorld(), { config });
    write(log, 'a=1 b=1 c=1', { compression: 'gzip' });
    write(log, 'c=2');
    await rollOver(log);
    await clean(log, START_MS);
    const [first] = await batches(log);
    assert.deepEqual([first?.attributes, first?.baseOffset, first?.lastOffset, first?.recordCount], [1, 0n, 2n, 2]);
    await log.close();
  });

  test('keeps empty batches where a producer wrote what it may send again, before others', async () => {
    const world = testWorld();
    const log = await openLog(world, { config });
    write(log, 'a=1', { producerId: 7n, sequence: 0 });
    write(log, 'a=2', { producerId: 7n, sequence: 1 });
    write(log, 'a=3');
    await rollOver(log);
    await clean(log, START_MS);
    const kept = (await batches(log)).slice(0, 2);
    assert.deepEqual(
      kept.map(({ recordCount, producerId, baseSequence, baseOffset }) => [
        recordCount,
        producerId,
        baseSequence,
        baseOffset,
      ]),
      [
        [0, 7n, 0, 0n],
        [0, 7n, 1, 1n],
      ],
    );
    await log.closeAbruptly();
    const again = await openLog(world, { config });
    assert.deepEqual(
      again.producers.get(7n)?.batches.map(({ lastSequence }) => lastSequence),
      [0, 1],
    );
    await again.close();
  });

  test('drops what was aborted, and its marker after a time', async () => {
    const log = await openLog(testWorld(), { config });
    write(log, 'a=1');
    write(log, 'a=2', { producerId: 7n, sequence: 0, isTransactional: true });
    log.append(marker('ABORT', log.logEndOffset, 7n));
    write(log, 'b=1', { producerId: 7n, sequence: 1, isTransactional: true });
    log.append(marker('COMMIT', log.logEndOffset, 7n));
    await rollOver(log);
    const markers = async () => (await batches(log)).filter(({ attributes }) => isControl(attributes)).length;
    await clean(log, START_MS);
    assert.deepEqual(await contents(log), ['0:a=1', '3:b=1']);
    assert.equal(await markers(), 2);
    await clean(log, START_MS + 1);
    await clean(log, START_MS + 1 + DAY_MS);
    assert.equal(await markers(), 1);
    assert.deepEqual(await contents(log), ['0:a=1', '3:b=1']);
    await log.close();
  });

  test('goes on in rounds where the keys do not fit into the memory, and ends the same', async () => {
    const log = await openLog(testWorld(), { config });
    for (let round = 0; round < 60; round++) write(log, `key-${round % 30}=${round}`);
    await rollOver(log);
    let checkpoint = 0n;
    let rounds = 0;
    for (; rounds < 20; rounds++) {
      const next = await clean(log, START_MS, { mapBytes: 24 * 12 }, checkpoint);
      if (next === checkpoint) break;
      checkpoint = next;
    }
    assert.ok(rounds > 3, `${rounds} rounds`);
    assert.deepEqual(
      await contents(log),
      Array.from({ length: 30 }, (_, index) => `${index + 30}:key-${index}=${index + 30}`),
    );
    await log.close();
  });

  test('makes few segments of many', async () => {
    const world = testWorld();
    const log = await openLog(world, { config });
    for (let round = 0; round < 100; round++) write(log, `a=${round}`);
    await rollOver(log);
    const before = log.segments().length;
    await clean(log, START_MS);
    // Grouped by what they had before: only now they are small.
    await clean(log, START_MS);
    assert.ok(before > 7 && log.segments().length <= 3, `${before} became ${log.segments().length}`);
    const left = (await world.disk.list(DIRECTORY)).filter(({ name }) => /cleaned|swap/.test(name));
    assert.deepEqual(left, []);
    await log.close();
  });

  test('leaves what is younger than min.compaction.lag.ms, or not stable yet', async () => {
    const lagging = testConfig({ ...config, 'min.compaction.lag.ms': 1000 });
    const log = await openLog(testWorld(), { config: lagging });
    write(log, 'a=1 a=2');
    await rollOver(log);
    const young = await cleanableRange(log, 0n, log.writtenEndOffset, START_MS + 999);
    assert.deepEqual([young.endOffset, young.cleanableBytes], [0n, 0]);
    const unstable = await cleanableRange(log, 0n, 1n, START_MS + 5000);
    assert.equal(unstable.endOffset, 0n);
    const old = await cleanableRange(log, 0n, log.writtenEndOffset, START_MS + 1000);
    assert.ok(old.cleanableBytes > 0 && isWorthCleaning(old, 0.5));
    await log.close();
  });

  test('leaves segments that are not written yet', async () => {
    const log = await openLog(testWorld(), { config });
    write(log, 'a=1 b=1');
    await log.write();
    write(log, 'a=2');
    write(log, `filler=${'x'.repeat(1000)}`);
    write(log, 'active=1');
    assert.ok(log.segments().length > 1);
    const range = await cleanableRange(log, 0n, log.logEndOffset, START_MS);
    assert.equal(range.endOffset, 0n);
    await log.write();
    await clean(log, START_MS);
    assert.deepEqual(await contents(log), ['1:b=1', '2:a=2']);
    await log.close();
  });

  test('is due when a record waits for longer than max.compaction.lag.ms, however little there is', async () => {
    const log = await openLog(testWorld(), { config: testConfig({ ...config, 'max.compaction.lag.ms': 1000 }) });
    write(log, 'a=1 a=2');
    await rollOver(log);
    const due = async (nowMs: number) => isWorthCleaning(await cleanableRange(log, 0n, log.writtenEndOffset, nowMs), 1);
    assert.equal(await due(START_MS + 1000), false);
    assert.equal(await due(START_MS + 1001), true);
    await log.close();
  });

  test('ends without harm when retention takes a segment meanwhile', async () => {
    const log = await openLog(testWorld(), { config });
    for (let round = 0; round < 40; round++) write(log, `a=${round}`);
    await rollOver(log);
    let isDeleted = false;
    const pace = async () => {
      if (isDeleted) return;
      isDeleted = true;
      log.advanceLogStartOffset(20n);
      await log.deleteOldSegments(START_MS, log.writtenEndOffset);
    };
    await clean(log, START_MS, { pace });
    assert.ok((await contents(log)).includes('39:a=39'));
    await clean(log, START_MS, {}, 20n);
    assert.deepEqual(await contents(log), ['39:a=39']);
    await log.close();
  });
});
