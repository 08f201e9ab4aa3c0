import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DiskFile, systemError } from '../platform/index.ts';
import { LogUnusableError } from './log-error.ts';
import {
  batch,
  DIRECTORY,
  headersOf,
  marker,
  openLog,
  readAll,
  START_MS,
  type TestWorld,
  testConfig,
  testWorld,
  wrapDisk,
} from './log-fixture.ts';
import { OpenFiles } from './open-files.ts';

interface Faults {
  /** Called before each write and sync; throws to make it fail. */
  before: (operation: 'write' | 'sync', path: string) => void;
}

/** A world whose disk fails when it is told to. A failed write leaves half of its bytes, as a full disk does. */
function faultyWorld(): TestWorld & { faults: Faults } {
  const world = testWorld();
  const memory = world.disk;
  const faults: Faults = { before: () => {} };
  const disk = wrapDisk(memory, {
    open: async (path, options): Promise<DiskFile> => {
      const file = await memory.open(path, options);
      return {
        ...file,
        write: async (chunks, position) => {
          try {
            faults.before('write', path);
          } catch (error) {
            const bytes = Buffer.concat([...chunks]);
            await file.write([bytes.subarray(0, bytes.length >> 1)], position);
            throw error;
          }
          await file.write(chunks, position);
        },
        sync: async () => {
          faults.before('sync', path);
          await file.sync();
        },
      };
    },
  });
  return { ...world, disk, openFiles: new OpenFiles(disk, 100), faults };
}

const full = (path: string) => systemError('ENOSPC', 'write', path, 'no space left');

describe('a failed write', () => {
  test('stops appends until the log is cut to what was written; then it goes on', async () => {
    const world = faultyWorld();
    const log = await openLog(world, { config: testConfig({ 'index.interval.bytes': 0 }) });
    const kept = batch({ offset: 0n, count: 2, producerId: 3n, producerEpoch: 0, baseSequence: 0 });
    log.append(kept);
    await log.write();
    log.append(batch({ offset: 2n, producerId: 3n, producerEpoch: 0, baseSequence: 2, partitionLeaderEpoch: 4 }));
    world.faults.before = (operation, path) => {
      if (operation === 'write') throw full(path);
    };
    await assert.rejects(
      log.write(),
      (error) => error instanceof LogUnusableError && (error.cause as { code: string }).code === 'ENOSPC',
    );
    assert.throws(() => log.append(batch({ offset: 3n })), LogUnusableError);
    assert.deepEqual((await log.read(0n, 1000, 3n, true)).records, kept);

    world.faults.before = () => {};
    await log.truncateTo(log.writtenEndOffset);
    assert.equal(log.logEndOffset, 2n);
    assert.equal(log.producers.get(3n)?.batches.at(-1)?.lastSequence, 1);
    assert.equal(log.leaderEpochs.latest?.leaderEpoch, 0);
    log.append(batch({ offset: 2n, producerId: 3n, producerEpoch: 0, baseSequence: 2 }));
    await log.write();
    await log.sync();
    assert.equal(log.recoveryPoint, 3n);
    await log.close();
    assert.equal((await world.disk.status(`${DIRECTORY}/00000000000000000000.log`))?.size, log.sizeInBytes);
  });

  test('of a new segment takes the new segment back', async () => {
    const world = faultyWorld();
    const size = batch({ offset: 0n }).length;
    const config = testConfig({ 'segment.bytes': size * 2 });
    const log = await openLog(world, { config });
    for (let offset = 0n; offset < 2n; offset++) log.append(batch({ offset }));
    await log.write();
    for (let offset = 2n; offset < 7n; offset++) log.append(batch({ offset }));
    world.faults.before = (operation, path) => {
      if (operation === 'write' && path.endsWith('4.log')) throw full(path);
    };
    await assert.rejects(log.write(), LogUnusableError);
    world.faults.before = () => {};
    await log.truncateTo(log.writtenEndOffset);
    assert.deepEqual(
      log.segments().map(({ baseOffset }) => baseOffset),
      [0n],
    );
    for (let offset = 2n; offset < 9n; offset++) log.append(batch({ offset }));
    await log.close();
    const again = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: 9n });
    assert.equal(headersOf(await readAll(again)).length, 9);
  });
});

describe('a failed write of an index', () => {
  test('leaves no entry behind when the log is cut', async () => {
    const world = faultyWorld();
    const config = testConfig({ 'index.interval.bytes': 0, 'segment.index.bytes': 400 });
    const log = await openLog(world, { config });
    for (let offset = 0n; offset < 10n; offset++) log.append(batch({ offset }));
    await log.write();
    // 50 entries fill the index, so the segment is finished and its indexes are written.
    for (let offset = 10n; offset < 70n; offset++) log.append(batch({ offset, timestamp: BigInt(START_MS) + offset }));
    world.faults.before = (operation, path) => {
      if (operation === 'write' && path.endsWith('.index')) throw full(path);
    };
    await assert.rejects(log.write(), LogUnusableError);
    world.faults.before = () => {};
    await log.truncateTo(log.writtenEndOffset);
    const larger = [10n, 11n, 12n].map((offset) => batch({ offset, valueBytes: 700 }));
    for (const each of larger) log.append(each);
    await log.close();
    const again = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: 13n });
    for (let offset = 0n; offset < 13n; offset++) {
      assert.equal(headersOf((await again.read(offset, 1, 13n, true)).records)[0]?.baseOffset, offset);
    }
  });
});

describe('a failed sync', () => {
  test('is final: nothing is tried again, and nothing more is taken', async () => {
    const world = faultyWorld();
    const log = await openLog(world);
    log.append(batch({ offset: 0n }));
    await log.write();
    let syncs = 0;
    world.faults.before = (operation, path) => {
      if (operation !== 'sync') return;
      syncs++;
      throw systemError('EIO', 'fdatasync', path, 'the device failed');
    };
    await assert.rejects(log.sync(), LogUnusableError);
    assert.equal(log.recoveryPoint, 0n);
    const syncsBefore = syncs;
    await assert.rejects(log.sync(), LogUnusableError);
    await assert.rejects(log.truncateTo(0n), LogUnusableError);
    assert.throws(() => log.append(batch({ offset: 1n })), LogUnusableError);
    await log.close();
    assert.equal(syncs, syncsBefore);
  });
});

describe('a sync', () => {
  test('touches only what was written since the last one', async () => {
    const world = faultyWorld();
    const synced: string[] = [];
    world.faults.before = (operation, path) => {
      if (operation === 'sync') synced.push(path.slice(path.lastIndexOf('/') + 1));
    };
    const size = batch({ offset: 0n }).length;
    const log = await openLog(world, { config: testConfig({ 'segment.bytes': size * 2 }) });
    log.append(batch({ offset: 0n }));
    await log.write();
    await log.sync();
    assert.deepEqual(synced.splice(0).sort(), ['00000000000000000000.log', 'partition.metadata']);
    await log.sync();
    assert.deepEqual(synced.splice(0), []);
    for (let offset = 1n; offset < 3n; offset++) log.append(batch({ offset }));
    await log.write();
    await log.sync();
    assert.deepEqual(synced.splice(0).sort(), [
      '00000000000000000000.index',
      '00000000000000000000.log',
      '00000000000000000000.timeindex',
      '00000000000000000002.log',
      '00000000000000000002.snapshot',
    ]);
  });

  test('does not count what is written while it runs', async () => {
    const log = await openLog(testWorld());
    log.append(batch({ offset: 0n }));
    await log.write();
    const syncing = log.sync();
    log.append(batch({ offset: 1n }));
    await Promise.all([log.write(), syncing]);
    assert.equal(log.recoveryPoint, 1n);
    await log.sync();
    assert.equal(log.recoveryPoint, 2n);
  });
});

describe('cutting a log', () => {
  const producer = (offset: bigint) =>
    batch({ offset, producerId: 1n, producerEpoch: 0, baseSequence: Number(offset), isTransactional: true });

  test('brings producers, epochs and aborted transactions back to where they were', async () => {
    const world = testWorld();
    const size = producer(0n).length;
    const config = testConfig({ 'segment.bytes': size * 3 });
    const log = await openLog(world, { config });
    for (let offset = 0n; offset < 4n; offset++) log.append(producer(offset));
    log.append(marker('ABORT', 4n, 1n));
    const later = producer(5n);
    later.writeInt32BE(2, 12);
    log.append(later);
    await log.write();
    assert.equal((await log.abortedTransactions(0n, 6n)).length, 1);

    await log.truncateTo(5n);
    assert.equal(log.logEndOffset, 5n);
    assert.equal(log.producers.firstOpenTransactionOffset, undefined);
    assert.deepEqual(log.leaderEpochs.latest, { leaderEpoch: 0, startOffset: 0n });
    assert.equal((await log.abortedTransactions(0n, 5n)).length, 1);

    await log.truncateTo(4n);
    assert.equal(log.producers.firstOpenTransactionOffset, 0n);
    assert.deepEqual(await log.abortedTransactions(0n, 4n), []);
    await log.truncateTo(2n);
    assert.equal(log.producers.get(1n)?.batches.at(-1)?.lastSequence, 1);
    assert.equal(headersOf(await readAll(log)).length, 2);
    await log.close();
    assert.equal((await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: 2n })).logEndOffset, 2n);
  });

  test('keeps what is queued below the cut', async () => {
    const log = await openLog(testWorld());
    for (let offset = 0n; offset < 4n; offset++) log.append(batch({ offset }));
    await log.truncateTo(3n);
    assert.equal(headersOf(await readAll(log)).length, 3);
  });

  test('fully starts it anew at any offset', async () => {
    const world = testWorld();
    const log = await openLog(world);
    for (let offset = 0n; offset < 4n; offset++) log.append(producer(offset));
    await log.write();
    await log.truncateFullyAndStartAt(100n);
    assert.deepEqual(
      [log.logStartOffset, log.logEndOffset, log.writtenEndOffset, log.recoveryPoint],
      [100n, 100n, 100n, 100n],
    );
    assert.equal(log.producers.size, 0);
    log.append(batch({ offset: 100n }));
    await log.close();
    const again = await openLog(world);
    assert.deepEqual([again.logStartOffset, again.logEndOffset], [100n, 101n]);
  });
});

test('aborted transactions are found across segments, for readers that begin anywhere', async () => {
  const size = batch({ offset: 0n }).length;
  const log = await openLog(testWorld(), { config: testConfig({ 'segment.bytes': size * 4 }) });
  const expected: { producerId: bigint; firstOffset: bigint; lastOffset: bigint }[] = [];
  let offset = 0n;
  const open = new Map<bigint, bigint>();
  for (let index = 0; index < 60; index++) {
    const producerId = BigInt(index % 3);
    const firstOffset = open.get(producerId);
    if (firstOffset !== undefined && index % 4 === 0) {
      const type = index % 8 === 0 ? 'ABORT' : 'COMMIT';
      log.append(marker(type, offset, producerId));
      open.delete(producerId);
      if (type === 'ABORT') expected.push({ producerId, firstOffset, lastOffset: offset });
    } else {
      log.append(batch({ offset, producerId, producerEpoch: 0, baseSequence: index, isTransactional: true }));
      if (firstOffset === undefined) open.set(producerId, offset);
    }
    offset += 1n;
    if (index % 7 === 0) await log.write();
  }
  await log.write();
  assert.ok(expected.length > 3);
  const stable = log.producers.firstOpenTransactionOffset ?? offset;
  for (let from = 0n; from < offset; from++) {
    const wanted = expected.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < stable);
    const found = await log.abortedTransactions(from, stable);
    assert.deepEqual(
      found,
      from < stable ? wanted.map(({ producerId, firstOffset }) => ({ producerId, firstOffset })) : [],
    );
  }
});
