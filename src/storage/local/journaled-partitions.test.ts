import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { ManualClock, MemoryDisk, SeededRandom, systemError } from '../../platform/index.ts';
import { iterateBatches, readRecords } from '../../protocol/index.ts';
import { MemoryLogger } from '../../telemetry/index.ts';
import type { AppendOptions, Durability, Partition, PartitionSpec } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, read, rejectsWith, topicConfig } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LocalEngine } from './local-engine.ts';

const ask = (durability: Durability): AppendOptions => ({ durability, origin: 'client' });
const FULL = systemError('ENOSPC', 'write', '/a', 'no space left');
const BROKEN = systemError('EIO', 'fdatasync', '/a', 'i/o error');

describe('partitions with a journal', () => {
  let clock: ManualClock;
  let memory: MemoryDisk;
  let disk: FaultyDisk;
  let logger: MemoryLogger;
  let engine: LocalEngine;
  let failures: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    memory = new MemoryDisk(clock);
    disk = new FaultyDisk(memory);
    failures = [];
    await start();
  });

  afterEach(() => engine.stop());

  async function start(settings: Record<string, string> = {}): Promise<void> {
    logger = new MemoryLogger();
    const journalForAll = { 'log.journal.min.partitions': '1' };
    const all = { 'log.dirs': '/a', 'log.tail.cache.bytes': '0', ...journalForAll, ...settings };
    const config = readConfig(storageConfigTable, all);
    const onLogDirectoryFailure = (path: string) => failures.push(path);
    const common = { disk, clock, logger, config, nodeId: 1, onLogDirectoryFailure };
    engine = new LocalEngine({ ...common, random: new SeededRandom(1) });
    await engine.start();
  }

  function open(index = 0, fields: Partial<PartitionSpec> = {}): Promise<Partition> {
    const config = topicConfig({ 'retention.ms': '-1' });
    return openLoaded(engine, partitionSpec({ index, config, ...fields }));
  }

  const append = (partition: Partition, value: string, durability: Durability = 'synced') =>
    partition.append(batchOf(1, {}, value), ask(durability));

  async function values(partition: Partition): Promise<string[]> {
    const found: string[] = [];
    for (let offset = partition.logStartOffset; offset < partition.highWatermark; ) {
      const { records } = await read(partition, offset);
      assert.ok(records.length > 0, `nothing at ${offset}`);
      for (const chunk of records) {
        for (const header of iterateBatches(chunk)) {
          for (const record of readRecords(chunk, header)) found.push(String(record.value).replace(/ 0$/, ''));
          offset = header.lastOffset + 1n;
        }
      }
    }
    return found;
  }

  /** Turns of the event loop, enough for everything that can go on to have gone on. */
  async function turns(): Promise<void> {
    for (let count = 0; count < 50; count++) await new Promise((resolve) => setImmediate(resolve));
  }

  async function crash(): Promise<void> {
    await engine.crash();
  }

  async function crashAndStart(settings: Record<string, string> = {}): Promise<void> {
    await crash();
    await start(settings);
  }

  const syncsOf = (end: string) => disk.syncs.filter((path) => path.endsWith(end)).length;
  const writesOf = (end: string) => disk.writes.filter((path) => path.endsWith(end)).length;
  const journalFiles = async () => (await disk.list('/a')).filter(({ name }) => name.endsWith('.journal'));

  it('make appends to all of them durable with one sync, and write their segments later', async () => {
    const partitions = await Promise.all(Array.from({ length: 20 }, (_, index) => open(index)));
    await Promise.all(partitions.map((partition) => append(partition, 'one')));
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log'), writesOf('.log')], [1, 0, 0]);
    for (const partition of partitions) assert.equal(partition.highWatermark, 1n);
    for (const partition of partitions) await append(partition, 'two');
    clock.advance(5000);
    await turns();
    assert.deepEqual([syncsOf('.log'), writesOf('.log')], [0, 20]);
  });

  it('are synced themselves while they are few', async () => {
    await engine.stop();
    await start({ 'log.journal.min.partitions': '3' });
    const partitions = await Promise.all([0, 1, 2].map((index) => open(index)));
    await Promise.all(partitions.slice(1).map((partition) => append(partition, 'a few')));
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log')], [0, 2]);
    await Promise.all(partitions.map((partition) => append(partition, 'more')));
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log')], [1, 2]);
  });

  it('give readers what is in no segment yet', async () => {
    const partition = await open();
    await append(partition, 'one');
    await append(partition, 'two');
    assert.deepEqual(await values(partition), ['one', 'two']);
    assert.equal(writesOf('.log'), 0);
    await append(partition, 'three');
    assert.equal((await partition.findMaxTimestamp())?.offset, 0n);
    assert.deepEqual(await values(partition), ['one', 'two', 'three']);
  });

  it('get back after a crash what was committed and never written, with what their producers had sent', async () => {
    const send = (partition: Partition, baseSequence: number) =>
      partition.append(
        batchOf(1, { producerId: 9n, producerEpoch: 0, baseSequence }, `${baseSequence}`),
        ask('synced'),
      );
    const partition = await open();
    for (let sequence = 0; sequence < 3; sequence++) await send(partition, sequence);
    await crashAndStart();
    const again = await open();
    assert.deepEqual(await values(again), ['0', '1', '2']);
    assert.equal((await send(again, 2)).baseOffset, 2n);
    assert.equal((await send(again, 3)).baseOffset, 3n);
    assert.deepEqual((await journalFiles()).length, 1);
    await crashAndStart();
    assert.deepEqual(await values(await open()), ['0', '1', '2', '3']);
  });

  it('get back what their directory is gone with, where the directory fits the journal', async () => {
    await append(await open(), 'kept');
    await crash();
    await disk.remove('/a/orders-0');
    await start();
    assert.deepEqual(await values(await open()), ['kept']);
  });

  it('get back the end of a segment that a power cut took, although the segment behind it is there, on a compacted topic too', async () => {
    const config = topicConfig({
      'cleanup.policy': 'compact',
      'index.interval.bytes': '0',
      'segment.index.bytes': '24',
    });
    const partition = await open(0, { config });
    const sent = Array.from({ length: 4 }, (_, index) => `${index}`);
    for (const value of sent) await append(partition, value);
    clock.advance(5000);
    await turns();
    await crash();
    const [first, second] = (await disk.list('/a/orders-0')).filter(({ name }) => name.endsWith('.log'));
    assert.ok(first && second);
    const path = `/a/orders-0/${first.name}`;
    const [, last] = [...iterateBatches(await disk.readFile(path))];
    const segment = await disk.open(path);
    await segment.truncate(last?.position ?? 0);
    await segment.close();
    await start();
    assert.deepEqual(await values(await open(0, { config })), sent);
  });

  it('get nothing of a deleted topic of the same name', async () => {
    await append(await open(), 'old');
    await crash();
    await disk.remove('/a/orders-0');
    await start();
    const other = await open(0, { topicId: 'AAAAAAAAAAAAAAAAAAAAZw' });
    assert.equal(other.logEndOffset, 0n);
    assert.equal((await journalFiles()).length, 1);
    await engine.setStraysAside([{ topic: 'orders', topicId: other.topicId, partitionCount: 1 }]);
    assert.equal((await journalFiles()).length, 0);
  });

  it('keep the journal until each of them was opened', async () => {
    await Promise.all([append(await open(0), 'zero'), append(await open(1), 'one')]);
    const [journal] = await journalFiles();
    const isKept = async () => (await journalFiles()).some(({ name }) => name === journal?.name);
    await crashAndStart();
    await open(0);
    assert.equal(await isKept(), true);
    await crashAndStart();
    assert.deepEqual(await values(await open(1)), ['one']);
    assert.deepEqual(await values(await open(0)), ['zero']);
    assert.equal(await isKept(), false);
  });

  it('find what they lack in the newest file too, where a power cut brings an older one back that begins later', async () => {
    await engine.stop();
    await start({ 'log.journal.max.bytes': '32768' });
    const partition = await open();
    const sent = Array.from({ length: 4 }, (_, index) => `${index}`);
    for (const value of sent) await append(partition, value);
    await crash();
    const path = `/a/${(await journalFiles()).at(-1)?.name}`;
    const later = await disk.readFile(path);
    await start();
    assert.deepEqual(await values(await open()), sent);
    assert.equal(await disk.status(path), undefined);
    await crash();
    const segment = await disk.open('/a/orders-0/00000000000000000000.log');
    await segment.truncate(0);
    await segment.close();
    const back = await disk.open(path, { create: true });
    await back.write([later], 0);
    await back.close();
    await start();
    assert.deepEqual(await values(await open()), sent);
  });

  it('have what a crash left in the page cache only made durable together by the journal, before readers see it', async () => {
    const partitions = await Promise.all(Array.from({ length: 20 }, (_, index) => open(index)));
    await Promise.all(partitions.map((partition) => append(partition, 'in memory', 'written')));
    await crash();
    disk.syncs.length = 0;
    await start();
    await Promise.all(Array.from({ length: 20 }, (_, index) => open(index)));
    assert.equal(syncsOf('.log'), 0);
    assert.ok(syncsOf('.journal') > 0 && syncsOf('.journal') < 20, `${syncsOf('.journal')}`);
    await crash();
    await disk.cutPower(new SeededRandom(7));
    await start();
    for (let index = 0; index < 20; index++) assert.deepEqual(await values(await open(index)), ['in memory']);
    assert.deepEqual(failures, []);
  });

  it('are synced themselves after a crash that left more than the journal takes', async () => {
    await append(await open(), 'x'.repeat(100_000), 'written');
    await crash();
    disk.syncs.length = 0;
    await start();
    await open();
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log')], [0, 1]);
  });

  it('keep the start that DeleteRecords gave them, also within a batch', async () => {
    const partition = await open();
    await partition.append(batchOf(10), ask('synced'));
    await append(partition, 'last');
    await partition.deleteRecords(4n);
    await crashAndStart();
    const again = await open();
    assert.deepEqual([again.logStartOffset, again.logEndOffset], [4n, 11n]);
    await again.deleteRecords(11n);
    await crashAndStart();
    assert.deepEqual([(await open()).logStartOffset, (await open()).logEndOffset], [11n, 11n]);
  });

  it('sync their segment where the journal would leave a gap, or the appends are large', async () => {
    const partition = await open();
    await append(partition, 'in memory', 'written');
    await append(partition, 'behind it');
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log')], [0, 1]);
    await append(partition, 'follows');
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log')], [1, 1]);
    await append(partition, 'x'.repeat(100_000));
    assert.deepEqual([syncsOf('.journal'), syncsOf('.log')], [1, 2]);
    await crashAndStart();
    assert.deepEqual(
      (await values(await open())).map((value) => value.slice(0, 9)),
      ['in memory', 'behind it', 'follows', 'xxxxxxxxx'],
    );
  });

  it('sync their segments before a file of the journal is used again, and by themselves while none is free', async () => {
    await engine.stop();
    await start({ 'log.journal.max.bytes': '32768' });
    const partitions = await Promise.all([0, 1, 2].map((index) => open(index)));
    for (let count = 0; count < 40; count++) {
      await Promise.all(partitions.map((partition) => append(partition, `${count}`)));
    }
    assert.ok((await journalFiles()).length <= 4);
    assert.ok(syncsOf('.journal') > 4 && syncsOf('.log') > 2, `${syncsOf('.journal')}, ${syncsOf('.log')}`);
    await crashAndStart();
    const expected = Array.from({ length: 40 }, (_, count) => `${count}`);
    for (const index of [0, 1, 2]) assert.deepEqual(await values(await open(index)), expected);
  });

  it('leave no journal after a stop', async () => {
    await append(await open(), 'one');
    await engine.stop();
    assert.deepEqual(await journalFiles(), []);
    await start();
    assert.equal(engine.wasCleanlyStopped, true);
    assert.deepEqual(await values(await open()), ['one']);
  });

  it('go offline with their directory when the journal cannot be synced', async () => {
    const partition = await open();
    disk.syncFault = { path: /journal$/, error: BROKEN };
    await rejectsWith('KAFKA_STORAGE_ERROR', () => append(partition, 'one'));
    assert.deepEqual(failures, ['/a']);
  });

  it('go offline with their directory when a segment cannot be synced before the journal is used again', async () => {
    await engine.stop();
    await start({ 'log.journal.max.bytes': '32768' });
    const partition = await open();
    disk.syncFault = { path: /log$/, error: BROKEN };
    for (let count = 0; count < 20 && failures.length === 0; count++)
      await append(partition, `${count}`).catch(() => {});
    await turns();
    assert.deepEqual(failures, ['/a']);
  });

  it('keep and serve what was acknowledged while the disk is full, refuse more, and write it once there is room', async () => {
    const partition = await open();
    await append(partition, 'one');
    disk.writeFault = { path: /\.log$/, error: FULL };
    clock.advance(5000);
    await turns();
    assert.equal(partition.highWatermark, 1n);
    await rejectsWith('KAFKA_STORAGE_ERROR', () => append(partition, 'two'));
    assert.equal(partition.logEndOffset, 1n);
    assert.deepEqual(await values(partition), ['one']);
    disk.writeFault = undefined;
    clock.advance(5000);
    await turns();
    await append(partition, 'two');
    assert.deepEqual(await values(partition), ['one', 'two']);
    assert.deepEqual(failures, []);
    await crashAndStart();
    assert.deepEqual(await values(await open()), ['one', 'two']);
  });

  it('refuse appends when neither the journal nor the segment has room, and go on when there is some', async () => {
    const partition = await open();
    disk.writeFault = { path: /log$|journal$/, error: FULL };
    await rejectsWith('KAFKA_STORAGE_ERROR', () => append(partition, 'no'));
    disk.writeFault = undefined;
    await turns();
    await append(partition, 'yes');
    await crashAndStart();
    assert.deepEqual(await values(await open()), ['yes']);
  });

  it('are not opened when records between their segments and the journal are missing, and cost no other', async () => {
    const [bad, good] = [await open(0), await open(1)];
    await append(bad, 'one', 'written');
    await append(bad, 'two');
    await append(bad, 'three');
    await append(good, 'other');
    await crash();
    const segment = await disk.open('/a/orders-0/00000000000000000000.log');
    await segment.truncate(0);
    await segment.close();
    await start();
    await rejectsWith('KAFKA_STORAGE_ERROR', () => open(0));
    assert.match(
      logger.of('error')[0]?.message ?? '',
      /orders-0.*millrace-.*\.journal is corrupt at byte \d+.* from 0 to 1/,
    );
    assert.deepEqual(await values(await open(1)), ['other']);
  });
});
