// A file of the journal cut at every byte of its last two groups, emptied, overwritten, changed, removed or made unreadable before a start: whatever is
// given out is what was written, a partition that lacks records between its segments and the journal is not opened and names the file, and
// what only other groups hold costs nobody anything.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../../../config/index.ts';
import { ManualClock, MemoryDisk, SeededRandom, systemError } from '../../../platform/index.ts';
import { iterateBatches, readRecords } from '../../../protocol/index.ts';
import { MemoryLogger } from '../../../telemetry/index.ts';
import { batchOf, openLoaded, partitionSpec, read, topicConfig } from '../../engine-suite.ts';
import { storageConfigTable } from '../../storage-config.ts';
import { LocalEngine } from '../local-engine.ts';
import { PAGE_BYTES } from './journal-group.ts';

const PARTITIONS = [0, 1, 2];
/** The partitions that each group of the file has a record of. A group has one page. */
const GROUPS = [[0, 1], [0], [1, 2], [0, 2], [0, 1, 2]];
const FILE_BYTES = GROUPS.length * PAGE_BYTES;
/** Every byte with `MILLRACE_FULL=1`. */
const CUT_STEP = process.env.MILLRACE_FULL === '1' ? 1 : 61;
const UNREADABLE = Symbol('unreadable');

type Files = ReadonlyMap<string, Buffer>;
type Damage = Buffer | undefined | typeof UNREADABLE;

const nameOf = (group: number, index: number) => `group ${group}, partition ${index}`;
const valuesOf = (index: number, groups: readonly number[][] = GROUPS) =>
  groups.flatMap((indexes, group) => (indexes.includes(index) ? [nameOf(group, index)] : []));

async function startOn(disk: MemoryDisk, logger = new MemoryLogger()): Promise<LocalEngine> {
  const settings = { 'log.dirs': '/a', 'log.journal.min.partitions': '1', 'log.tail.cache.bytes': '0' };
  const config = readConfig(storageConfigTable, settings);
  const common = { disk, clock: new ManualClock(), logger, config, nodeId: 1 };
  const engine = new LocalEngine({ ...common, random: new SeededRandom(1) });
  await engine.start();
  return engine;
}

const open = (engine: LocalEngine, index: number) =>
  openLoaded(engine, partitionSpec({ index, config: topicConfig({ 'retention.ms': '-1' }) }));

/** What a broker leaves that dies before its segments are written. */
async function written(): Promise<{ files: Files; path: string }> {
  const disk = new MemoryDisk(new ManualClock());
  const engine = await startOn(disk);
  const partitions = await Promise.all(PARTITIONS.map((index) => open(engine, index)));
  for (const [group, indexes] of GROUPS.entries()) {
    await Promise.all(
      indexes.map((index) =>
        partitions[index]?.append(batchOf(1, {}, nameOf(group, index)), { durability: 'synced', origin: 'client' }),
      ),
    );
  }
  await engine.crash();
  const files = new Map<string, Buffer>();
  for (const { name, kind } of await disk.list('/a')) {
    if (kind === 'file') files.set(`/a/${name}`, await disk.readFile(`/a/${name}`));
    else
      for (const each of await disk.list(`/a/${name}`))
        files.set(`/a/${name}/${each.name}`, await disk.readFile(`/a/${name}/${each.name}`));
  }
  const path = [...files.keys()].find((each) => each.endsWith('.journal'));
  assert(path !== undefined);
  return { files, path };
}

async function diskWith(files: Files, path: string, damage: Damage): Promise<MemoryDisk> {
  const disk = new MemoryDisk(new ManualClock());
  for (const [each, original] of files) {
    const bytes = each === path && damage !== UNREADABLE ? damage : original;
    if (bytes === undefined) continue;
    await disk.makeDirectory(each.slice(0, each.lastIndexOf('/')));
    const file = await disk.open(each, { create: true });
    await file.write([bytes], 0);
    await file.close();
  }
  if (damage !== UNREADABLE) return disk;
  const { open: openFile } = disk;
  const failure = systemError('EIO', 'read', path, 'i/o error');
  disk.open = (each, options) => (each === path ? Promise.reject(failure) : openFile.call(disk, each, options));
  return disk;
}

/** The values of a partition, or what it says instead of opening. */
async function valuesIn(engine: LocalEngine, index: number): Promise<string[] | Error> {
  const found: string[] = [];
  try {
    const partition = await open(engine, index);
    for (let offset = partition.logStartOffset; offset < partition.highWatermark; ) {
      const { records } = await read(partition, offset);
      for (const chunk of records) {
        for (const header of iterateBatches(chunk)) {
          for (const { value } of readRecords(chunk, header)) found.push(String(value).replace(/ 0$/, ''));
          offset = header.lastOffset + 1n;
        }
      }
    }
    return found;
  } catch (error) {
    return error as Error;
  }
}

/** `lost`: the groups that the damage has reached. */
async function judge(disk: MemoryDisk, path: string, lost: ReadonlySet<number>, what: string): Promise<void> {
  const logger = new MemoryLogger();
  const engine = await startOn(disk, logger);
  const lastWhole = GROUPS.findLastIndex((_, group) => !lost.has(group));
  try {
    for (const index of PARTITIONS) {
      const found = await valuesIn(engine, index);
      const left = GROUPS.map((indexes, group) => (lost.has(group) ? [] : indexes));
      const firstLost = GROUPS.findIndex((indexes, group) => lost.has(group) && indexes.includes(index));
      const hasGap = firstLost >= 0 && left.slice(firstLost).some((indexes) => indexes.includes(index));
      if (!hasGap) assert.deepEqual(found, valuesOf(index, left), `${what}: partition ${index}`);
      else assert.ok(found instanceof Error && found.message.includes(path), `${what}: partition ${index}: ${found}`);
    }
    if ([...lost].some((group) => group < lastWhole)) {
      const told = logger.of('error').some((fields) => JSON.stringify(fields, withoutBigints).includes(path));
      assert.ok(told, `${what}: nobody is told`);
    }
  } finally {
    await engine.stop();
  }
}

const withoutBigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
const from = (group: number) => new Set(GROUPS.flatMap((_, each) => (each >= group ? [each] : [])));

describe('a file of the journal that was damaged before a start', () => {
  it('costs only what it held: cut anywhere in its last two groups', async () => {
    const { files, path } = await written();
    const content = files.get(path) ?? Buffer.alloc(0);
    for (let end = FILE_BYTES - 2 * PAGE_BYTES; end < FILE_BYTES; end += CUT_STEP)
      await judge(
        await diskWith(files, path, content.subarray(0, end)),
        path,
        from(Math.floor(end / PAGE_BYTES)),
        `cut to ${end}`,
      );
  });

  it('costs only what it held: emptied, zeros, noise, missing', async () => {
    const { files, path } = await written();
    const noise = new SeededRandom(3).bytes(FILE_BYTES);
    for (const [what, damage] of [
      ['emptied', Buffer.alloc(0)],
      ['zeros', Buffer.alloc(FILE_BYTES)],
      ['noise', noise],
      ['missing', undefined],
    ] as const)
      await judge(await diskWith(files, path, damage), path, from(0), what);
  });

  it('keeps from opening who lacks records because of it, and names it', async (t) => {
    const seed = Date.now() % 1_000_000;
    t.diagnostic(`seed ${seed}`);
    const random = new SeededRandom(seed);
    const { files, path } = await written();
    const content = files.get(path) ?? Buffer.alloc(0);
    for (let group = 0; group < GROUPS.length; group++) {
      for (let round = 0; round < 40; round++) {
        const at = group * PAGE_BYTES + random.integer(200);
        const changed = Buffer.from(content);
        changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(8));
        await judge(await diskWith(files, path, changed), path, new Set([group]), `flipped at ${at}`);
      }
    }
  });

  it('names itself when it cannot be read', async () => {
    const { files, path } = await written();
    await assert.rejects(startOn(await diskWith(files, path, UNREADABLE)), (error: Error) =>
      error.message.includes(path),
    );
  });
});
