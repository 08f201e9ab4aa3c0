import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LiveConfig, readConfig } from '../../config/index.ts';
import { ManualClock, MemoryDisk, SeededRandom, systemError } from '../../platform/index.ts';
import { encodeBatch, iterateBatches, readRecords } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { Partition } from '../engine.ts';
import { openLoaded, partitionSpec, read, rejectsWith, topicConfig } from '../engine-suite.ts';
import { type StorageConfig, storageConfigTable } from '../storage-config.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LocalEngine } from './local-engine.ts';
import { WorkPace } from './work-pace.ts';

const SEGMENT_BYTES = 1 << 20;
const BACKOFF_MS = 1000;

describe('the cleaner of the local engine', () => {
  let clock: ManualClock;
  let disk: FaultyDisk;
  let engine: LocalEngine;
  let live: LiveConfig<StorageConfig>;

  async function start(settings: Record<string, string> = {}): Promise<void> {
    const texts = { 'log.dirs': '/a', 'log.cleaner.backoff.ms': String(BACKOFF_MS), ...settings };
    live = new LiveConfig(readConfig(storageConfigTable, texts), storageConfigTable);
    const config = live.values;
    engine = new LocalEngine({ disk, clock, random: new SeededRandom(1), logger: silentLogger, config, nodeId: 1 });
    await engine.start();
  }

  beforeEach(() => {
    clock = new ManualClock();
    disk = new FaultyDisk(new MemoryDisk(clock));
  });

  afterEach(() => engine.stop());

  function open(settings: Record<string, string> = {}): Promise<Partition> {
    const config = topicConfig({ 'cleanup.policy': 'compact', 'segment.bytes': String(SEGMENT_BYTES), ...settings });
    return openLoaded(engine, partitionSpec({ config }));
  }

  /** Three segments' worth of ten keys, all overwritten many times. */
  async function fill(partition: Partition): Promise<void> {
    for (let round = 0; round < 40; round++) {
      const records = Array.from({ length: 10 }, (_, key) => ({
        timestamp: BigInt(clock.now()),
        key: Buffer.from(`key ${key}`),
        value: Buffer.alloc(10_000, round),
      }));
      await partition.append(encodeBatch({ records }), { durability: 'synced', origin: 'client' });
    }
  }

  async function offsetsOf(partition: Partition): Promise<bigint[]> {
    const offsets: bigint[] = [];
    for (let offset = partition.logStartOffset; offset < partition.highWatermark; ) {
      const { records } = await read(partition, offset);
      for (const chunk of records)
        for (const header of iterateBatches(chunk)) {
          for (const record of readRecords(chunk, header)) offsets.push(record.offset);
          offset = header.lastOffset + 1n;
        }
    }
    return offsets;
  }

  it('looks again as soon as a new log.cleaner.backoff.ms says, also where the one before said never', async () => {
    await start({ 'log.cleaner.backoff.ms': String(2n ** 63n - 1n) });
    const partition = await open();
    await fill(partition);
    await clock.advanceAndSettle(3_600_000);
    assert.equal((await offsetsOf(partition)).length, 400);
    live.change({ 'log.cleaner.backoff.ms': '5000' });
    engine.reconfigure();
    for (let turn = 0; turn < 50; turn++) await clock.advanceAndSettle(100);
    assert.ok((await offsetsOf(partition)).length < 150);
  });

  it('compacts what is dirty, and says how far it came', async () => {
    await start();
    const partition = await open();
    await fill(partition);
    assert.equal((await offsetsOf(partition)).length, 400);
    await clock.advanceAndSettle(BACKOFF_MS * 2);
    for (let turn = 0; turn < 50; turn++) await clock.advanceAndSettle(100);
    const left = await offsetsOf(partition);
    assert.ok(left.length < 150, `${left.length} records are left`);
    const checkpoint = (await disk.readFile('/a/cleaner-offset-checkpoint')).toString();
    assert.match(checkpoint, /^0\n1\norders 0 \d{3}\n$/);
    await engine.stop();
    await start();
    assert.deepEqual(await offsetsOf(await open()), left);
  });

  it('waits until there is room, also where the log has just been refused some', async () => {
    await start();
    const partition = await open();
    await fill(partition);
    disk.writeFault = { path: /\.log(\.cleaned)?$/, error: systemError('ENOSPC', 'write', '/a', 'no space left') };
    // The log is unusable until what was refused is taken back.
    disk.hold();
    await rejectsWith('KAFKA_STORAGE_ERROR', () => fill(partition));
    await clock.advanceAndSettle(BACKOFF_MS * 2);
    for (let turn = 0; turn < 50; turn++) await clock.advanceAndSettle(100);
    disk.release();
    disk.writeFault = undefined;
    await clock.advanceAndSettle(BACKOFF_MS * 2);
    for (let turn = 0; turn < 50; turn++) await clock.advanceAndSettle(100);
    assert.ok((await offsetsOf(partition)).length < 150);
    await fill(partition);
  });

  it('leaves other logs alone, and all of them when it is switched off', async () => {
    await start({ 'log.cleaner.enable': 'false' });
    const partition = await open();
    await fill(partition);
    await clock.advanceAndSettle(BACKOFF_MS * 10);
    assert.equal((await offsetsOf(partition)).length, 400);
  });

  it('leaves a log that is not dirty enough', async () => {
    await start();
    const partition = await open({ 'min.cleanable.dirty.ratio': '1' });
    await fill(partition);
    await clock.advanceAndSettle(BACKOFF_MS * 10);
    assert.equal((await offsetsOf(partition)).length, 400);
  });

  it('stops in the middle when the engine does', async () => {
    await start({ 'log.cleaner.io.max.bytes.per.second': '1000' });
    const partition = await open();
    await fill(partition);
    await clock.advanceAndSettle(BACKOFF_MS);
    await engine.stop();
    await start();
    assert.equal((await offsetsOf(await open())).length, 400);
  });

  it('compacts and deletes a log of both policies, and what DeleteRecords took stays gone', async () => {
    const policies = { 'cleanup.policy': 'compact,delete', 'retention.ms': '3600000' };
    await start({ 'log.retention.check.interval.ms': '1000' });
    const partition = await open(policies);
    await fill(partition);
    await partition.deleteRecords(25n);
    const cleaned = async () => {
      await clock.advanceAndSettle(BACKOFF_MS * 2);
      for (let turn = 0; turn < 50; turn++) await clock.advanceAndSettle(100);
      return offsetsOf(partition);
    };
    const left = await cleaned();
    assert.ok(left.length < 150 && left.every((offset) => offset >= 25n), `left are ${left}`);
    assert.equal(partition.logStartOffset, 25n);
    const { highWatermark } = partition;
    clock.advance(3_700_000);
    assert.deepEqual(await cleaned(), []);
    assert.equal(partition.logStartOffset, highWatermark);
    await engine.stop();
    await start();
    const again = await open(policies);
    assert.deepEqual([again.logStartOffset, again.highWatermark], [highWatermark, highWatermark]);
  });
});

describe('the pace of the cleaner', () => {
  it('keeps to its bytes per second', async () => {
    const clock = new ManualClock();
    const pace = new WorkPace(clock, () => 1000, new AbortController().signal);
    let slices = 0;
    const working = (async () => {
      while (slices < 20) {
        await pace.rest(500);
        slices++;
      }
    })();
    await clock.advanceAndSettle(5000);
    assert.equal(slices, 10);
    await clock.advanceAndSettle(5000);
    await working;
  });

  it('goes on within a second when it may use more', async () => {
    const clock = new ManualClock();
    let bytesPerSecond = 1;
    const pace = new WorkPace(clock, () => bytesPerSecond, new AbortController().signal);
    let slices = 0;
    const working = (async () => {
      for (; slices < 5; slices++) await pace.rest(1_000_000);
    })();
    await clock.advanceAndSettle(60_000);
    assert.equal(slices, 0);
    bytesPerSecond = 1e9;
    await clock.advanceAndSettle(1000);
    await clock.advanceAndSettle(10);
    await working;
  });

  it('rests for longer, the more others are at work while it rests', async () => {
    for (const [shareOfOthers, restMs] of [
      [0, 0],
      [0.5, 80],
      [1, 160],
    ] as const) {
      const clock = new ManualClock();
      const pace = new WorkPace(clock, () => 1e9, new AbortController().signal);
      const measured = pace.rest(10_000_000);
      clock.activeMs += 10 * shareOfOthers;
      await clock.advanceAndSettle(10);
      await measured;
      clock.advance(10);
      let isRested = false;
      const resting = pace.rest(0).then(() => {
        isRested = true;
      });
      await clock.advanceAndSettle(Math.max(restMs - 1, 0));
      assert.equal(isRested, restMs === 0);
      await clock.advanceAndSettle(1);
      await resting;
    }
  });

  it('ends when it is told to', async () => {
    const stopping = new AbortController();
    const resting = new WorkPace(new ManualClock(), () => 1, stopping.signal).rest(1000);
    stopping.abort(new Error('stop'));
    await assert.rejects(resting, /stop/);
  });
});
