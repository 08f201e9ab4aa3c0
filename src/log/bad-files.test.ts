// Every file of a partition's directory cut at each byte of its end, emptied, overwritten, removed: the log is there in full, or it is not opened and the
// message has the file, or what is gone was in the file that was damaged. What is given out is never wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom, systemError } from '../platform/index.ts';
import type { Log } from './log.ts';
import {
  batch,
  DIRECTORY,
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

const config = testConfig({ 'segment.bytes': 900, 'index.interval.bytes': 100 });
const ABORTS = 4;

/**
 * Apache Kafka's formats have no checksum in these, and nothing in the batches that a start reads confirms them: a changed bit is believed, and a
 * transaction index that is gone or lost whole entries cannot be told from one that never had any. `verifyLog` goes through the batches.
 */
function isUndetectable(name: string, damage: string): boolean {
  const isBitChange = damage.startsWith('flipped') || damage === 'noise';
  if (name.endsWith('.txnindex')) return isBitChange || /^(missing|emptied)$/.test(damage) || isWholeCut(damage);
  return isBitChange && name.endsWith('epoch-checkpoint');
}

/** Of the 34 bytes that each entry of a transaction index has. */
function isWholeCut(damage: string): boolean {
  const bytes = /^cut to (\d+) bytes$/.exec(damage)?.[1];
  return bytes !== undefined && Number(bytes) % 34 === 0;
}

interface Written {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly batches: readonly Buffer[];
  readonly recoveryPoint: bigint;
}

/** Three segments, aborted transactions, two epochs, all of it on the disk; closed, or left by a crash. */
async function written(isClosed: boolean): Promise<Written> {
  const world = testWorld();
  const log = await openLog(world, { config });
  const batches: Buffer[] = [];
  for (let index = 0; index < 20; index++) {
    const offset = log.logEndOffset;
    const bytes =
      index % 5 === 4
        ? marker('ABORT', offset, 1n)
        : batch({
            ...{ offset, count: 2, timestamp: BigInt(START_MS) + offset * 10n },
            ...{ producerId: 1n, producerEpoch: 0, baseSequence: index * 2, isTransactional: true },
          });
    bytes.writeInt32BE(index < 10 ? 0 : 1, 12);
    batches.push(bytes);
    log.append(bytes);
    await log.write();
  }
  await log.sync();
  const { recoveryPoint } = log;
  await (isClosed ? log.close() : log.closeAbruptly());
  const files = new Map<string, Buffer>();
  for (const { name } of await world.disk.list(DIRECTORY))
    files.set(name, await world.disk.readFile(`${DIRECTORY}/${name}`));
  return { files, batches, recoveryPoint };
}

/** The directory with one file replaced, or without it. */
async function worldWith(files: ReadonlyMap<string, Buffer>, name: string, content?: Buffer): Promise<TestWorld> {
  const world = testWorld();
  await world.disk.makeDirectory(DIRECTORY);
  for (const [each, original] of files) {
    const bytes = each === name ? content : original;
    if (bytes === undefined) continue;
    const file = await world.disk.open(`${DIRECTORY}/${each}`, { create: true });
    await file.write([bytes], 0);
    await file.close();
  }
  return world;
}

/** Opens, reads and judges. Returns whether the log opened. */
async function judge(
  state: Written,
  world: TestWorld,
  name: string,
  isClosed: boolean,
  what: string,
): Promise<boolean> {
  const { batches, recoveryPoint } = state;
  let log: Log;
  try {
    log = await openLog(world, { config, recoveryPoint, wasCleanlyStopped: isClosed });
  } catch (error) {
    assert.ok(error instanceof Error && error.message.includes(name), `${what}: ${error}`);
    assert.ok(name.endsWith('.log'), `${what} costs the partition: ${error}`);
    return false;
  }
  let content: Buffer = Buffer.alloc(0);
  try {
    content = await readAll(log);
  } catch (error) {
    assert.ok(error instanceof Error && error.message.includes(name), `${what}: ${error}`);
    assert.ok(name.endsWith('.log'), `${what} costs reads: ${error}`);
    await log.closeAbruptly();
    return false;
  }
  const originals = new Map(batches.map((bytes) => [bytes.readBigInt64BE(0), bytes]));
  for (const header of headersOf(content)) {
    const bytes = originals.get(header.baseOffset);
    // Base offset, length and leader epoch are outside of the checksum: it is the broker that writes them.
    if (bytes === undefined && damageIsOf('flipped', what)) continue;
    assert.ok(
      bytes !== undefined && content.includes(bytes.subarray(16)),
      `${what}: wrong bytes at offset ${header.baseOffset}`,
    );
  }
  if (!name.endsWith('.log')) {
    assert.deepEqual(content, Buffer.concat(batches), `${what} costs records`);
    const aborted = await log.abortedTransactions(0n, log.logEndOffset);
    assert.equal(aborted.length, ABORTS, `${what} costs aborted transactions`);
    assert.equal(log.producers.get(1n)?.batches.at(-1)?.lastSequence, 37, `${what} costs producers`);
    assert.equal(log.leaderEpochs.latest?.leaderEpoch, 1, `${what} costs epochs`);
    if (/\.(time)?index$/.test(name)) await assertFound(log, batches, what);
  }
  log.append(batch({ offset: log.logEndOffset, partitionLeaderEpoch: 1 }));
  await log.close();
  return true;
}

/** Every offset and every timestamp leads to its batch. */
async function assertFound(log: Log, batches: readonly Buffer[], what: string): Promise<void> {
  let newest = { maxTimestamp: -1n, lastOffset: -1n };
  for (const bytes of batches) {
    const [header] = headersOf(bytes);
    assert(header !== undefined);
    const { records } = await log.read(header.lastOffset, 1, log.writtenEndOffset, true);
    assert.deepEqual(records, bytes, `${what} leads offset ${header.lastOffset} elsewhere`);
    if (header.maxTimestamp <= newest.maxTimestamp) continue;
    newest = header;
    const found = await log.findByTimestamp(header.maxTimestamp, log.logEndOffset);
    assert.equal(found?.offset, header.lastOffset, `${what} leads timestamp ${header.maxTimestamp} elsewhere`);
  }
  assert.equal((await log.findMaxTimestamp())?.offset, newest.lastOffset, `${what} costs the largest timestamp`);
}

function damageIsOf(kind: string, what: string): boolean {
  return what.includes(kind);
}

function* damages(content: Buffer, random: SeededRandom): Generator<readonly [string, Buffer | undefined]> {
  const tail = Math.max(content.length - 300, 0);
  for (let end = tail; end < content.length; end++) yield [`cut to ${end} bytes`, content.subarray(0, end)];
  yield ['emptied', Buffer.alloc(0)];
  yield ['zeros', Buffer.alloc(content.length)];
  yield ['noise', random.bytes(content.length)];
  yield ['with zeros behind', Buffer.concat([content, Buffer.alloc(500)])];
  yield ['with noise behind', Buffer.concat([content, random.bytes(500)])];
  for (let round = 0; round < 40 && content.length > 0; round++) {
    const at = random.integer(content.length);
    const changed = Buffer.from(content);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(8));
    yield [`flipped at ${at}`, changed];
  }
  yield ['missing', undefined];
}

for (const isClosed of [false, true]) {
  const how = isClosed ? 'a stop' : 'a crash';
  test(`no damage to one file before a start after ${how} makes a log give out wrong data`, async (t) => {
    const seed = Date.now() % 1_000_000;
    t.diagnostic(`seed ${seed}`);
    const random = new SeededRandom(seed);
    const state = await written(isClosed);
    let tried = 0;
    let refused = 0;
    const failures: string[] = [];
    for (const [name, content] of state.files) {
      for (const [damage, changed] of damages(content, random)) {
        if (isUndetectable(name, damage)) continue;
        const what = `${name} ${damage}`;
        const world = await worldWith(state.files, name, changed);
        tried++;
        try {
          if (!(await judge(state, world, name, isClosed, what))) refused++;
        } catch (error) {
          failures.push(`${what}: ${(error as Error).message.split('\n')[0]}`);
        }
      }
    }
    t.diagnostic(`${tried} damages tried, ${refused} refused by name`);
    assert.deepEqual(failures, []);
  });
}

test('a file that cannot be read keeps the log from opening, with its name, and changes nothing', async () => {
  const { files } = await written(false);
  const recoveryPoint = 0n;
  for (const name of files.keys()) {
    if (!/\.log$|checkpoint$|metadata$/.test(name)) continue;
    const whole = await worldWith(files, '');
    const refuse = (path: string) => {
      if (path.endsWith(`/${name}`)) throw systemError('EIO', 'read', path, 'the disk failed');
    };
    const disk = wrapDisk(whole.disk, {
      open: async (path, options) => {
        refuse(path);
        return whole.disk.open(path, options);
      },
      readFile: async (path) => {
        refuse(path);
        return whole.disk.readFile(path);
      },
    });
    const world = { ...whole, disk, openFiles: new OpenFiles(disk, 10) };
    await assert.rejects(
      openLog(world, { config, recoveryPoint }),
      (error: Error) => error.message.includes(name),
      name,
    );
    assert.deepEqual(await whole.disk.readFile(`${DIRECTORY}/${name}`), files.get(name));
  }
});
