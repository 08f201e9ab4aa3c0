import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Log } from './log.ts';
import type { LogConfig } from './log-config.ts';
import { LogCorruptError } from './log-error.ts';
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
import { readPartitionMetadata } from './partition-metadata.ts';

async function overwrite(world: TestWorld, name: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const path = `${DIRECTORY}/${name}`;
  const changed = change(Buffer.from(await world.disk.readFile(path)));
  const file = await world.disk.open(path, { create: true });
  await file.truncate(0);
  await file.write([changed], 0);
  await file.close();
}

async function contentOf(world: TestWorld): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for (const { name } of await world.disk.list(DIRECTORY))
    content.set(name, (await world.disk.readFile(`${DIRECTORY}/${name}`)).toString('hex'));
  return new Map([...content].sort(([a], [b]) => a.localeCompare(b)));
}

function flipByte(position: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const at = position < 0 ? bytes.length + position : position;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    return bytes;
  };
}

async function writeBatches(log: Log, batches: readonly Buffer[]): Promise<void> {
  for (const each of batches) {
    log.append(each);
    await log.write();
  }
}

const LOG = '00000000000000000000.log';

test('what is behind the recovery point is written again before it is synced, because a failed sync may have kept it in memory only', async () => {
  const world = testWorld();
  const log = await openLog(world);
  const batches = [0n, 1n, 2n].map((offset) => batch({ offset }));
  await writeBatches(log, batches);
  await log.closeAbruptly();
  const calls: string[] = [];
  const disk = wrapDisk(world.disk, {
    open: async (path, options) => {
      const file = await world.disk.open(path, options);
      if (!path.endsWith(LOG)) return file;
      const write = (chunks: readonly Buffer[], position: number) => {
        calls.push(`write ${position} ${Buffer.concat(chunks).toString('hex')}`);
        return file.write(chunks, position);
      };
      const sync = () => {
        calls.push('sync');
        return file.sync();
      };
      return {
        path,
        write,
        sync,
        read: (target, position) => file.read(target, position),
        truncate: (size) => file.truncate(size),
        size: () => file.size(),
        close: () => file.close(),
      };
    },
  });
  const again = await openLog({ ...world, disk, openFiles: new OpenFiles(disk, 100) }, { recoveryPoint: 1n });
  await again.sync();
  const behind = Buffer.concat(batches.slice(1));
  assert.deepEqual(calls, [`write ${batches[0]?.length} ${behind.toString('hex')}`, 'sync']);
  await again.close();
});

describe('a torn tail', () => {
  /** The power cut took what follows the first batch of the first segment, and nothing behind it. */
  async function cutBetweenBatches(config: LogConfig) {
    const world = testWorld();
    const batches = [0n, 1n, 2n, 3n, 4n, 5n].map((offset) => batch({ offset, valueBytes: 50 }));
    const log = await openLog(world, { config });
    await writeBatches(log, batches);
    assert.equal(log.segments()[1]?.baseOffset, 3n);
    await log.closeAbruptly();
    await overwrite(world, LOG, (bytes) => bytes.subarray(0, batches[0]?.length));
    return { world, batches };
  }

  test('is cut at the last whole batch, wherever in the last two batches it was torn', async () => {
    const batches = [0, 1, 2, 3].map((index) =>
      batch({ offset: BigInt(index * 2), count: 2, producerId: 5n, producerEpoch: 0, baseSequence: index * 2 }),
    );
    const bytes = Buffer.concat(batches);
    const ends = batches.map((_, index) => batches.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
    for (let cut = ends[1] as number; cut < bytes.length; cut++) {
      const world = testWorld();
      const log = await openLog(world);
      await writeBatches(log, batches);
      await log.closeAbruptly();
      await overwrite(world, LOG, (content) => content.subarray(0, cut));

      const whole = ends.filter((end) => end <= cut).length;
      const again = await openLog(world);
      assert.equal(again.logEndOffset, BigInt(whole * 2), `cut at ${cut}`);
      assert.deepEqual(await readAll(again), bytes.subarray(0, ends[whole - 1]));
      assert.equal(again.producers.get(5n)?.batches.at(-1)?.lastSequence, whole * 2 - 1);
      again.append(batch({ offset: BigInt(whole * 2) }));
      await again.write();
      assert.equal(headersOf(await readAll(again)).length, whole + 1);
    }
  });

  test('of zeros, as file systems leave it after a power cut, is cut off', async () => {
    const world = testWorld();
    const log = await openLog(world);
    const bytes = batch({ offset: 0n });
    await writeBatches(log, [bytes]);
    await log.closeAbruptly();
    await overwrite(world, LOG, (content) => Buffer.concat([content, Buffer.alloc(5000)]));
    const again = await openLog(world);
    assert.equal(again.logEndOffset, 1n);
    assert.deepEqual(await readAll(again), bytes);
    assert.equal((await world.disk.status(`${DIRECTORY}/${LOG}`))?.size, bytes.length);
  });

  test('takes the segments behind it along', async () => {
    const world = testWorld();
    const size = batch({ offset: 0n }).length;
    const config = testConfig({ 'segment.bytes': size * 2 });
    const log = await openLog(world, { config });
    await writeBatches(
      log,
      [0n, 1n, 2n, 3n, 4n].map((offset) => batch({ offset })),
    );
    await log.closeAbruptly();
    await overwrite(world, '00000000000000000002.log', flipByte(size + 70));
    const again = await openLog(world, { config, recoveryPoint: 2n });
    assert.equal(again.logEndOffset, 3n);
    assert.deepEqual(
      again.segments().map(({ baseOffset }) => baseOffset),
      [0n, 2n],
    );
  });

  for (const policy of ['delete', 'compact'] as const) {
    test(`that ends between two batches takes the segments behind it along too, where the cleanup policy is ${policy}`, async () => {
      const config = testConfig({ 'segment.bytes': 400, 'cleanup.policy': [policy] });
      const { world, batches } = await cutBetweenBatches(config);
      const recovered = await openLog(world, { config });
      assert.equal(recovered.logEndOffset, 1n);
      assert.deepEqual(await readAll(recovered), batches[0]);
      await recovered.close();
    });
  }

  test('that ends between two batches is none below where a compaction has ended', async () => {
    const config = testConfig({ 'segment.bytes': 400, 'cleanup.policy': ['compact'] });
    const { world, batches } = await cutBetweenBatches(config);
    const compacted = await openLog(world, { config, compactedBelow: 3n });
    assert.deepEqual(await readAll(compacted), Buffer.concat(batches.toSpliced(1, 2)));
    await compacted.close();
  });

  test('is what it is although segments from before a cut come back, because a power cut took their removal', async () => {
    const world = testWorld();
    const config = testConfig({ 'segment.bytes': 150 });
    const old = await openLog(world, { config });
    await writeBatches(
      old,
      [0n, 1n, 2n].map((offset) => batch({ offset })),
    );
    await old.closeAbruptly();
    const name = '00000000000000000001.log';
    const revived = await world.disk.readFile(`${DIRECTORY}/${name}`);
    await overwrite(world, LOG, () => Buffer.alloc(0));
    const log = await openLog(world, { config });
    const batches = [batch({ offset: 0n, count: 2 }), batch({ offset: 2n })];
    await writeBatches(log, batches);
    await log.closeAbruptly();
    const file = await world.disk.open(`${DIRECTORY}/${name}`, { create: true });
    await file.write([revived], 0);
    await file.close();
    const again = await openLog(world, { config });
    assert.equal(again.logEndOffset, 3n);
    assert.deepEqual(await readAll(again), Buffer.concat(batches));
  });

  test('of a log that claims to have been closed is found too', async () => {
    const world = testWorld();
    const log = await openLog(world);
    await writeBatches(log, [batch({ offset: 0n }), batch({ offset: 1n })]);
    await log.close();
    await overwrite(world, LOG, (content) => content.subarray(0, -1));
    const again = await openLog(world, { wasCleanlyStopped: true, recoveryPoint: 2n });
    assert.equal(again.logEndOffset, 1n);
  });
});

describe('damage of what was on stable storage', () => {
  const batches = [0n, 1n, 2n, 3n].map((offset) => batch({ offset }));
  const size = batches[0]?.length ?? 0;

  async function damaged(position: number): Promise<TestWorld> {
    const world = testWorld();
    const log = await openLog(world);
    await writeBatches(log, batches);
    await log.sync();
    await log.closeAbruptly();
    await overwrite(world, LOG, flipByte(position));
    return world;
  }

  for (const [what, field] of Object.entries({ value: 70, length: 10, magic: 16, 'base offset': 0, crc: 18 })) {
    test(`in the ${what} of a batch before good ones is an error that names file and byte`, async () => {
      const world = await damaged(size + field);
      await assert.rejects(openLog(world, { recoveryPoint: 4n }), (error) => {
        assert.ok(error instanceof LogCorruptError);
        assert.equal(error.path, `${DIRECTORY}/${LOG}`);
        assert.equal(error.position, size);
        return true;
      });
      assert.equal((await world.disk.status(`${DIRECTORY}/${LOG}`))?.size, size * 4);
    });
  }

  test('is cut off where nothing good is behind it, or nothing of it was synced', async () => {
    assert.equal((await openLog(await damaged(3 * size + 70), { recoveryPoint: 4n })).logEndOffset, 3n);
    assert.equal((await openLog(await damaged(size + 70), { recoveryPoint: 1n })).logEndOffset, 1n);
  });

  test('is not given out by a read, and what is before it is', async () => {
    const world = testWorld();
    const log = await openLog(world);
    await writeBatches(log, batches);
    await overwrite(world, LOG, flipByte(2 * size + 70));
    for (const maxBytes of [2 * size, 100 * size])
      assert.deepEqual((await log.read(0n, maxBytes, 4n, true)).records, Buffer.concat(batches.slice(0, 2)));
    await assert.rejects(log.read(2n, 1000, 4n, true), LogCorruptError);
  });
});

describe('an opening after a crash', () => {
  const config = testConfig({ 'segment.bytes': 3000, 'index.interval.bytes': 200 });

  function workload(): Buffer[] {
    const batches: Buffer[] = [];
    let offset = 0n;
    for (let index = 0; index < 80; index++) {
      const count = 1 + (index % 5);
      const timestamp = BigInt(START_MS + index * 7 - (index % 3) * 20);
      const isTransactional = index % 4 === 1;
      const epoch = Math.floor(index / 30);
      if (index % 16 === 15) {
        batches.push(marker(index % 32 === 15 ? 'ABORT' : 'COMMIT', offset, 1n));
        batches.at(-1)?.writeInt32BE(epoch, 12);
        offset += 1n;
        continue;
      }
      batches.push(
        batch({
          offset,
          count,
          timestamp,
          producerId: BigInt(index % 4),
          producerEpoch: 0,
          baseSequence: index,
          isTransactional,
          partitionLeaderEpoch: epoch,
        }),
      );
      offset += BigInt(count);
    }
    return batches;
  }

  test('gives the same files, producers, epochs and aborted transactions as if it had been closed, from any recovery point', async () => {
    const batches = workload();
    const closed = testWorld();
    const log = await openLog(closed, { config });
    await writeBatches(log, batches);
    const { logEndOffset } = log;
    const aborted = await log.abortedTransactions(0n, logEndOffset);
    assert.ok(aborted.length > 0);
    const entries = [...log.producers.entries()].map((entry) => ({ ...entry, batches: entry.batches.slice(-1) }));
    const epochs = log.leaderEpochs.entries;
    await log.close();
    const expected = await contentOf(closed);

    for (const recoveryPoint of [0n, 1n, 50n, 100n, 150n, logEndOffset]) {
      const world = testWorld();
      const crashed = await openLog(world, { config });
      await writeBatches(crashed, batches);
      for (const { baseOffset } of crashed.segments()) {
        if (baseOffset < recoveryPoint) await crashed.sync();
      }
      await crashed.closeAbruptly();
      const again = await openLog(world, { config, recoveryPoint });
      assert.equal(again.logEndOffset, logEndOffset);
      assert.deepEqual(
        [...again.producers.entries()].map((entry) => ({ ...entry, batches: entry.batches.slice(-1) })).sort(byId),
        entries.sort(byId),
      );
      assert.deepEqual(again.leaderEpochs.entries, epochs);
      assert.deepEqual(await again.abortedTransactions(0n, logEndOffset), aborted);
      await again.close();
      const content = await contentOf(world);
      // The order of producers in a snapshot means nothing.
      for (const name of content.keys())
        if (name.endsWith('.snapshot')) assert.equal(content.get(name)?.length, expected.get(name)?.length);
      const comparable = (files: Map<string, string>) =>
        new Map([...files].filter(([name]) => !name.endsWith('.snapshot')));
      assert.deepEqual(comparable(content), comparable(expected), `recovery point ${recoveryPoint}`);
    }
  });

  test('makes missing, cut and zero-filled indexes and snapshots anew', async () => {
    const batches = workload();
    const damages: Record<string, (world: TestWorld, name: string) => Promise<void>> = {
      removed: (world, name) => world.disk.remove(`${DIRECTORY}/${name}`),
      cut: (world, name) => overwrite(world, name, (bytes) => bytes.subarray(0, -1)),
      'filled with zeros': (world, name) =>
        overwrite(world, name, (bytes) => Buffer.concat([bytes, Buffer.alloc(1200)])),
    };
    for (const [what, damage] of Object.entries(damages)) {
      const world = testWorld();
      const log = await openLog(world, { config });
      await writeBatches(log, batches);
      const content = await readAll(log);
      const { logEndOffset } = log;
      await log.close();
      for (const { name } of await world.disk.list(DIRECTORY)) {
        if (/\.(index|timeindex|snapshot)$/.test(name)) await damage(world, name);
      }
      const again = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: logEndOffset });
      assert.equal(again.logEndOffset, logEndOffset, what);
      assert.equal(again.producers.size, 4, what);
      assert.deepEqual(await readAll(again, 700), content, what);
      const target = headersOf(content)[40];
      assert.ok(target);
      const found = await again.findByTimestamp(target.maxTimestamp, logEndOffset);
      assert.ok(found !== undefined && found.timestamp >= target.maxTimestamp, what);
      await again.close();
    }
  });

  test('recovers the segment whose transaction index was torn', async () => {
    const world = testWorld();
    const log = await openLog(world, { config });
    await writeBatches(log, workload());
    const { logEndOffset } = log;
    const aborted = await log.abortedTransactions(0n, logEndOffset);
    await log.close();
    for (const { name } of await world.disk.list(DIRECTORY)) {
      if (name.endsWith('.txnindex')) await overwrite(world, name, (bytes) => bytes.subarray(0, -3));
    }
    const again = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: logEndOffset });
    assert.deepEqual(await again.abortedTransactions(0n, logEndOffset), aborted);
  });

  test('reads the leader epochs from the batches when their checkpoint cannot be read', async () => {
    const world = testWorld();
    const log = await openLog(world, { config });
    await writeBatches(log, workload());
    const { logEndOffset } = log;
    const epochs = log.leaderEpochs.entries;
    await log.close();
    await overwrite(world, 'leader-epoch-checkpoint', () => Buffer.from('0\n7\n0 0\n'));
    const again = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: logEndOffset });
    assert.deepEqual(again.leaderEpochs.entries, epochs);
  });

  test('starts anew at the log start offset when the files end before it', async () => {
    const world = testWorld();
    const log = await openLog(world);
    await writeBatches(log, [batch({ offset: 0n })]);
    await log.close();
    const again = await openLog(world, { logStartOffset: 10n });
    assert.equal(again.logStartOffset, 10n);
    assert.equal(again.logEndOffset, 10n);
    assert.deepEqual(
      again.segments().map(({ baseOffset }) => baseOffset),
      [10n],
    );
  });

  test('writes partition.metadata anew when a power cut left it empty', async () => {
    const world = testWorld();
    await (await openLog(world)).closeAbruptly();
    await overwrite(world, 'partition.metadata', () => Buffer.alloc(0));
    await openLog(world);
    assert.equal(await readPartitionMetadata(world.disk, DIRECTORY), 'AAAAAAAAAAAAAAAAAAAAAQ');
  });
});

function byId(a: { producerId: bigint }, b: { producerId: bigint }): number {
  return Number(a.producerId - b.producerId);
}

test('after a crash right behind a roll, all batches that a producer may send again are known', async () => {
  const world = testWorld();
  const batches = [0, 1, 2, 3, 4, 5, 6].map((index) =>
    batch({ offset: BigInt(index * 2), count: 2, producerId: 5n, producerEpoch: 0, baseSequence: index * 2 }),
  );
  const size = batches[0]?.length ?? 0;
  const config = testConfig({ 'segment.bytes': size * 2 });
  const log = await openLog(world, { config });
  await writeBatches(log, batches);
  await log.sync();
  const before = log.producers.get(5n)?.batches;
  assert.equal(before?.length, 5);
  await log.closeAbruptly();
  const again = await openLog(world, { config, recoveryPoint: log.recoveryPoint });
  assert.deepEqual(again.producers.get(5n)?.batches, before);
});
