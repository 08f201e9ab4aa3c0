import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { ManualClock, MemoryDisk, SeededRandom, systemError } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { AppendOptions, PartitionSpec } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, rejectsWith, topicConfig } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { LocalEngine } from './local-engine.ts';

const SYNCED: AppendOptions = { durability: 'synced', origin: 'client' };

/** Looking into the directories of some partitions, which is how loading them begins, waits until it is told to go on. */
class HeldDisk extends MemoryDisk {
  held: RegExp | undefined;
  #release = Promise.withResolvers<void>();

  hold(path: RegExp): void {
    this.held = path;
    this.#release = Promise.withResolvers<void>();
  }

  release(): void {
    this.held = undefined;
    this.#release.resolve();
  }

  override async readFile(path: string): Promise<Buffer> {
    if (this.held?.test(path)) await this.#release.promise;
    return super.readFile(path);
  }
}

describe('a partition of the local engine', () => {
  let clock: ManualClock;
  let disk: HeldDisk;
  let engine: LocalEngine;

  async function start(): Promise<LocalEngine> {
    // Without a journal, which would be what has the batches after a crash.
    const config = readConfig(storageConfigTable, { 'log.dirs': '/a', 'log.journal.max.bytes': '0' });
    engine = new LocalEngine({ disk, clock, random: new SeededRandom(1), logger: silentLogger, config, nodeId: 1 });
    await engine.start();
    return engine;
  }

  const spec = (index: number, fields: Partial<PartitionSpec> = {}) =>
    partitionSpec({ index, isNew: false, ...fields });

  beforeEach(async () => {
    clock = new ManualClock();
    disk = new HeldDisk(clock);
    await start();
    for (const index of [0, 1]) {
      const partition = await openLoaded(engine, spec(index, { isNew: true }));
      await partition.append(batchOf(index + 1), SYNCED);
    }
    await engine.crash();
    await start();
  });

  afterEach(async () => {
    disk.release();
    await engine.stop();
  });

  it('is led before its log is loaded, and waited for by nobody but who wants it', async () => {
    disk.hold(/orders-0/);
    const held = await engine.openPartition(spec(0));
    const other = await engine.openPartition(spec(1));
    assert.deepEqual([held.loaded, held.error], [undefined, undefined]);
    assert.equal((await other.load()).logEndOffset, 2n);
    assert.equal(held.loaded, undefined);
    disk.release();
    const loaded = await held.load();
    assert.equal(loaded.logEndOffset, 1n);
    assert.equal(held.loaded, loaded);
  });

  it('is loaded in the background when nobody asks for it', async () => {
    const hosted = await engine.openPartition(spec(1));
    for (let turns = 0; hosted.loaded === undefined; turns++) {
      assert.ok(turns < 1000, 'it is not loaded');
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(hosted.loaded.highWatermark, 2n);
  });

  it('serves those who waited for it in the order in which they came', async () => {
    disk.hold(/orders-0/);
    const hosted = await engine.openPartition(spec(0));
    const append = (value: string) =>
      hosted.load().then((partition) => partition.append(batchOf(1, {}, value), SYNCED));
    const early = [append('first'), append('second')];
    disk.release();
    let late: Promise<unknown> | undefined;
    for (let turns = 0; late === undefined; turns++) {
      assert.ok(turns < 1000, 'it is not loaded');
      // In between of whatever loading does.
      await null;
      if (hosted.loaded !== undefined) late = hosted.loaded.append(batchOf(1, {}, 'third'), SYNCED);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    await late;
    assert.deepEqual(
      (await Promise.all(early)).map(({ baseOffset }) => baseOffset),
      [1n, 2n],
    );
  });

  it('has the settings and the epoch that came while it was loaded', async () => {
    disk.hold(/orders-0/);
    const hosted = await engine.openPartition(spec(0));
    const loading = hosted.load();
    const config = topicConfig({ 'max.message.bytes': '80' });
    assert.equal(await engine.openPartition(spec(0, { leaderEpoch: 3, config })), hosted);
    disk.release();
    const partition = await loading;
    assert.equal(partition.leaderEpoch, 3);
    await rejectsWith('MESSAGE_TOO_LARGE', () => partition.append(batchOf(1, {}, 'x'.repeat(100)), SYNCED));
  });

  it('can be removed while it is loaded, and made anew', async () => {
    disk.hold(/orders-0/);
    const hosted = await engine.openPartition(spec(0));
    const loading = hosted.load();
    const removed = engine.removePartition('orders', 0);
    assert.equal(engine.partition('orders', 0), undefined);
    const again = openLoaded(engine, spec(0, { topicId: 'BBBBBBBBBBBBBBBBBBBBBA', isNew: true }));
    disk.release();
    await Promise.allSettled([loading, removed]);
    await rejectsWith('UNKNOWN_TOPIC_OR_PARTITION', async () => (await loading).append(batchOf(1), SYNCED));
    assert.equal((await again).logEndOffset, 0n);
  });

  it('is told of with the bytes that it has on the disk, loaded or not', async () => {
    const loaded = await openLoaded(engine, spec(1));
    const [directory] = await engine.describeLogDirs();
    const here = { isFuture: false, offsetLag: 0n };
    assert.deepEqual(
      directory?.partitions.toSorted((a, b) => a.index - b.index),
      [
        { topic: 'orders', index: 0, sizeInBytes: batchOf(1).length, ...here },
        { topic: 'orders', index: 1, sizeInBytes: loaded.sizeInBytes, ...here },
      ],
    );
  });

  it('leaves its directory unclean when the broker stops before it was recovered', async () => {
    const indexes = Array.from({ length: 12 }, (_, index) => index);
    for (const index of indexes) await (await openLoaded(engine, spec(index))).append(batchOf(1), SYNCED);
    await engine.crash();
    await start();
    disk.hold(/orders-/);
    const hosted = await Promise.all(indexes.map((index) => engine.openPartition(spec(index))));
    const stopped = engine.stop();
    disk.release();
    await stopped;
    const last = hosted.at(-1);
    await rejectsWith('NOT_LEADER_OR_FOLLOWER', () => last?.load());
    await start();
    assert.equal(engine.wasCleanlyStopped, false);
    const ends = await Promise.all(indexes.map(async (index) => (await openLoaded(engine, spec(index))).logEndOffset));
    assert.deepEqual(ends, [2n, 3n, ...Array(10).fill(1n)]);
  });

  it('that cannot be loaded says why, and is tried again when it is opened again', async () => {
    const path = '/a/orders-0/00000000000000000000.log';
    const good = await disk.readFile(path);
    const file = await disk.open(path);
    await file.write([Buffer.from([255])], 16);
    await disk.makeDirectory('/a');
    await (await disk.open('/a/recovery-point-offset-checkpoint', { create: true })).write(
      [Buffer.from('0\n1\norders 0 1\n')],
      0,
    );
    await engine.crash();
    await start();
    await file.write([good, good], 0);
    await file.write([Buffer.from([255])], 16);
    const hosted = await engine.openPartition(spec(0));
    await assert.rejects(hosted.load(), /Cannot open orders-0: .*00000000000000000000\.log is corrupt at byte 0/);
    assert.equal(hosted.error?.code, 'KAFKA_STORAGE_ERROR');
    await file.truncate(0);
    await file.write([good], 0);
    const again = await openLoaded(engine, spec(0));
    assert.equal(again.logEndOffset, 1n);
    assert.equal(engine.partition('orders', 0)?.error, undefined);
  });

  it('is told of when it is loaded while the others are measured', async () => {
    disk.hold(/orders-0/);
    const hosted = await engine.openPartition(spec(0));
    const { list } = disk;
    disk.list = async (path) => {
      disk.list = list;
      disk.release();
      await hosted.load();
      return list.call(disk, path);
    };
    const [directory] = await engine.describeLogDirs();
    assert.deepEqual(directory?.partitions.map(({ index }) => index).sort(), [0, 1]);
  });

  it('that a full disk kept from being made is made once there is room', async () => {
    const { makeDirectory } = disk;
    let isFull = true;
    disk.makeDirectory = (path) =>
      isFull ? Promise.reject(systemError('ENOSPC', 'mkdir', path, 'no space left')) : makeDirectory.call(disk, path);
    const hosted = await engine.openPartition(spec(7, { isNew: true }));
    assert.equal(hosted.error?.code, 'KAFKA_STORAGE_ERROR');
    isFull = false;
    await rejectsWith('KAFKA_STORAGE_ERROR', () => hosted.load());
    clock.advance(1000);
    assert.equal(hosted.error, undefined);
    await (await hosted.load()).append(batchOf(1), SYNCED);
    assert.equal(hosted.loaded?.logEndOffset, 1n);
  });
});
