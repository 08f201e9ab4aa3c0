// Random logs beside a plain list of batches: whatever the indexes say, a search must find what going through the list finds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../platform/index.ts';
import type { Log } from './log.ts';
import { batch, headersOf, openLog, readAll, START_MS, type TestWorld, testConfig, testWorld } from './log-fixture.ts';

interface ModelBatch {
  readonly bytes: Buffer;
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly firstTimestamp: bigint;
}

const SEEDS = [1, 2, 3, Date.now() % 1_000_000];

/** Appends random batches, with gaps as compaction leaves them, and writes now and then. */
async function fill(log: Log, random: SeededRandom, batches: ModelBatch[], count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const gap = random.integer(10) === 0 ? BigInt(random.integer(20)) : 0n;
    const baseOffset = log.logEndOffset + gap;
    const records = 1 + random.integer(6);
    const firstTimestamp = BigInt(START_MS + random.integer(5000) + index * 20);
    const compression = random.integer(3) === 0 ? 'gzip' : 'none';
    const valueBytes = random.integer(200);
    const bytes = batch({ offset: baseOffset, count: records, timestamp: firstTimestamp, compression, valueBytes });
    log.append(bytes);
    batches.push({ bytes, baseOffset, lastOffset: baseOffset + BigInt(records) - 1n, firstTimestamp });
    if (random.integer(4) === 0) await log.write();
    if (random.integer(20) === 0) await log.sync();
  }
  await log.write();
}

async function checkReads(log: Log, random: SeededRandom, batches: readonly ModelBatch[]): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const start = BigInt(random.integer(Number(log.logEndOffset)));
    const end = start + BigInt(random.integer(100));
    const maxBytes = random.integer(2000);
    const minOneBatch = random.integer(2) === 0;
    const { records } = await log.read(start, maxBytes, end, minOneBatch);
    const wanted = batches.filter(({ lastOffset }) => lastOffset >= start && lastOffset < end);
    const [first] = wanted;
    // How much is given is free; what is given must be the next batches, whole.
    const given = headersOf(records);
    assert.deepEqual(records, Buffer.concat(wanted.slice(0, given.length).map(({ bytes }) => bytes)));
    if (first !== undefined && start < log.writtenEndOffset && (minOneBatch || first.bytes.length <= maxBytes)) {
      // A batch that starts before the end and reaches beyond it hides what is behind, and nothing else may.
      const blocked = batches.some(({ lastOffset }) => lastOffset >= start && lastOffset < first.lastOffset);
      assert.ok(given.length > 0 || blocked, `nothing read from ${start} to ${end} in ${maxBytes} bytes`);
    }
    if (given.length > 1) assert.ok(records.length <= maxBytes);
  }
}

async function checkTimestamps(log: Log, random: SeededRandom, batches: readonly ModelBatch[]): Promise<void> {
  const records = batches.flatMap(({ bytes, firstTimestamp, baseOffset, lastOffset }) =>
    Array.from({ length: Number(lastOffset - baseOffset) + 1 }, (_, index) => ({
      offset: headersOf(bytes)[0]!.baseOffset + BigInt(index),
      timestamp: firstTimestamp + BigInt(index),
    })),
  );
  for (let round = 0; round < 60; round++) {
    const timestamp = BigInt(START_MS + random.integer(20_000));
    const limit = BigInt(random.integer(Number(log.logEndOffset) + 1));
    const expected = records.find((record) => record.timestamp >= timestamp && record.offset >= log.logStartOffset);
    const wanted = expected !== undefined && expected.offset < limit ? expected : undefined;
    const found = await log.findByTimestamp(timestamp, limit);
    assert.deepEqual(found && { offset: found.offset, timestamp: found.timestamp }, wanted);
  }
  const largest = records.reduce((max, { timestamp }) => (timestamp > max ? timestamp : max), -1n);
  const found = await log.findMaxTimestamp();
  assert.deepEqual(
    found && { offset: found.offset, timestamp: found.timestamp },
    records.find(({ timestamp }) => timestamp === largest),
  );
}

for (const seed of SEEDS) {
  test(`a random log reads and searches like a list of its batches (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const config = testConfig({
      'cleanup.policy': ['compact'],
      'segment.bytes': 2000 + random.integer(8000),
      'index.interval.bytes': random.integer(600),
      'segment.index.bytes': 1000,
    });
    const world: TestWorld = testWorld();
    const batches: ModelBatch[] = [];
    let log = await openLog(world, { config });
    for (let life = 0; life < 4; life++) {
      await fill(log, random, batches, 60);
      await checkReads(log, random, batches);
      await checkTimestamps(log, random, batches);
      assert.deepEqual(await readAll(log, 1 + random.integer(3000)), Buffer.concat(batches.map(({ bytes }) => bytes)));
      const { logEndOffset, recoveryPoint } = log;
      const isClean = random.integer(2) === 0;
      await (isClean ? log.close() : log.closeAbruptly());
      log = await openLog(world, {
        config,
        wasCleanlyStopped: isClean,
        recoveryPoint: isClean ? logEndOffset : recoveryPoint,
        // Else a gap at the end of a segment would be one of a power cut.
        compactedBelow: logEndOffset,
      });
      assert.equal(log.logEndOffset, logEndOffset);
      if (random.integer(2) === 0) {
        const cut = BigInt(random.integer(Number(logEndOffset)));
        await log.truncateTo(cut);
        while ((batches.at(-1)?.lastOffset ?? -1n) >= cut) batches.pop();
        await checkReads(log, random, batches);
      }
    }
    await log.close();
  });
}
