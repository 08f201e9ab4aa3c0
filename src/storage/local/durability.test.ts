import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { ManualClock, MemoryDisk, SeededRandom, systemError } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { AppendOptions, Durability, Partition } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, rangesOf, read, rejectsWith, topicConfig } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LocalEngine } from './local-engine.ts';

const ask = (durability: Durability): AppendOptions => ({ durability, origin: 'client' });

/** Turns of the event loop, enough for everything that can go on to have gone on: neither disk nor clock is real. */
async function turns(): Promise<void> {
  for (let count = 0; count < 50; count++) await new Promise((resolve) => setImmediate(resolve));
}

/** How a promise stands now. */
async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> {
  let state: 'pending' | 'resolved' | 'rejected' = 'pending';
  promise.then(
    () => {
      state = 'resolved';
    },
    () => {
      state = 'rejected';
    },
  );
  await turns();
  return state;
}

describe('the local engine', () => {
  let clock: ManualClock;
  let disk: FaultyDisk;
  let engine: LocalEngine;
  let failures: string[];

  beforeEach(() => {
    clock = new ManualClock();
    disk = new FaultyDisk(new MemoryDisk(clock));
    failures = [];
  });

  afterEach(() => {
    disk.release();
    return engine.stop();
  });

  /** Without a journal, so that what is to last is synced in its segment. */
  async function start(settings: Record<string, string> = {}): Promise<void> {
    const config = readConfig(storageConfigTable, { 'log.dirs': '/a', 'log.journal.max.bytes': '0', ...settings });
    engine = new LocalEngine({
      disk,
      clock,
      random: new SeededRandom(1),
      logger: silentLogger,
      config,
      nodeId: 1,
      onLogDirectoryFailure: (path, _, online) => failures.push(`${path}, ${online} left`),
    });
    await engine.start();
  }

  function open(index = 0, settings: Record<string, string> = {}): Promise<Partition> {
    return openLoaded(engine, partitionSpec({ index, config: topicConfig(settings) }));
  }

  const logWrites = () => disk.writes.filter((path) => path.endsWith('.log')).length;
  const logSyncs = () => disk.syncs.filter((path) => path.endsWith('.log')).length;

  it('acknowledges nothing with acks=all before the sync has ended, and acks=1 before it', async () => {
    await start();
    const partition = await open();
    disk.hold();
    const written = partition.append(batchOf(1), ask('written'));
    assert.equal(await stateOf(written), 'resolved');
    assert.equal(partition.highWatermark, 1n);
    const synced = partition.append(batchOf(1), ask('synced'));
    assert.equal(await stateOf(synced), 'pending');
    assert.equal(partition.highWatermark, 1n);
    disk.release();
    await synced;
    assert.equal(partition.highWatermark, 2n);
  });

  it('holds what only asked to be written back behind what must be synced, so that readers see no later offset first', async () => {
    await start();
    const partition = await open();
    disk.hold();
    const synced = partition.append(batchOf(1), ask('synced'));
    const written = partition.append(batchOf(1), ask('written'));
    assert.equal(await stateOf(written), 'pending');
    assert.equal(partition.highWatermark, 0n);
    disk.release();
    await Promise.all([synced, written]);
    assert.equal(partition.highWatermark, 2n);
  });

  it('lets a writer that waits for nothing wait once too much is unwritten', async () => {
    await start({ 'log.unwritten.max.bytes': '1000' });
    const partition = await open();
    const resolved: number[] = [];
    const appends = [0, 1, 2].map((each) =>
      partition.append(batchOf(1, {}, 'x'.repeat(400)), ask('none')).then(() => resolved.push(each)),
    );
    await Promise.resolve();
    assert.deepEqual(resolved, [0, 1]);
    await Promise.all(appends);
    assert.equal(await stateOf(partition.append(batchOf(1), ask('none'))), 'resolved');
  });

  it('shares one write and one sync among all appends that arrive together', async () => {
    await start();
    const partition = await open();
    await Promise.all(Array.from({ length: 50 }, () => partition.append(batchOf(1), ask('synced'))));
    assert.equal(logWrites(), 1);
    assert.equal(logSyncs(), 1);
  });

  it('makes one group of everything that arrives during a sync', async () => {
    await start();
    const partition = await open();
    disk.hold();
    const first = partition.append(batchOf(1), ask('synced'));
    await turns();
    const rest = Array.from({ length: 20 }, () => partition.append(batchOf(1), ask('synced')));
    await turns();
    disk.release();
    await Promise.all([first, ...rest]);
    assert.equal(logSyncs(), 2);
  });

  it('does not call a batch that was sent again durable before the first one is', async () => {
    await start();
    const partition = await open();
    disk.hold();
    const send = () =>
      partition.append(batchOf(1, { producerId: 1n, producerEpoch: 0, baseSequence: 0 }), ask('synced'));
    const first = send();
    await turns();
    const again = send();
    assert.equal(await stateOf(again), 'pending');
    disk.release();
    assert.deepEqual(await again, await first);
    assert.equal(partition.logEndOffset, 1n);
  });

  it('answers acks=all once it is written where log.flush.on.acks.all is false', async () => {
    await start({ 'log.flush.on.acks.all': 'false' });
    const partition = await open();
    disk.hold();
    await partition.append(batchOf(1), ask('synced'));
    assert.equal(logSyncs(), 0);
  });

  it('syncs after as many records as flush.messages says, whoever wrote them', async () => {
    await start();
    const partition = await open(0, { 'flush.messages': '3' });
    await partition.append(batchOf(2), ask('written'));
    assert.equal(logSyncs(), 0);
    await partition.append(batchOf(1), ask('written'));
    assert.equal(logSyncs(), 1);
  });

  it('syncs what has waited longer than flush.ms', async () => {
    await start({ 'log.flush.scheduler.interval.ms': '100', 'log.initial.task.delay.ms': '0' });
    const partition = await open(0, { 'flush.ms': '1000', 'retention.ms': '-1' });
    await partition.append(batchOf(1), ask('written'));
    await clock.advanceAndSettle(900);
    assert.equal(logSyncs(), 0);
    await clock.advanceAndSettle(200);
    await turns();
    assert.equal(logSyncs(), 1);
  });

  it('takes a log directory offline for good when a sync fails, and serves the others', async () => {
    await start({ 'log.dirs': '/a,/b' });
    const [bad, good] = [await open(0), await open(1)];
    await bad.append(batchOf(1), ask('synced'));
    const fault = { path: /^\/a\/.*\.log$/, error: systemError('EIO', 'fdatasync', '/a', 'i/o error') };
    disk.syncFault = fault;
    let calls = 0;
    bad.watch(() => calls++);
    const appends = [bad.append(batchOf(1), ask('synced')), bad.append(batchOf(1), ask('written'))];
    for (const append of appends) await rejectsWith('KAFKA_STORAGE_ERROR', () => append);
    disk.syncFault = undefined;
    const syncs = logSyncs();
    await rejectsWith('KAFKA_STORAGE_ERROR', () => bad.append(batchOf(1), ask('synced')));
    await rejectsWith('KAFKA_STORAGE_ERROR', () => read(bad, 0n));
    assert.equal(logSyncs(), syncs);
    assert.equal(calls, 1);
    assert.deepEqual(failures, ['/a, 1 left']);
    await good.append(batchOf(1), ask('synced'));
    const described = await engine.describeLogDirs();
    assert.match(String(described.find(({ path }) => path === '/a')?.error?.message), /i\/o error/);
  });

  it('does not call a directory cleanly stopped whose sync failed', async () => {
    await start();
    const partition = await open();
    disk.syncFault = { path: /\.log$/, error: systemError('EIO', 'fdatasync', '/a', 'i/o error') };
    await rejectsWith('KAFKA_STORAGE_ERROR', () => partition.append(batchOf(1), ask('synced')));
    disk.syncFault = undefined;
    await engine.stop();
    await start();
    assert.equal(engine.wasCleanlyStopped, false);
  });

  it('refuses writes on a full disk, goes on reading, and goes on writing once there is room', async () => {
    await start();
    const partition = await open();
    const idempotent = (baseSequence: number) =>
      partition.append(
        batchOf(1, { producerId: 1n, producerEpoch: 0, baseSequence, maxTimestamp: BigInt(clock.now()) }),
        ask('synced'),
      );
    await idempotent(0);
    disk.writeFault = { path: /\.log$/, error: systemError('ENOSPC', 'write', '/a', 'no space left') };
    const refused = [idempotent(1), idempotent(2)];
    for (const append of refused) await rejectsWith('KAFKA_STORAGE_ERROR', () => append);
    assert.deepEqual(rangesOf(await read(partition, 0n)), [[0n, 0n]]);
    assert.deepEqual(failures, []);
    disk.writeFault = undefined;
    await turns();
    assert.equal(partition.logEndOffset, 1n);
    assert.equal((await idempotent(1)).baseOffset, 1n);
    assert.deepEqual(rangesOf(await read(partition, 0n)), [
      [0n, 0n],
      [1n, 1n],
    ]);
  });

  it('takes a log directory offline when it cannot be written to at all', async () => {
    await start();
    const partition = await open();
    disk.writeFault = { path: /\.log$/, error: systemError('EIO', 'write', '/a', 'i/o error') };
    await rejectsWith('KAFKA_STORAGE_ERROR', () => partition.append(batchOf(1), ask('written')));
    assert.deepEqual(failures, ['/a, 0 left']);
  });

  it('takes a log directory offline when it cannot be read', async () => {
    await start({ 'log.tail.cache.bytes': '0' });
    const partition = await open();
    await partition.append(batchOf(1), ask('synced'));
    disk.readFault = { path: /\.log$/, error: systemError('EIO', 'read', '/a', 'i/o error') };
    await rejectsWith('KAFKA_STORAGE_ERROR', () => read(partition, 0n));
    assert.deepEqual(failures, ['/a, 0 left']);
  });

  it('keeps in memory what clients wrote, and of a coordinator only what follows on that', async () => {
    await start();
    const coordinator = { durability: 'synced', origin: 'coordinator' } as const;
    const [internal, topic] = [await open(0), await open(1)];
    await internal.append(batchOf(1), coordinator);
    await topic.append(batchOf(1), ask('synced'));
    await topic.append(batchOf(1), coordinator);
    disk.readFault = { path: /\.log$/, error: systemError('EIO', 'read', '/a', 'i/o error') };
    assert.deepEqual(rangesOf(await read(topic, 0n)), [
      [0n, 0n],
      [1n, 1n],
    ]);
    await rejectsWith('KAFKA_STORAGE_ERROR', () => read(internal, 0n));
  });

  it('does not open a partition whose recovered records cannot be made durable, nor any other of the directory', async () => {
    await start();
    await (await open()).append(batchOf(1), ask('written'));
    await engine.crash();
    await start();
    disk.syncFault = { path: /\.log$/, error: systemError('EIO', 'fdatasync', '/a', 'i/o error') };
    for (const index of [0, 1]) await rejectsWith('KAFKA_STORAGE_ERROR', () => open(index));
    assert.deepEqual(failures, ['/a, 0 left']);
  });

  it('makes everything durable when it stops, and waits for what is under way', async () => {
    await start();
    const partition = await open();
    disk.hold();
    const append = partition.append(batchOf(1), ask('synced'));
    await turns();
    const stopped = engine.stop();
    await rejectsWith('NOT_LEADER_OR_FOLLOWER', () => partition.append(batchOf(1), ask('none')));
    disk.release();
    await Promise.all([append, stopped]);
    await start();
    assert.equal(engine.wasCleanlyStopped, true);
    assert.equal((await open()).logEndOffset, 1n);
  });

  it('makes durable what a crash left unsynced before it shows it again', async () => {
    await start();
    await (await open()).append(batchOf(3), ask('written'));
    assert.equal(logSyncs(), 0);
    await engine.crash();
    await start();
    assert.equal((await open()).highWatermark, 3n);
    assert.equal(logSyncs(), 1);
  });
});
