import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogUnusableError, OffsetOutOfRangeError } from './log-error.ts';
import { batch, DIRECTORY, headersOf, openLog, readAll, START_MS, testConfig, testWorld } from './log-fixture.ts';

describe('appending and reading', () => {
  test('what was appended is read back, byte for byte, once it is written', async () => {
    const log = await openLog(testWorld());
    const batches = [
      batch({ offset: 0n, count: 3 }),
      batch({ offset: 3n }),
      batch({ offset: 4n, count: 2, compression: 'gzip' }),
    ];
    for (const each of batches) log.append(each);
    assert.equal(log.logEndOffset, 6n);
    assert.equal(log.writtenEndOffset, 0n);
    await log.write();
    assert.equal(log.writtenEndOffset, 6n);
    assert.equal(log.recoveryPoint, 0n);
    await log.sync();
    assert.equal(log.recoveryPoint, 6n);
    assert.deepEqual(await readAll(log), Buffer.concat(batches));
    await log.close();
  });

  test('several batches can be appended at once', async () => {
    const log = await openLog(testWorld());
    const batches = Buffer.concat([batch({ offset: 0n, count: 3 }), batch({ offset: 3n })]);
    log.append(batches);
    await log.write();
    assert.deepEqual(await readAll(log), batches);
  });

  test('a read inside a batch gives the batch that contains the offset', async () => {
    const log = await openLog(testWorld());
    log.append(batch({ offset: 0n, count: 5 }));
    log.append(batch({ offset: 5n, count: 5 }));
    await log.write();
    for (let offset = 5n; offset < 10n; offset++) {
      const { records } = await log.read(offset, 1000, 10n, true);
      assert.deepEqual(
        headersOf(records).map(({ baseOffset }) => baseOffset),
        [5n],
      );
    }
  });

  test('a read takes no more than its bytes, but the first batch whole where that is wanted', async () => {
    const log = await openLog(testWorld());
    const first = batch({ offset: 0n, valueBytes: 500 });
    const second = batch({ offset: 1n, valueBytes: 500 });
    log.append(Buffer.concat([first, second]));
    await log.write();
    assert.equal((await log.read(0n, first.length - 1, 2n, false)).records.length, 0);
    assert.deepEqual((await log.read(0n, 1, 2n, true)).records, first);
    assert.deepEqual((await log.read(0n, first.length, 2n, false)).records, first);
    assert.deepEqual((await log.read(0n, first.length + second.length - 1, 2n, true)).records, first);
    assert.deepEqual(
      (await log.read(0n, first.length + second.length, 2n, true)).records,
      Buffer.concat([first, second]),
    );
  });

  test('a read ends before the end offset, even if that is inside a batch', async () => {
    const log = await openLog(testWorld());
    const first = batch({ offset: 0n, count: 3 });
    log.append(first);
    log.append(batch({ offset: 3n, count: 3 }));
    await log.write();
    assert.deepEqual((await log.read(0n, 10_000, 3n, true)).records, first);
    assert.deepEqual((await log.read(0n, 10_000, 5n, true)).records, first);
    assert.equal((await log.read(3n, 10_000, 5n, true)).records.length, 0);
    assert.equal((await log.read(3n, 10_000, 3n, true)).records.length, 0);
  });

  test('a read at the end gives nothing, beyond it and before the start it is refused', async () => {
    const log = await openLog(testWorld(), { logStartOffset: 10n });
    log.append(batch({ offset: 10n }));
    await log.write();
    assert.equal((await log.read(11n, 1000, 11n, true)).records.length, 0);
    await assert.rejects(log.read(12n, 1000, 12n, true), OffsetOutOfRangeError);
    await assert.rejects(log.read(9n, 1000, 12n, true), OffsetOutOfRangeError);
  });

  test('an append that goes back, or that is cut off, is refused and changes nothing', async () => {
    const log = await openLog(testWorld());
    log.append(batch({ offset: 0n, count: 2 }));
    assert.throws(() => log.append(batch({ offset: 1n })), /offsets 1 to 1, next is 2/);
    assert.throws(() => log.append(batch({ offset: 2n }).subarray(0, -1)), /not whole/);
    assert.equal(log.logEndOffset, 2n);
  });

  test('an append while a write runs is written by the next write', async () => {
    const log = await openLog(testWorld());
    log.append(batch({ offset: 0n }));
    const writing = log.write();
    log.append(batch({ offset: 1n }));
    const next = log.write();
    await writing;
    await next;
    assert.equal(log.writtenEndOffset, 2n);
    assert.equal(headersOf(await readAll(log)).length, 2);
  });
});

describe('rolling', () => {
  test('a segment that is full gives way to a new one, and reads cross them', async () => {
    const world = testWorld();
    const size = batch({ offset: 0n }).length;
    const log = await openLog(world, { config: testConfig({ 'segment.bytes': size * 2 }) });
    for (let offset = 0n; offset < 7n; offset++) log.append(batch({ offset }));
    await log.write();
    assert.deepEqual(
      log.segments().map(({ baseOffset }) => baseOffset),
      [0n, 2n, 4n, 6n],
    );
    assert.equal(headersOf(await readAll(log)).length, 7);
    const names = async () => (await world.disk.list(DIRECTORY)).map(({ name }) => name);
    assert.ok((await names()).includes('00000000000000000002.snapshot'));
    assert.ok((await names()).includes('00000000000000000004.timeindex'));
    await log.close();
    assert.ok((await names()).includes('00000000000000000006.timeindex'));
  });

  test('a segment whose records are older than segment.ms gives way', async () => {
    const log = await openLog(testWorld(), { config: testConfig({ 'segment.ms': 1000 }) });
    const timestamp = BigInt(START_MS);
    log.append(batch({ offset: 0n, timestamp }));
    log.append(batch({ offset: 1n, timestamp: timestamp + 1000n }));
    log.append(batch({ offset: 2n, timestamp: timestamp + 1001n }));
    assert.deepEqual(
      log.segments().map(({ baseOffset }) => baseOffset),
      [0n, 2n],
    );
  });

  test('a full index makes the segment give way', async () => {
    const config = testConfig({ 'segment.index.bytes': 24, 'index.interval.bytes': 0 });
    const log = await openLog(testWorld(), { config });
    for (let offset = 0n; offset < 5n; offset++) log.append(batch({ offset, timestamp: BigInt(START_MS) + offset }));
    assert.deepEqual(
      log.segments().map(({ baseOffset }) => baseOffset),
      [0n, 2n, 4n],
    );
  });

  test('an offset too far from the base of the segment starts a new one', async () => {
    const log = await openLog(testWorld());
    log.append(batch({ offset: 0n }));
    log.append(batch({ offset: 2n ** 31n - 1n }));
    log.append(batch({ offset: 2n ** 31n }));
    assert.deepEqual(
      log.segments().map(({ baseOffset }) => baseOffset),
      [0n, 2n ** 31n],
    );
    await log.write();
    assert.equal(headersOf(await readAll(log)).length, 3);
  });
});

describe('closing and opening', () => {
  test('a closed log opens with the same offsets and content', async () => {
    const world = testWorld();
    const log = await openLog(world, { config: testConfig({ 'segment.bytes': 500 }) });
    for (let offset = 0n; offset < 20n; offset++)
      log.append(batch({ offset, partitionLeaderEpoch: offset < 10n ? 3 : 4 }));
    await log.write();
    const content = await readAll(log);
    await log.close();
    assert.equal(world.openFiles.size, 0);

    const again = await openLog(world, { wasCleanlyStopped: true, recoveryPoint: 20n });
    assert.equal(again.logEndOffset, 20n);
    assert.equal(again.recoveryPoint, 20n);
    assert.deepEqual(await readAll(again), content);
    assert.deepEqual(again.leaderEpochs.entries, [
      { leaderEpoch: 3, startOffset: 0n },
      { leaderEpoch: 4, startOffset: 10n },
    ]);
    again.append(batch({ offset: 20n }));
    await again.close();
  });

  test('an empty log leaves nothing but its metadata, and opens again where it started', async () => {
    const world = testWorld();
    const log = await openLog(world, { logStartOffset: 5n });
    await log.close();
    await log.close();
    const again = await openLog(world, { logStartOffset: 5n, wasCleanlyStopped: true });
    assert.equal(again.logEndOffset, 5n);
    assert.equal(
      String(await world.disk.readFile(`${DIRECTORY}/partition.metadata`)),
      'version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ',
    );
  });

  test('a closed log refuses to be used', async () => {
    const log = await openLog(testWorld());
    await log.close();
    assert.throws(() => log.append(batch({ offset: 0n })), LogUnusableError);
    await assert.rejects(log.write(), LogUnusableError);
    await assert.rejects(log.sync(), LogUnusableError);
    await assert.rejects(log.read(0n, 1, 0n, true), LogUnusableError);
  });

  test('a log that is deleted is renamed first, and its directory goes in the end', async () => {
    const world = testWorld();
    const log = await openLog(world);
    log.append(batch({ offset: 0n }));
    await log.write();
    await log.renameForDeletion('abc');
    assert.deepEqual(
      (await world.disk.list('/data')).map(({ name }) => name),
      ['orders-0.abc-delete'],
    );
    assert.throws(() => log.append(batch({ offset: 1n })), LogUnusableError);
    await log.delete();
    assert.deepEqual(await world.disk.list('/data'), []);
  });
});
