import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { type Disk, ManualClock, MemoryDisk, SeededRandom, systemError } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { AppendOptions, PartitionSpec } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, rangesOf, read, rejectsWith, topicConfig } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LocalEngine } from './local-engine.ts';

const SYNCED: AppendOptions = { durability: 'synced', origin: 'client' };

describe('the log directories of the local engine', () => {
  let clock: ManualClock;
  let disk: MemoryDisk;
  let running: LocalEngine[];

  beforeEach(() => {
    clock = new ManualClock();
    disk = new MemoryDisk(clock);
    running = [];
  });

  afterEach(async () => {
    for (const engine of running) await engine.stop();
  });

  interface StartOptions {
    readonly nodeId?: number;
    readonly clusterId?: string;
    readonly disk?: Disk;
    readonly onLogDirectoryFailure?: (path: string) => void;
  }

  async function start(settings: Record<string, string> = {}, options: StartOptions = {}): Promise<LocalEngine> {
    const config = readConfig(storageConfigTable, { 'log.dirs': '/a', ...settings });
    const common = { disk, clock, random: new SeededRandom(1), logger: silentLogger, config, nodeId: 1 };
    const engine = new LocalEngine({ ...common, ...options });
    await engine.start();
    running.push(engine);
    return engine;
  }

  async function text(path: string): Promise<string> {
    return (await disk.readFile(path)).toString('utf8');
  }

  async function names(path: string): Promise<string[]> {
    return (await disk.list(path)).map(({ name }) => name).sort();
  }

  async function overwrite(path: string, position: number, bytes: Buffer): Promise<void> {
    const file = await disk.open(path);
    await file.write([bytes], position);
    await file.close();
  }

  const spec = (index: number, fields: Partial<PartitionSpec> = {}) => partitionSpec({ index, ...fields });

  it('are made, locked and marked with who they belong to', async () => {
    const engine = await start({ 'log.dirs': '/data/a,/data/b' });
    assert.deepEqual(await names('/data/a'), ['.lock', 'meta.properties']);
    const properties = await text('/data/a/meta.properties');
    assert.match(properties, /^version=1$/m);
    assert.match(properties, /^node\.id=1$/m);
    assert.ok(properties.includes(`cluster.id=${engine.clusterId}`));
    const directoryId = /^directory\.id=(\S{22})$/m.exec(properties)?.[1];
    assert.ok(directoryId !== undefined && !(await text('/data/b/meta.properties')).includes(directoryId));
  });

  it('cannot be used by two at once', async () => {
    await start();
    await assert.rejects(start(), /Cannot lock the log directory \/a: another process uses it/);
    await running[0]?.stop();
    await start();
  });

  it('keep their cluster id, and are refused to another node or cluster', async () => {
    const { clusterId } = await start();
    await running[0]?.stop();
    await assert.rejects(
      start({}, { nodeId: 2 }),
      /Cannot use the log directory \/a: it belongs to node 1, this is node 2/,
    );
    await assert.rejects(start({}, { clusterId: 'other' }), /belongs to cluster .*, this is cluster other/);
    assert.equal((await start({ 'log.dirs': '/a,/b' })).clusterId, clusterId);
    assert.ok((await text('/b/meta.properties')).includes(clusterId));
  });

  it('are marked clean by a stop, and no longer once they are used again', async () => {
    const engine = await start();
    await openLoaded(engine, spec(0));
    await engine.stop();
    assert.ok((await names('/a')).includes('.kafka_cleanshutdown'));
    await start();
    assert.ok(!(await names('/a')).includes('.kafka_cleanshutdown'));
  });

  it('are not marked clean while they hold what was not recovered', async () => {
    const engine = await start();
    for (const index of [0, 1]) await (await openLoaded(engine, spec(index))).append(batchOf(1), SYNCED);
    await engine.crash();
    const second = await start();
    await openLoaded(second, spec(0));
    await second.stop();
    assert.equal((await start()).wasCleanlyStopped, false);
  });

  it('share the partitions evenly, and keep each where it is', async () => {
    const settings = { 'log.dirs': '/a,/b,/c' };
    const engine = await start(settings);
    for (let index = 0; index < 9; index++) await openLoaded(engine, spec(index));
    const counts = async () => (await engine.describeLogDirs()).map(({ partitions }) => partitions.length);
    assert.deepEqual(await counts(), [3, 3, 3]);
    await (await openLoaded(engine, spec(5))).append(batchOf(2), SYNCED);
    await engine.stop();
    const again = await start(settings);
    assert.equal((await openLoaded(again, spec(5))).logEndOffset, 2n);
  });

  it('share the partitions evenly that are made at once', async () => {
    const engine = await start({ 'log.dirs': '/a,/b' });
    await Promise.all([0, 1, 2, 3].map((index) => engine.openPartition(spec(index))));
    const held = (await engine.describeLogDirs()).map(({ partitions }) => partitions.length);
    assert.deepEqual(held, [2, 2]);
  });

  it('leave the log of the metadata alone, which stands among the partitions', async () => {
    await disk.makeDirectory('/a/__cluster_metadata-0');
    const engine = await start();
    assert.equal(engine.wasCleanlyStopped, true);
    await engine.setStraysAside([]);
    await engine.crash();
    assert.ok((await names('/a')).includes('__cluster_metadata-0'));
  });

  it('have ids, in their order', async () => {
    const engine = await start({ 'log.dirs': '/b,/a' });
    const ids = await Promise.all(
      ['/b', '/a'].map(async (path) => /^directory\.id=(\S+)$/m.exec(await text(`${path}/meta.properties`))?.[1]),
    );
    assert.deepEqual(engine.directoryIds, ids);
  });

  it('tell the checkpoints of every partition in them', async () => {
    const engine = await start();
    const partition = await openLoaded(engine, spec(0));
    await partition.append(batchOf(3), SYNCED);
    await openLoaded(engine, spec(1));
    await partition.deleteRecords(2n);
    assert.equal(await text('/a/log-start-offset-checkpoint'), '0\n1\norders 0 2\n');
    await engine.stop();
    assert.equal(await text('/a/recovery-point-offset-checkpoint'), '0\n1\norders 0 3\n');
  });

  it('write their recovery points now and then', async () => {
    const intervals = { 'log.initial.task.delay.ms': '0', 'log.flush.offset.checkpoint.interval.ms': '1000' };
    const settings = { ...intervals, 'log.journal.max.bytes': '0' };
    const engine = await start(settings);
    await (await openLoaded(engine, spec(0, { config: topicConfig({ 'retention.ms': '-1' }) }))).append(
      batchOf(3),
      SYNCED,
    );
    await clock.advanceAndSettle(2000);
    assert.equal(await text('/a/recovery-point-offset-checkpoint'), '0\n1\norders 0 3\n');
  });

  it('keep the leader epochs of a partition before its recovery point', async () => {
    const intervals = { 'log.initial.task.delay.ms': '0', 'log.flush.offset.checkpoint.interval.ms': '1000' };
    const made: string[] = [];
    const watched = new FaultyDisk(disk);
    watched.rename = async (from, to) => {
      await disk.rename(from, to);
      made.push(to);
    };
    const engine = await start({ ...intervals, 'log.journal.max.bytes': '0' }, { disk: watched });
    const kept = spec(0, { leaderEpoch: 3, config: topicConfig({ 'retention.ms': '-1' }) });
    await (await openLoaded(engine, kept)).append(batchOf(1), SYNCED);
    assert.deepEqual(await names('/a/orders-0'), ['00000000000000000000.log', 'partition.metadata']);
    await clock.advanceAndSettle(2000);
    assert.equal(await text('/a/orders-0/leader-epoch-checkpoint'), '0\n1\n3 0\n');
    assert.deepEqual(made.filter((path) => /epoch|recovery/.test(path)).slice(-2), [
      '/a/orders-0/leader-epoch-checkpoint',
      '/a/recovery-point-offset-checkpoint',
    ]);
  });

  it('do not give the offsets of a removed partition to a new one of the same name', async () => {
    const engine = await start();
    const partition = await openLoaded(engine, spec(0));
    await partition.append(batchOf(5), SYNCED);
    await partition.deleteRecords(4n);
    await engine.removePartition('orders', 0);
    const again = await openLoaded(engine, spec(0, { topicId: 'BBBBBBBBBBBBBBBBBBBBBA' }));
    assert.equal(again.logStartOffset, 0n);
    assert.equal(await text('/a/log-start-offset-checkpoint'), '0\n0\n');
  });

  it('keep a removed partition until its time is over, and not longer than to the next start', async () => {
    const engine = await start();
    await openLoaded(engine, spec(0, { config: topicConfig({ 'file.delete.delay.ms': '5000' }) }));
    await engine.removePartition('orders', 0);
    const deleted = async () =>
      (await names('/a')).filter((name) => /^orders-0\.[0-9a-f]{32}-delete$/.test(name)).length;
    await clock.advanceAndSettle(4000);
    assert.equal(await deleted(), 1);
    await clock.advanceAndSettle(2000);
    assert.equal(await deleted(), 0);
    await openLoaded(engine, spec(0));
    await engine.removePartition('orders', 0);
    await engine.crash();
    assert.equal(await deleted(), 1);
    await start();
    await clock.advanceAndSettle(1);
    assert.equal(await deleted(), 0);
  });

  it('go on without a partition that is corrupt, and say which', async () => {
    const engine = await start();
    const partitions = await Promise.all([0, 1].map((index) => openLoaded(engine, spec(index))));
    for (const partition of partitions)
      for (let count = 0; count < 3; count++) await partition.append(batchOf(2), SYNCED);
    await engine.stop();
    await disk.remove('/a/.kafka_cleanshutdown');
    await overwrite('/a/orders-0/00000000000000000000.log', 100, Buffer.from([255, 255]));
    const again = await start();
    const [corrupt, sound] = [await again.openPartition(spec(0)), await openLoaded(again, spec(1))];
    await rejectsWith('KAFKA_STORAGE_ERROR', () => corrupt.load());
    await assert.rejects(corrupt.load(), /orders-0.*00000000000000000000\.log/);
    assert.equal(again.partition('orders', 0)?.error?.code, 'KAFKA_STORAGE_ERROR');
    assert.equal(rangesOf(await read(sound, 0n)).length, 3);
    await again.stop();
    assert.equal((await start()).wasCleanlyStopped, false);
  });

  it('are read anew after a crash from where the checkpoint says, or all when there is none', async () => {
    const engine = await start();
    await (await openLoaded(engine, spec(0))).append(batchOf(3), SYNCED);
    await engine.crash();
    await disk.makeDirectory('/a');
    const file = await disk.open('/a/recovery-point-offset-checkpoint', { create: true });
    await file.write([Buffer.from('nonsense')], 0);
    await file.close();
    const again = await start();
    assert.equal((await openLoaded(again, spec(0))).logEndOffset, 3n);
  });

  it('may fail at the start as long as one of them works', async () => {
    const settings = { 'log.dirs': '/a,/b' };
    const engine = await start(settings);
    for (const index of [0, 1]) await (await openLoaded(engine, spec(index))).append(batchOf(1), SYNCED);
    await engine.stop();
    const broken = new FaultyDisk(disk);
    broken.list = (path) =>
      path === '/a' ? Promise.reject(systemError('EACCES', 'scandir', path, 'permission denied')) : disk.list(path);
    const again = await start(settings, { disk: broken });
    await rejectsWith('KAFKA_STORAGE_ERROR', () => openLoaded(again, spec(0, { isNew: false })));
    assert.equal((await openLoaded(again, spec(1, { isNew: false }))).logEndOffset, 1n);
    await (await openLoaded(again, spec(2, { isNew: true }))).append(batchOf(1), SYNCED);
    const [first] = await again.describeLogDirs();
    assert.match(String(first?.error?.message), /Cannot use the log directory \/a: EACCES/);
    await again.stop();
    await assert.rejects(start({}, { disk: broken }), /Cannot use the log directory \/a: EACCES/);
  });

  it('go offline when a stray cannot be set aside for certain, and the others go on', async () => {
    const settings = { 'log.dirs': '/a,/b' };
    const engine = await start(settings);
    for (const index of [0, 1]) await (await openLoaded(engine, spec(index))).append(batchOf(1), SYNCED);
    await engine.stop();
    const failing = new FaultyDisk(disk);
    const failed: string[] = [];
    const again = await start(settings, { disk: failing, onLogDirectoryFailure: (path) => failed.push(path) });
    failing.syncFault = { path: /^\/a$/, error: systemError('EIO', 'fsync', '/a', 'i/o error') };
    await again.setStraysAside([]);
    assert.deepEqual(failed, ['/a']);
    await rejectsWith('KAFKA_STORAGE_ERROR', () => openLoaded(again, spec(0, { isNew: false })));
    await (await openLoaded(again, spec(2))).append(batchOf(1), SYNCED);
  });

  it('lose what retention takes, and tell those who watch', async () => {
    const engine = await start({ 'log.initial.task.delay.ms': '0', 'log.retention.check.interval.ms': '1000' });
    const partition = await openLoaded(engine, spec(0, { config: topicConfig({ 'retention.ms': '60000' }) }));
    const maxTimestamp = BigInt(clock.now());
    await partition.append(batchOf(4, { maxTimestamp }), SYNCED);
    let calls = 0;
    partition.watch(() => calls++);
    await clock.advanceAndSettle(59_000);
    assert.equal(partition.logStartOffset, 0n);
    await clock.advanceAndSettle(3000);
    assert.equal(partition.logStartOffset, 4n);
    assert.equal(calls, 1);
    await rejectsWith('OFFSET_OUT_OF_RANGE', () => read(partition, 0n));
    assert.equal((await partition.append(batchOf(1), SYNCED)).baseOffset, 4n);
  });

  it('forget producers that have been silent for long', async () => {
    const settings = { 'producer.id.expiration.ms': '60000', 'producer.id.expiration.check.interval.ms': '1000' };
    const engine = await start({ 'log.initial.task.delay.ms': '0', ...settings });
    const partition = await openLoaded(engine, spec(0));
    const maxTimestamp = BigInt(clock.now());
    await partition.append(batchOf(1, { producerId: 1n, producerEpoch: 0, baseSequence: 0, maxTimestamp }), SYNCED);
    await clock.advanceAndSettle(59_000);
    assert.equal(partition.producers().length, 1);
    await clock.advanceAndSettle(3000);
    assert.equal(partition.producers().length, 0);
  });
});
