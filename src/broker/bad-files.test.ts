// Every file of a data directory but the segments and their indexes (src/log tries those) is cut at any byte of its end, emptied, overwritten, removed, or
// made unreadable: the broker starts and serves everything that is there, or it names what it cannot use, and removes nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Disk, type DiskFile, ManualClock, MemoryDisk, SeededRandom, systemError } from '../platform/index.ts';
import { deleteRecords, offsetFetch } from '../protocol/index.ts';
import { commit, findGroup } from './testing/groups.ts';
import { TestBroker } from './testing/test-broker.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from './testing/topics.ts';

const DATA = '/data';
const ORDERS = { topic: 'orders' };
const VALUES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const LOG_START = 2n;
const SETTINGS = { 'metadata.log.max.record.bytes.between.snapshots': '2000', 'offsets.topic.num.partitions': '1' };
/** More than two batches of the metadata log have. */
const TAIL_BYTES = 300;
/** Cuts of a file that are tried, of all that there are: with `MILLRACE_FULL=1` every one, else every one sooner or later. */
const TRIED_PER_FILE = process.env.MILLRACE_FULL === '1' ? TAIL_BYTES : 6;

type Files = ReadonlyMap<string, Buffer>;

/** The files that a broker with a topic and a committed offset leaves. */
async function filesOf(isClosed: boolean): Promise<Files> {
  const clock = new ManualClock();
  const disk = new MemoryDisk(clock);
  const broker = await TestBroker.start({ clock, disk, settings: SETTINGS });
  const client = await broker.connect();
  for (let index = 0; index < 12; index++) await createTopic(client, `filler-${index}`);
  await createTopic(client, ORDERS.topic, { configs: { 'cleanup.policy': 'delete', 'segment.bytes': '1048576' } });
  for (const value of VALUES) await produceTo(client, ORDERS, batchOf([value]));
  await findGroup(client, 'group');
  await commit(client, { groupId: 'group' }, ORDERS.topic, 5n);
  const topics = [{ name: ORDERS.topic, partitions: [{ partitionIndex: 0, offset: LOG_START }] }];
  await client.send(deleteRecords, 2, { topics, timeoutMs: 0 });
  await clock.advanceAndSettle(120_000);
  const atCrash = await readTree(disk, DATA);
  await broker[Symbol.asyncDispose]();
  return isClosed ? readTree(disk, DATA) : atCrash;
}

async function readTree(disk: Disk, directory: string): Promise<Files> {
  const files = new Map<string, Buffer>();
  for (const { name, kind } of await disk.list(directory)) {
    const path = `${directory}/${name}`;
    if (kind === 'file') files.set(path, await disk.readFile(path));
    else for (const [each, content] of await readTree(disk, path)) files.set(each, content);
  }
  return files;
}

const UNREADABLE = Symbol('unreadable');
type Damage = readonly [string, Buffer | undefined | typeof UNREADABLE];

async function diskWith(files: Files, path: string, damage: Damage[1]): Promise<Disk> {
  const disk = new MemoryDisk(new ManualClock());
  for (const [each, original] of files) {
    const bytes = each === path && damage !== UNREADABLE ? damage : original;
    if (bytes === undefined) continue;
    await disk.makeDirectory(each.slice(0, each.lastIndexOf('/')));
    const file: DiskFile = await disk.open(each, { create: true });
    await file.write([bytes], 0);
    await file.close();
  }
  if (damage !== UNREADABLE) return disk;
  const { readFile, open } = disk;
  const failure = systemError('EIO', 'read', path, 'i/o error');
  disk.readFile = (each) => (each === path ? Promise.reject(failure) : readFile.call(disk, each));
  disk.open = (each, options) => (each === path ? Promise.reject(failure) : open.call(disk, each, options));
  return disk;
}

function damagesOf(content: Buffer, random: SeededRandom): Damage[] {
  const damages: Damage[] = [];
  for (let end = Math.max(content.length - TAIL_BYTES, 1); end < content.length; end++)
    damages.push([`cut to ${end} bytes`, content.subarray(0, end)]);
  while (damages.length > TRIED_PER_FILE) damages.splice(random.integer(damages.length), 1);
  return [
    ...damages,
    ['emptied', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(content.length)],
    ['noise', random.bytes(content.length)],
    ['missing', undefined],
    ['unreadable', UNREADABLE],
  ];
}

/** Undefined where everything is served, else what the broker said. */
async function complaintOver(disk: Disk): Promise<string | undefined> {
  let broker: TestBroker;
  try {
    broker = await TestBroker.start({ disk, settings: SETTINGS });
  } catch (error) {
    return (error as Error).message;
  }
  try {
    const isServed = await isAllServed(broker).catch(() => false);
    return isServed ? undefined : said(broker);
  } finally {
    await broker[Symbol.asyncDispose]();
  }
}

async function isAllServed(broker: TestBroker): Promise<boolean> {
  const client = await broker.connect();
  await findGroup(client, 'group');
  const fetched = await fetchFrom(client, { ...ORDERS, offset: LOG_START });
  if (fetched.errorCode !== 0) return false;
  const values = valuesOf(fetched).filter((value) => VALUES.indexOf(String(value)) >= Number(LOG_START));
  const topics = [{ name: ORDERS.topic, partitionIndexes: [0] }];
  const committed = await client.send(offsetFetch, 5, { groupId: 'group', topics });
  const { errorCode } = await produceTo(client, ORDERS, batchOf(['z']));
  return (
    values.join() === VALUES.slice(Number(LOG_START)).join() &&
    fetched.highWatermark === BigInt(VALUES.length) &&
    committed.topics[0]?.partitions[0]?.committedOffset === 5n &&
    errorCode === 0
  );
}

function said({ log }: TestBroker): string {
  const words = (_key: string, value: unknown) => {
    if (value instanceof Error) return value.message;
    return typeof value === 'bigint' ? String(value) : value;
  };
  return JSON.stringify([...log.of('warn'), ...log.of('error')], words);
}

/**
 * A topic whose creation was cut off the metadata log is unknown, and its data kept under a name that is told. Of a missing snapshot only the gap can be
 * named.
 */
function isNamed(complaint: string, path: string): boolean {
  const isGap = path.endsWith('.checkpoint') && /from offset 0 before it are missing/.test(complaint);
  const isSetAside = path.includes('__cluster_metadata') && complaint.includes('-stray');
  return isSetAside || isGap || complaint.includes(path.slice(path.lastIndexOf('/') + 1));
}

for (const isClosed of [true, false]) {
  const state = isClosed ? 'was stopped' : 'crashed';
  test(`a damaged file of a broker that ${state} costs no record, or is named`, async (t) => {
    const seed = Date.now() % 1_000_000;
    t.diagnostic(`seed ${seed}`);
    const random = new SeededRandom(seed);
    const files = await filesOf(isClosed);
    const failures: string[] = [];
    let tried = 0;
    let named = 0;
    for (const [path, content] of files) {
      const isOfSegment = /\.(log|index|timeindex|journal)$/.test(path) && !path.includes('__cluster_metadata');
      if (path.includes('filler') || isOfSegment) continue;
      for (const [damage, changed] of damagesOf(content, random)) {
        const complaint = await complaintOver(await diskWith(files, path, changed));
        tried++;
        if (complaint === undefined) continue;
        if (isNamed(complaint, path)) named++;
        else failures.push(`${path} ${damage}: ${complaint.slice(0, 400)}`);
      }
    }
    t.diagnostic(`${tried} damages tried, ${named} named, the others healed`);
    assert.deepEqual(failures, []);
  });
}
