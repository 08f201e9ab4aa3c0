// Random keyed writes with tombstones and transactions, compacted again and again, while the process dies or the power goes between any two calls to
// the disk, or the disk is full: what a reader makes of the log must always be what the writers meant.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Disk, type DiskFile, ManualClock, type Random, SeededRandom, systemError } from '../../platform/index.ts';
import { encodeBatch, isControl, isTransactional, readRecords } from '../../protocol/index.ts';
import type { Log } from '../log.ts';
import { headersOf, marker, openLog, START_MS, testConfig, wrapDisk } from '../log-fixture.ts';
import { OpenFiles } from '../open-files.ts';
import { cleanLog } from './clean-log.ts';
import { cleanableRange } from './cleanable-range.ts';

/** A disk, and what makes of it what a crash leaves. */
export interface CrashableDisk {
  readonly disk: Disk;
  readonly crash: (random: Random) => void;
}

const config = testConfig({
  'segment.bytes': 1500,
  'index.interval.bytes': 200,
  'delete.retention.ms': 1000,
});
const KEYS = 12;
const ROUNDS = 24;
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

async function clean(log: Log, nowMs: number, mapBytes = 1 << 14, pace = () => Promise.resolve()): Promise<void> {
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

interface FailingDisk {
  readonly disk: Disk;
  /** Calls that change something, or need space, and may still succeed. */
  left: number;
}

/** A disk that refuses what changes something once `left` is 0, as a process that is dead would see it; or only what needs space. */
function failingDisk(inner: Disk, isFull = false): FailingDisk {
  const failing: FailingDisk = { disk: inner, left: Number.POSITIVE_INFINITY };
  const count = (path: string, needsSpace: boolean) => {
    if (isFull && !needsSpace) return;
    if (failing.left <= 0)
      throw isFull ? systemError('ENOSPC', 'write', path, 'no space is left') : new Error('the process died');
    failing.left--;
  };
  const disk = wrapDisk(inner, {
    open: async (path, options): Promise<DiskFile> => {
      if (options?.create === true && (await inner.status(path)) === undefined) count(path, true);
      const file = await inner.open(path, options);
      return {
        path,
        read: (target, position) => file.read(target, position),
        size: () => file.size(),
        close: () => file.close(),
        write: async (chunks, position) => {
          count(path, true);
          await file.write(chunks, position);
        },
        truncate: async (size) => {
          count(path, false);
          await file.truncate(size);
        },
        sync: async () => {
          count(path, false);
          await file.sync();
        },
      };
    },
    rename: async (from, to) => {
      count(from, false);
      await inner.rename(from, to);
    },
    remove: async (path) => {
      count(path, false);
      await inner.remove(path);
    },
    syncDirectory: async (path) => {
      count(path, false);
      await inner.syncDirectory(path);
    },
  });
  return Object.assign(failing, { disk });
}

/** A log whose directory, and all that was synced, is on stable storage. */
class Trial {
  readonly clock = new ManualClock(START_MS);
  readonly crashable: CrashableDisk;
  readonly random: SeededRandom;
  readonly model: Model = { latest: new Map(), written: new Map() };
  recoveryPoint = 0n;
  #sequence = 0;

  constructor(crashable: CrashableDisk, random: SeededRandom) {
    this.crashable = crashable;
    this.random = random;
  }

  /** The policy may have been changed, and the recovery point may be lost: neither must cost what is on the disk. */
  async open(disk = this.crashable.disk): Promise<Log> {
    const policy = this.random.integer(2) === 0 ? 'compact' : 'delete';
    const recoveryPoint = this.random.integer(2) === 0 ? this.recoveryPoint : 0n;
    const world = { clock: this.clock, disk, openFiles: new OpenFiles(disk, 100) };
    const log = await openLog(world, { config: { ...config, 'cleanup.policy': [policy] }, recoveryPoint });
    // As whoever opens a log does: what a crash left in the page cache has to last before it counts.
    await log.sync();
    return log;
  }

  async fill(log: Log, batches: number): Promise<void> {
    for (let index = 0; index < batches; index++)
      this.#sequence = writeSome(log, this.random, this.model, this.#sequence);
    await log.write();
    await log.sync();
    this.recoveryPoint = log.recoveryPoint;
  }

  /** The process dies, and what used the disk with it; then what is left is opened and read. */
  async crashAndCheck(log: Log | undefined, context: string): Promise<Log> {
    await log?.closeAbruptly();
    this.crashable.crash(this.random);
    const again = await this.open();
    assert.equal(again.logEndOffset, this.recoveryPoint, context);
    await check(again, this.model, context);
    return again;
  }
}

/** The tests, with disks that `createDisk` makes. `cutsPerStep`: how many different crashes are tried at each call to the disk. */
export function compactionSuite(what: string, createDisk: () => Promise<CrashableDisk>, cutsPerStep: number): void {
  describe(`a log that is compacted when ${what}`, () => {
    test('reads as it was meant after a crash at each step of replacing segments', async () => {
      let calls = 0;
      for (let hasEnded = false; !hasEnded; calls++) {
        for (let cut = 0; cut < cutsPerStep; cut++) {
          const context = `call ${calls}, cut ${cut}`;
          const trial = new Trial(await createDisk(), new SeededRandom(cut));
          const filling = await trial.open();
          await trial.fill(filling, 25);
          await filling.closeAbruptly();
          const failing = failingDisk(trial.crashable.disk);
          const log = await trial.open(failing.disk);
          failing.left = calls;
          const error = await clean(log, START_MS).catch((reason: Error) => reason);
          assert.ok(error === undefined || failing.left <= 0, `${context}: ${error?.stack}`);
          hasEnded = error === undefined;
          const again = await trial.crashAndCheck(log, context);
          await clean(again, START_MS);
          await (await trial.crashAndCheck(again, `${context}, again`)).closeAbruptly();
        }
      }
      assert.ok(calls > 30, `only ${calls} calls`);
    });

    for (const seed of SEEDS) {
      test(`reads as it was meant after many crashes (seed ${seed})`, async () => {
        const random = new SeededRandom(seed);
        const trial = new Trial(await createDisk(), random);
        let deaths = 0;
        let nowMs = START_MS;
        let log = await trial.open();
        for (let round = 0; round < ROUNDS; round++) {
          // Now and then it comes through.
          const calls = round % 4 === 3 ? Number.POSITIVE_INFINITY : random.integer(120);
          const context = `seed ${seed}, round ${round}, ${calls} calls`;
          await trial.fill(log, 12);
          await log.closeAbruptly();
          const failing = failingDisk(trial.crashable.disk);
          const mortal = await trial.open(failing.disk);
          failing.left = calls;
          try {
            await clean(mortal, nowMs, random.integer(2) === 0 ? 1 << 14 : 24 * 8, async () => {
              if (random.integer(12) === 0) await check(mortal, trial.model, `${context}, in the middle`);
            });
            await check(mortal, trial.model, `${context}, after`);
          } catch (error) {
            assert.ok(failing.left <= 0, `${context}: ${error instanceof Error ? error.stack : error}`);
            deaths++;
          }
          nowMs += 400;
          log = await trial.crashAndCheck(mortal, `${context}, again`);
        }
        await log.closeAbruptly();
        assert.ok(deaths > ROUNDS / 4, `only ${deaths} deaths`);
      });
    }

    test('goes on as it is where the disk is full, at whichever step, and is compacted once there is room', async () => {
      let calls = 0;
      for (let hasEnded = false; !hasEnded; calls++) {
        const trial = new Trial(await createDisk(), new SeededRandom(1));
        const failing = failingDisk(trial.crashable.disk, true);
        const log = await trial.open(failing.disk);
        await trial.fill(log, 25);
        const before = log.sizeInBytes;
        failing.left = calls;
        const error = await clean(log, START_MS).catch((reason: NodeJS.ErrnoException) => reason);
        assert.ok(error === undefined || error.code === 'ENOSPC', `call ${calls}: ${error?.stack}`);
        hasEnded = error === undefined;
        assert.ok(log.isUsable, `call ${calls}`);
        await check(log, trial.model, `call ${calls}`);
        failing.left = Number.POSITIVE_INFINITY;
        await trial.fill(log, 3);
        await clean(log, START_MS);
        assert.ok(log.sizeInBytes < before, `call ${calls}`);
        await check(log, trial.model, `call ${calls}, with room`);
        await (await trial.crashAndCheck(log, `call ${calls}, again`)).closeAbruptly();
      }
      assert.ok(calls > 10, `only ${calls} calls`);
    });
  });
}
