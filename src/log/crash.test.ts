// The process dies between any two calls to the disk. What was handed to the system stays, as with kill -9.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiskFile } from '../platform/index.ts';
import type { Log } from './log.ts';
import {
  batch,
  headersOf,
  marker,
  openLog,
  readAll,
  START_MS,
  type TestWorld,
  testConfig,
  testWorld,
  wrapDisk,
} from './log-fixture.ts';
import { OpenFiles } from './open-files.ts';

class Died extends Error {}

/** A world whose disk refuses everything from the call number `calls` on that would change something. */
function mortalWorld(world: TestWorld, calls: number): { world: TestWorld; isDead: () => boolean } {
  let left = calls;
  const count = () => {
    if (left <= 0) throw new Died('the process died');
    left--;
  };
  const memory = world.disk;
  const disk = wrapDisk(memory, {
    open: async (path, options): Promise<DiskFile> => {
      if (options?.create === true) count();
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
  return { world: { ...world, disk, openFiles: new OpenFiles(disk, 100) }, isDead: () => left <= 0 };
}

const config = testConfig({ 'segment.bytes': 700, 'index.interval.bytes': 100, 'retention.bytes': 1500 });

/** What somebody outside of the log knew when the process died. */
interface Known {
  written: bigint;
  recoveryPoint: bigint;
  readonly appended: Buffer[];
}

/** Appends, writes, syncs, rolls, deletes old segments, ends transactions, and closes. */
async function live(log: Log, known: Known): Promise<void> {
  for (let index = 0; index < 24; index++) {
    const offset = log.logEndOffset;
    const isMarker = index % 6 === 5;
    const epoch = index < 12 ? 0 : 1;
    const bytes = isMarker
      ? marker('ABORT', offset, 1n)
      : batch({ offset, count: 2, producerId: 1n, producerEpoch: 0, baseSequence: index * 2, isTransactional: true });
    bytes.writeInt32BE(epoch, 12);
    log.append(bytes);
    known.appended.push(bytes);
    await log.write();
    known.written = log.writtenEndOffset;
    if (index % 5 === 4) {
      await log.sync();
      known.recoveryPoint = log.recoveryPoint;
    }
    if (index % 8 === 7) await log.deleteOldSegments(START_MS, log.writtenEndOffset);
  }
  await log.close();
}

test('after a death between any two calls to the disk, the log has everything that was written, and goes on', async () => {
  for (let calls = 0; ; calls++) {
    const real = testWorld();
    const mortal = mortalWorld(real, calls);
    const known: Known = { written: 0n, recoveryPoint: 0n, appended: [] };
    try {
      await live(await openLog(mortal.world, { config }), known);
    } catch (error) {
      assert.ok(mortal.isDead(), `died early: ${error}`);
    }
    const log = await openLog(real, { config, recoveryPoint: known.recoveryPoint });
    assert.ok(
      log.logEndOffset >= known.written,
      `${calls} calls: ends at ${log.logEndOffset}, written was ${known.written}`,
    );
    const expected = known.appended.filter((bytes) => {
      const offset = bytes.readBigInt64BE(0);
      return offset >= log.logStartOffset && offset < log.logEndOffset;
    });
    assert.deepEqual(await readAll(log), Buffer.concat(expected), `${calls} calls`);
    // Every producer's batch in the log is known, and so are the aborted transactions.
    const batches = known.appended
      .flatMap((bytes) => headersOf(bytes))
      .filter(({ lastOffset }) => lastOffset < log.logEndOffset);
    const last = batches.findLast(({ baseSequence }) => baseSequence >= 0);
    assert.equal(log.producers.get(1n)?.batches.at(-1)?.lastOffset, last?.lastOffset, `${calls} calls`);
    const markers = batches.filter(
      ({ baseSequence, lastOffset }) => baseSequence < 0 && lastOffset >= log.logStartOffset,
    );
    assert.equal(
      (await log.abortedTransactions(log.logStartOffset, log.logEndOffset)).length,
      markers.length,
      `${calls} calls`,
    );
    assert.equal(log.leaderEpochs.latest?.leaderEpoch, batches.at(-1)?.partitionLeaderEpoch, `${calls} calls`);
    log.append(batch({ offset: log.logEndOffset, partitionLeaderEpoch: 2 }));
    await log.close();
    if (!mortal.isDead()) {
      assert.ok(calls > 100, `only ${calls} calls`);
      return;
    }
  }
});
