// Moves of a partition between log directories, on a disk in memory: what is seen while they are under way, and what stops them.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { type Disk, ManualClock, MemoryDisk, SeededRandom, systemError } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { AppendOptions, Partition } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, read, rejectsWith, topicConfig, valuesOf } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LocalEngine } from './local-engine.ts';
import type { LocalPartition } from './partition.ts';

const SYNCED: AppendOptions = { durability: 'synced', origin: 'client' };
const UNSYNCED: AppendOptions = { durability: 'written', origin: 'client' };
const SETTINGS = { 'log.dirs': '/a,/b,/c' };
/** Smaller segments than a request may ask for, so that there are many. */
const TOPIC = {
  config: { ...topicConfig({ 'file.delete.delay.ms': '1000', 'retention.ms': '-1' }), 'segment.bytes': 1000 },
};

describe('a partition that moves to another log directory', () => {
  let clock: ManualClock;
  let disk: MemoryDisk;
  let engine: LocalEngine;
  let partition: Partition;
  /** What the metadata says, by directory id. */
  let assigned: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    disk = new MemoryDisk(clock);
    assigned = [];
    engine = await start();
    partition = await openLoaded(engine, partitionSpec(TOPIC));
  });

  afterEach(() => engine.stop());

  async function start(settings: Record<string, string> = {}, on: Disk = disk): Promise<LocalEngine> {
    const config = readConfig(storageConfigTable, { ...SETTINGS, ...settings });
    const assignDirectory = async (_partition: unknown, directoryId: string) => {
      if (assigned.at(-1) !== directoryId) assigned.push(directoryId);
    };
    const common = { clock, random: new SeededRandom(1), logger: silentLogger, config, nodeId: 1 };
    const started = new LocalEngine({ ...common, disk: on, assignDirectory });
    await started.start();
    return started;
  }

  /** Turns of the event loop, with the clock going on, until it is so. */
  async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
    for (let turn = 0; turn < 2000; turn++) {
      if (await isSo()) return;
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10);
    }
    assert.fail(`it never came to be that ${what}`);
  }

  /** Where it is, and where it is on its way to: `a`, `a > b`. */
  async function place(): Promise<string> {
    const described = await engine.describeLogDirs();
    const holding = (isFuture: boolean) =>
      described
        .filter(({ partitions }) => partitions.some((each) => each.isFuture === isFuture))
        .map(({ path }) => path.slice(1));
    return [...holding(false), ...holding(true).flatMap((path) => ['>', path])].join(' ');
  }

  async function append(count: number, options = SYNCED): Promise<void> {
    for (let index = 0; index < count; index++)
      await partition.append(batchOf(1, {}, `value ${partition.logEndOffset}`), options);
  }

  async function assertWhole(count: number): Promise<void> {
    const values: string[] = [];
    for (let offset = partition.logStartOffset; offset < partition.highWatermark; ) {
      const found = valuesOf(await read(partition, offset, { maxBytes: 500 }));
      values.push(...found);
      offset += BigInt(found.length);
    }
    const first = Number(partition.logStartOffset);
    assert.deepEqual(
      values,
      Array.from({ length: count - first }, (_, index) => `value ${first + index} 0`),
    );
  }

  async function names(path: string): Promise<string[]> {
    return (await disk.list(path))
      .filter(({ kind }) => kind === 'directory')
      .map(({ name }) => name.replace(/[0-9a-f]{32}/, 'id'));
  }

  it('is in the other one afterwards, with all its records, and the old copy goes', async () => {
    await append(50);
    await engine.movePartition('orders', 0, '/b');
    assert.deepEqual(await names('/b'), ['orders-0.id-future']);
    await until(async () => (await place()) === 'b', 'it had moved');
    await assertWhole(50);
    await append(5);
    await assertWhole(55);
    assert.deepEqual(await names('/b'), ['orders-0']);
    assert.deepEqual(
      assigned.map((id) => engine.directoryIds.indexOf(id)),
      [0, 1],
    );
    clock.advance(1000);
    await until(async () => (await names('/a')).length === 0, 'the old copy was gone');
    await engine.stop();
    engine = await start();
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    assert.equal(await place(), 'b');
    await assertWhole(55);
  });

  it('takes appends and serves readers all the time', async () => {
    await append(100);
    await engine.movePartition('orders', 0, '/b');
    let appended = 100;
    let reads = 0;
    while ((await place()) !== 'b') {
      await append(1, appended % 2 === 0 ? SYNCED : UNSYNCED);
      appended++;
      const offset = BigInt(appended - 1);
      assert.deepEqual(valuesOf(await read(partition, offset)), [`value ${offset} 0`]);
      reads++;
      clock.advance(10);
      assert.ok(appended < 5000, 'it never moves');
    }
    assert.ok(reads > 0);
    await append(3);
    await assertWhole(appended + 3);
  });

  it('has what was appended as it changed places once', async () => {
    await append(50);
    const local = engine.partition('orders', 0)?.loaded as LocalPartition;
    const hold = local.hold.bind(local);
    let appended: Promise<unknown> = Promise.resolve();
    local.hold = () => {
      const held = hold();
      appended = append(1);
      return held;
    };
    await engine.movePartition('orders', 0, '/b');
    await until(async () => (await place()) === 'b', 'it had moved');
    await appended;
    await append(3);
    await assertWhole(54);
  });

  it('tells how far the copy has come, and is halted by a limit of 0', async () => {
    await engine.stop();
    engine = await start({ 'replica.alter.log.dirs.io.max.bytes.per.second': '0' });
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    await append(100);
    await engine.movePartition('orders', 0, '/b');
    const lag = async () => {
      const [, b] = await engine.describeLogDirs();
      return b?.partitions[0]?.offsetLag ?? -1n;
    };
    await until(async () => (await lag()) < 100n, 'the first piece was copied');
    const lagging = await lag();
    assert.ok(lagging > 0n);
    for (let turn = 0; turn < 100; turn++) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(await lag(), lagging);
    assert.equal(await place(), 'a > b');
  });

  it('keeps to the limit of bytes per second, which it shares with others that move', async () => {
    const bytesPerSecond = 2000;
    await engine.stop();
    engine = await start({ 'replica.alter.log.dirs.io.max.bytes.per.second': `${bytesPerSecond}` });
    for (const index of [1, 0]) {
      partition = await openLoaded(engine, partitionSpec({ ...TOPIC, index, isNew: index === 1 }));
      await append(100);
    }
    const held = (await engine.describeLogDirs()).flatMap(({ partitions }) => partitions);
    const bytes = held.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
    const startMs = clock.monotonic();
    for (const { index } of held) await engine.movePartition('orders', index, '/c');
    await until(async () => (await place()) === 'c', 'both had moved');
    const seconds = (clock.monotonic() - startMs) / 1000;
    // A piece of each is copied before the first rest, and none is waited for after the last one.
    const aheadBytes = 2 * TOPIC.config['segment.bytes'];
    assert.ok(seconds >= (bytes - aheadBytes) / bytesPerSecond, `${bytes} bytes in ${seconds} s`);
    assert.ok(seconds <= bytes / bytesPerSecond + 1, `${bytes} bytes in ${seconds} s`);
    await assertWhole(100);
  });

  it('stays where it is when that is asked for, and goes elsewhere instead', async () => {
    await engine.stop();
    engine = await start({ 'replica.alter.log.dirs.io.max.bytes.per.second': '0' });
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    await append(100);
    await engine.movePartition('orders', 0, '/b');
    await engine.movePartition('orders', 0, '/b');
    assert.equal(await place(), 'a > b');
    await engine.movePartition('orders', 0, '/c');
    assert.equal(await place(), 'a > c');
    await engine.movePartition('orders', 0, '/a');
    assert.equal(await place(), 'a');
    clock.advance(1);
    await until(async () => [...(await names('/b')), ...(await names('/c'))].length === 0, 'the copies were gone');
    await assertWhole(100);
  });

  it('moves on after a restart in the middle', async () => {
    await append(100);
    await engine.movePartition('orders', 0, '/b');
    await engine.crash();
    engine = await start();
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    await until(async () => (await place()) === 'b', 'it had moved');
    await assertWhole(100);
    await until(async () => (await names('/b')).length === 1, 'the copy of before was gone');
  });

  it('moves with what only the journal has of it', async () => {
    const others = await Promise.all([1, 2, 3].map((index) => openLoaded(engine, partitionSpec({ ...TOPIC, index }))));
    const inA = (await engine.describeLogDirs())[0]?.partitions.length;
    assert.ok(inA !== undefined && others.length === 3);
    await engine.stop();
    engine = await start({ 'log.journal.min.partitions': '1' });
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    await append(30);
    await engine.movePartition('orders', 0, '/b');
    await until(async () => engine.partition('orders', 0)?.directoryId === engine.directoryIds[1], 'it had moved');
    await append(10);
    await engine.crash();
    engine = await start();
    const directoryId = engine.directoryIds[1];
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false, directoryId }));
    await assertWhole(40);
  });

  it('leaves out what was deleted, also while it moves', async () => {
    await append(60);
    await partition.deleteRecords(31n);
    await engine.movePartition('orders', 0, '/b');
    await partition.deleteRecords(45n);
    await until(async () => (await place()) === 'b', 'it had moved');
    assert.equal(partition.logStartOffset, 45n);
    await partition.deleteRecords(60n);
    await engine.movePartition('orders', 0, '/c');
    await until(async () => (await place()) === 'c', 'it had moved again, with nothing in it');
    await engine.crash();
    engine = await start();
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    assert.deepEqual([partition.logStartOffset, partition.logEndOffset], [60n, 60n]);
  });

  it('may be deleted on the way', async () => {
    await append(100);
    await engine.movePartition('orders', 0, '/b');
    await engine.removePartition('orders', 0);
    clock.advance(1000);
    await until(async () => [...(await names('/a')), ...(await names('/b'))].length === 0, 'all was gone');
    const again = partitionSpec({ ...TOPIC, topicId: 'BBBBBBBBBBBBBBBBBBBBBA' });
    assert.equal((await openLoaded(engine, again)).logEndOffset, 0n);
  });

  it('stays where it is when the other directory fails', async () => {
    await append(100);
    const faulty = new FaultyDisk(disk);
    await engine.stop();
    engine = await start({}, faulty);
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    faulty.writeFault = { path: /^\/b\/.*\.log$/, error: systemError('EIO', 'write', '/b', 'i/o error') };
    await engine.movePartition('orders', 0, '/b').catch(() => {});
    await until(async () => (await engine.describeLogDirs())[1]?.error !== undefined, 'the directory was offline');
    await append(5);
    await assertWhole(105);
    await rejectsWith('KAFKA_STORAGE_ERROR', () => engine.movePartition('orders', 0, '/b'));
    await rejectsWith('KAFKA_STORAGE_ERROR', () => engine.movePartition('orders', 0, '/c'));
  });

  it('waits for room where the other directory is full', async () => {
    await append(100);
    const faulty = new FaultyDisk(disk);
    await engine.stop();
    engine = await start({}, faulty);
    partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false }));
    faulty.writeFault = { path: /^\/b\/.*\.log$/, error: systemError('ENOSPC', 'write', '/b', 'no space is left') };
    await engine.movePartition('orders', 0, '/b');
    for (let turn = 0; turn < 50; turn++) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(await place(), 'a > b');
    await append(5);
    faulty.writeFault = undefined;
    clock.advance(10_000);
    await until(async () => (await place()) === 'b', 'it had moved');
    await assertWhole(105);
  });

  it('may be asked for where it does not exist yet', async () => {
    await rejectsWith('UNKNOWN_TOPIC_OR_PARTITION', () => engine.movePartition('later', 0, '/c'));
    await rejectsWith('LOG_DIR_NOT_FOUND', () => engine.movePartition('later', 0, '/d'));
    const later = await engine.openPartition(partitionSpec({ topic: 'later' }));
    assert.equal(later.directoryId, engine.directoryIds[2]);
    const long = 'x'.repeat(215);
    await rejectsWith('INVALID_TOPIC_EXCEPTION', () => engine.movePartition(long, 0, '/c'));
  });

  it('is in one directory only where a move has left two copies: that which the metadata names', async () => {
    await append(20);
    await engine.stop();
    for (const [chosen, other] of [
      ['/b', '/a'],
      ['/a', '/b'],
    ] as const) {
      await copyDirectory(`${other}/orders-0`, `${chosen}/orders-0`);
      engine = await start();
      const directoryId = engine.directoryIds[chosen === '/a' ? 0 : 1] ?? '';
      partition = await openLoaded(engine, partitionSpec({ ...TOPIC, isNew: false, directoryId }));
      assert.equal(await place(), chosen.slice(1));
      await assertWhole(20);
      clock.advance(1);
      await until(async () => (await names(other)).length === 0, 'the other copy was gone');
      await engine.stop();
    }
  });

  async function copyDirectory(from: string, to: string): Promise<void> {
    await disk.makeDirectory(to);
    for (const { name } of await disk.list(from)) {
      const file = await disk.open(`${to}/${name}`, { create: true });
      await file.write([await disk.readFile(`${from}/${name}`)], 0);
      await file.close();
    }
  }
});
