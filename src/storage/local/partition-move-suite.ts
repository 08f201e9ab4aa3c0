// Moves of a partition between log directories, with the process dying at each call to the disk that changes something: what was acknowledged must be
// there afterwards, once and in order, and the move must come to its end.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../config/index.ts';
import type { CrashableDisk } from '../../log/cleaner/compaction-suite.ts';
import { type Disk, ManualClock, SeededRandom } from '../../platform/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { Partition } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, read, topicConfig, valuesOf } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { LocalEngine } from './local-engine.ts';

/** Segments of a size that no request may ask for, so that there are some. */
const config = { ...topicConfig({ 'retention.ms': '-1', 'file.delete.delay.ms': '1' }), 'segment.bytes': 300 };
const FIRST = 8;

/** One partition and its writer, through the lives of a broker. */
class Trial {
  readonly clock = new ManualClock();
  readonly #crashable: CrashableDisk;
  readonly #random: SeededRandom;
  /** As the metadata has it. */
  directoryId: string | undefined;
  #engine: LocalEngine | undefined;
  #partition: Partition | undefined;
  #sent = 0;
  #acknowledged = 0;
  /** With refusals. */
  #answered = 0;

  constructor(crashable: CrashableDisk, seed: number) {
    this.#crashable = crashable;
    this.#random = new SeededRandom(seed);
  }

  get engine(): LocalEngine {
    return this.#engine ?? assert.fail('it is not started');
  }

  get partition(): Partition {
    return this.#partition ?? assert.fail('it is not open');
  }

  get isQuiet(): boolean {
    return this.partition.highWatermark === this.partition.logEndOffset;
  }

  async start(disk: Disk = this.#crashable.disk, assign = () => {}): Promise<void> {
    const settings = { 'log.dirs': '/a,/b', 'log.journal.min.partitions': String(1 + this.#random.integer(2)) };
    this.#engine = new LocalEngine({
      ...{ disk, clock: this.clock, random: this.#random, logger: silentLogger, nodeId: 1 },
      config: readConfig(storageConfigTable, settings),
      assignDirectory: async (_partition, directoryId) => {
        if (directoryId === this.directoryId) return;
        assign();
        this.directoryId = directoryId;
      },
    });
    await this.#engine.start();
    const spec = partitionSpec({ config, isNew: this.#sent === 0, directoryId: this.directoryId });
    this.#partition = await openLoaded(this.#engine, spec);
  }

  send(): void {
    const sequence = this.#sent++;
    const options = { durability: this.#random.integer(4) === 0 ? 'written' : 'synced', origin: 'client' } as const;
    this.partition.append(batchOf(1, {}, `value ${sequence}`), options).then(
      ({ baseOffset }) => {
        this.#answered++;
        assert.equal(baseOffset, BigInt(sequence));
        if (options.durability === 'synced') this.#acknowledged = sequence + 1;
      },
      () => {
        this.#answered++;
      },
    );
  }

  /** Writes, a few at a time, until it is so. */
  async write(isSo: () => boolean): Promise<void> {
    for (let turn = 0; !isSo(); turn++) {
      if (turn === 100_000) assert.fail('what the writes wait for does not come');
      if (this.#sent - this.#answered < 3) this.send();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Turns of the event loop, with time going on. */
  async until(isSo: () => boolean, what: string): Promise<void> {
    for (let turn = 0; !isSo(); turn++) {
      if (turn === 5000) assert.fail(what);
      await new Promise((resolve) => setImmediate(resolve));
      this.clock.advance(5);
    }
  }

  async crash(): Promise<void> {
    await this.#engine?.crash();
    this.#crashable.crash(this.#random);
  }

  /** What is there is what was sent, in order and from its beginning, and at least what was acknowledged. */
  async check(context: string): Promise<void> {
    const { logEndOffset, highWatermark } = this.partition;
    assert.equal(highWatermark, logEndOffset, context);
    assert.ok(
      logEndOffset >= BigInt(this.#acknowledged),
      `${context}: lost ${this.#acknowledged - Number(logEndOffset)}`,
    );
    let offset = 0n;
    while (offset < logEndOffset) {
      for (const value of valuesOf(await read(this.partition, offset, { maxBytes: 700 }))) {
        assert.equal(value, `value ${offset} 0`, context);
        offset++;
      }
    }
    this.#sent = Number(logEndOffset);
    this.#acknowledged = this.#sent;
    this.#answered = this.#sent;
  }
}

interface MortalDisk {
  readonly disk: Disk;
  /** Changes that concern the move and may still succeed; at 0 the process is dead, and nothing is changed any more. */
  left: number;
}

/** A disk whose calls take their time, so that others get their turn between them, and whose process dies. */
function mortalDisk(disk: Disk, random: SeededRandom): MortalDisk {
  const mortal = { disk, left: Number.POSITIVE_INFINITY };
  const change = async (concernsMove: boolean, call: () => Promise<void>) => {
    if (random.integer(2) === 0) await new Promise((resolve) => setImmediate(resolve));
    if (mortal.left <= 0) throw new Error('the process died');
    if (concernsMove) mortal.left--;
    await call();
    if (random.integer(2) === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  mortal.disk = {
    list: (path) => disk.list(path),
    status: (path) => disk.status(path),
    makeDirectory: (path) => disk.makeDirectory(path),
    readFile: (path) => disk.readFile(path),
    lock: (directory, name) => disk.lock(directory, name),
    space: (path) => disk.space(path),
    open: async (path, options) => {
      const file = await disk.open(path, options);
      const isThere = path.startsWith('/b/');
      return {
        path,
        read: (target, position) => file.read(target, position),
        size: () => file.size(),
        close: () => file.close(),
        write: (chunks, position) => change(isThere, () => file.write(chunks, position)),
        sync: () => change(isThere, () => file.sync()),
        truncate: (size) => change(isThere, () => file.truncate(size)),
      };
    },
    rename: (from, to) => change(true, () => disk.rename(from, to)),
    remove: (path) => change(true, () => disk.remove(path)),
    syncDirectory: (path) => change(path === '/b', () => disk.syncDirectory(path)),
  };
  return mortal;
}

/** `cutsPerStep`: how many different crashes are tried at each call to the disk. */
export function partitionMoveSuite(what: string, createDisk: () => Promise<CrashableDisk>, cutsPerStep: number): void {
  describe(`a partition that moves to another log directory when ${what}`, () => {
    test('has all that was acknowledged, at whichever step, and comes to its end', async () => {
      let calls = 0;
      for (let hasEnded = false; !hasEnded; calls++) {
        for (let cut = 0; cut < cutsPerStep; cut++) {
          const context = `call ${calls}, cut ${cut}`;
          const crashable = await createDisk();
          const trial = new Trial(crashable, cut);
          await trial.start();
          for (let index = 0; index < FIRST; index++) trial.send();
          await trial.until(() => trial.isQuiet, `${context}: nothing is acknowledged`);
          await trial.engine.stop();

          const mortal = mortalDisk(crashable.disk, new SeededRandom(calls));
          await trial.start(mortal.disk, () => {
            if (mortal.left-- <= 0) throw new Error('the process died');
          });
          mortal.left = calls;
          const [a, b] = trial.engine.directoryIds;
          const move = trial.engine.movePartition('orders', 0, '/b').catch(() => {});
          const hasMoved = () => trial.engine.partition('orders', 0)?.directoryId === b;
          const writing = trial.write(() => mortal.left <= 0 || hasMoved());
          await trial.until(() => mortal.left <= 0 || (hasMoved() && trial.isQuiet), `${context}: no move, no death`);
          await writing;
          hasEnded = mortal.left > 0;
          await move;
          await trial.crash();

          await trial.start();
          await trial.check(context);
          trial.send();
          await trial.engine.movePartition('orders', 0, '/b');
          await trial.until(() => trial.isQuiet, `${context}: nothing is acknowledged`);
          await trial.until(() => trial.engine.partition('orders', 0)?.directoryId === b, `${context}: no move`);
          assert.notEqual(a, b);
          await trial.crash();

          await trial.start();
          await trial.check(`${context}, again`);
          const [inA, inB] = await trial.engine.describeLogDirs();
          assert.deepEqual([inA?.partitions.length, inB?.partitions.length], [0, 1], context);
          await trial.engine.stop();
        }
      }
      assert.ok(calls > 30, `only ${calls} calls`);
    });
  });
}
