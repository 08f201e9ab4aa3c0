// Random keyed writes with tombstones and transactions, compacted again and again, while the process dies between any two calls to the disk:
// what a reader makes of the log must always be what the writers meant.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DiskFile, SeededRandom } from '../../platform/index.ts';
import { encodeBatch, isControl, isTransactional, readRecords } from '../../protocol/index.ts';
import type { Log } from '../log.ts';
import {
  headersOf,
  marker,
  openLog,
  START_MS,
  type TestWorld,
  testConfig,
  testWorld,
  wrapDisk,
} from '../log-fixture.ts';
import { OpenFiles } from '../open-files.ts';
import { cleanLog } from './clean-log.ts';
import { cleanableRange } from './cleanable-range.ts';

const config = testConfig({
  'segment.bytes': 1500,
  'index.interval.bytes': 200,
  'cleanup.policy': ['compact'],
  'delete.retention.ms': 1000,
});
const KEYS = 12;
const ROUNDS = 40;
const SEEDS = [1, 2, Date.now() % 1_000_000];

interface Model {
  /** By key: offset and value of the newest committed record, value undefined for a tombstone. */
  readonly latest: Map<string, { readonly offset: bigint; readonly value: string | undefined }>;
  /** What was written at each offset. */
  readonly written: Map<bigint, string>;
}

/** Writes a transaction, or a batch without one, as the model says it. */
function writeSome(log: Log, random: SeededRandom, model: Model, sequence: number): number {
  const isInTransaction = random.integer(3) === 0;
  const isAborted = isInTransaction && random.integer(2) === 0;
  const count = 1 + random.integer(4);
  const baseOffset = log.logEndOffset;
  const records = Array.from({ length: count }, (_, index) => {
    const key = `key-${random.integer(KEYS)}`;
    const value = random.integer(5) === 0 ? undefined : `${baseOffset + BigInt(index)}`.repeat(1 + random.integer(8));
    const offset = baseOffset + BigInt(index);
    model.written.set(offset, `${key}=${value}`);
    if (!isAborted) model.latest.set(key, { offset, value });
    return {
      timestamp: BigInt(START_MS + Number(offset)),
      key: Buffer.from(key),
      value: value === undefined ? null : Buffer.from(value),
    };
  });
  const producer = isInTransaction ? { producerId: 7n, producerEpoch: 0, baseSequence: sequence } : {};
  const compression = random.integer(3) === 0 ? 'gzip' : 'none';
  log.append(
    encodeBatch({
      records,
      baseOffset,
      partitionLeaderEpoch: 0,
      isTransactional: isInTransaction,
      compression,
      ...producer,
    }),
  );
  if (isInTransaction) log.append(marker(isAborted ? 'ABORT' : 'COMMIT', log.logEndOffset, 7n));
  return isInTransaction ? sequence + count : sequence;
}

async function clean(log: Log, nowMs: number, mapBytes: number, pace: () => Promise<void>): Promise<void> {
  const range = await cleanableRange(log, 0n, log.writtenEndOffset, nowMs);
  await cleanLog(log, range, { mapBytes, mapLoadFactor: 0.9, sliceBytes: 300, nowMs, pace });
}

/** Reads everything as a read_committed consumer does, and compares. */
async function check(log: Log, model: Model, context: string): Promise<void> {
  const seen = new Map<string, string | undefined>();
  let previous = -1n;
  for (let offset = log.logStartOffset; offset < log.writtenEndOffset; ) {
    const { records } = await log.read(offset, 700, log.writtenEndOffset, true);
    const headers = headersOf(records);
    const aborted = await log.abortedTransactions(offset, (headers.at(-1)?.lastOffset ?? offset) + 1n);
    const open = new Set<bigint>();
    if (headers.length === 0) break;
    for (const header of headers) {
      assert.ok(header.baseOffset > previous || header.lastOffset > previous, context);
      previous = header.lastOffset;
      offset = header.lastOffset + 1n;
      if (isControl(header.attributes)) {
        open.delete(header.producerId);
        continue;
      }
      const isAborted =
        isTransactional(header.attributes) &&
        aborted.some(
          ({ producerId, firstOffset }) =>
            producerId === header.producerId && firstOffset <= header.lastOffset && firstOffset >= header.baseOffset,
        );
      for (const record of readRecords(records, header)) {
        const text = `${record.key}=${record.value === null ? undefined : record.value}`;
        assert.equal(text, model.written.get(record.offset), `${context}: offset ${record.offset}`);
        assert.equal(record.timestamp, BigInt(START_MS) + record.offset, context);
        if (!isAborted) seen.set(`${record.key}`, record.value === null ? undefined : `${record.value}`);
      }
    }
  }
  for (const [key, { value }] of model.latest) assert.equal(seen.get(key), value, `${context}: ${key}`);
  for (const [key, value] of seen) assert.equal(value, model.latest.get(key)?.value, `${context}: ${key}`);
}

interface MortalWorld {
  readonly world: TestWorld;
  /** From now on the disk refuses everything from the call number `calls` on that would change something. */
  readonly arm: (calls: number) => void;
  readonly isDead: () => boolean;
}

function mortalWorld(world: TestWorld): MortalWorld {
  let left = Number.POSITIVE_INFINITY;
  const count = () => {
    if (left <= 0) throw new Error('the process died');
    left--;
  };
  const memory = world.disk;
  const disk = wrapDisk(memory, {
    open: async (path, options): Promise<DiskFile> => {
      const file = await memory.open(path, options);
      return {
        ...file,
        write: async (chunks, position) => {
          count();
          await file.write(chunks, position);
        },
        truncate: async (size) => {
          count();
          await file.truncate(size);
        },
        sync: async () => count(),
      };
    },
    rename: async (from, to) => {
      count();
      await memory.rename(from, to);
    },
    remove: async (path) => {
      count();
      await memory.remove(path);
    },
    syncDirectory: async () => count(),
  });
  const arm = (calls: number) => {
    left = calls;
  };
  return { world: { ...world, disk, openFiles: new OpenFiles(disk, 100) }, arm, isDead: () => left <= 0 };
}

for (const seed of SEEDS) {
  test(`a log that is compacted, and dies at any call to the disk meanwhile, reads as it was meant (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const world = testWorld();
    const model: Model = { latest: new Map(), written: new Map() };
    let sequence = 0;
    let deaths = 0;
    let nowMs = START_MS;
    for (let round = 0; round < ROUNDS; round++) {
      // Now and then it comes through.
      const calls = round % 4 === 3 ? Number.POSITIVE_INFINITY : random.integer(120);
      const mortal = mortalWorld(world);
      const context = `seed ${seed}, round ${round}, ${calls} calls`;
      const options = { config, recoveryPoint: 0n };
      const filling = await openLog(world, options);
      await check(filling, model, `${context}, before`);
      for (let index = 0; index < 12; index++) sequence = writeSome(filling, random, model, sequence);
      await filling.write();
      await filling.closeAbruptly();
      const { logEndOffset } = filling;
      let log: Log | undefined;
      try {
        log = await openLog(mortal.world, options);
        mortal.arm(calls);
        await clean(log, nowMs, random.integer(2) === 0 ? 1 << 14 : 24 * 8, async () => {
          if (log !== undefined && random.integer(12) === 0) await check(log, model, `${context}, in the middle`);
        });
        await check(log, model, `${context}, after`);
      } catch (error) {
        assert.ok(mortal.isDead(), `${context}: ${error instanceof Error ? error.stack : error}`);
      }
      await log?.closeAbruptly();
      if (mortal.isDead()) deaths++;
      nowMs += 400;
      const again = await openLog(world, options);
      assert.equal(again.logEndOffset, logEndOffset, context);
      await check(again, model, `${context}, again`);
      await again.closeAbruptly();
    }
    assert.ok(deaths > ROUNDS / 4, `only ${deaths} deaths`);
  });
}
