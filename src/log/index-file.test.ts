import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock, MemoryDisk, SeededRandom } from '../platform/index.ts';
import { IndexFile, type IndexLayout } from './index-file.ts';
import { OpenFiles } from './open-files.ts';

const LAYOUT: IndexLayout = {
  kind: 'index',
  entryBytes: 8,
  keyAt: (entries, position) => BigInt(entries.readInt32BE(position)),
};

function newIndex(): IndexFile {
  return new IndexFile(
    new OpenFiles(new MemoryDisk(new ManualClock()), 5),
    { directory: '', baseOffset: 0n },
    LAYOUT,
    0,
  );
}

function add(index: IndexFile, key: number): void {
  const { entries, position } = index.append();
  entries.writeInt32BE(key, position);
  entries.writeInt32BE(key * 10, position + 4);
}

const seed = Date.now() % 1_000_000;

describe('an index file', () => {
  test(`finds the last entry at or below a key, wherever entries are (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    for (const size of [0, 1, 2, 511, 512, 513, 2000, 5000]) {
      const index = newIndex();
      const keys: number[] = [];
      for (let key = 0; keys.length < size; ) {
        key += 1 + random.integer(5);
        keys.push(key);
        add(index, key);
        if (random.integer(300) === 0) await index.write();
      }
      for (let round = 0; round < 50; round++) {
        const key = random.integer((keys.at(-1) ?? 0) + 10) - 2;
        const expected = keys.findLastIndex((each) => each <= key);
        const found = await index.findLastAtMost(BigInt(key));
        assert.equal(found?.index ?? -1, expected);
        if (found !== undefined) assert.equal(found.entry.readInt32BE(4), (keys[expected] ?? 0) * 10);
      }
    }
  });

  test('takes entries while it is written', async () => {
    const index = newIndex();
    for (let key = 0; key < 20; key++) add(index, key);
    const writing = index.write();
    for (let key = 20; key < 50; key++) add(index, key);
    await writing;
    assert.equal(index.pendingEntries, 30);
    await index.write();
    const all = await index.read(0, 100);
    assert.deepEqual(
      Array.from({ length: 50 }, (_, key) => all.readInt32BE(key * 8)),
      Array.from({ length: 50 }, (_, key) => key),
    );
  });

  test('that begins anew puts its entries in the place of what stands under its name', async () => {
    const files = new OpenFiles(new MemoryDisk(new ManualClock()), 5);
    const place = { directory: '', baseOffset: 0n };
    const old = new IndexFile(files, place, LAYOUT);
    for (let key = 0; key < 10; key++) add(old, key);
    await old.write();
    const index = new IndexFile(files, place, LAYOUT);
    assert.deepEqual([index.isOnDisk, index.entryCount], [false, 0]);
    add(index, 7);
    await index.write();
    assert.deepEqual([index.isOnDisk, (await index.findLastAtMost(9n))?.index], [true, 0]);
    assert.equal(await files.use(index.path, (file) => file.size()), LAYOUT.entryBytes);
  });

  test('forgets entries from a number on, written or not', async () => {
    const index = newIndex();
    for (let key = 0; key < 10; key++) add(index, key);
    await index.write();
    for (let key = 10; key < 20; key++) add(index, key);
    await index.truncate(15);
    assert.equal(index.entryCount, 15);
    await index.truncate(5);
    add(index, 100);
    await index.write();
    assert.deepEqual(
      [index.entryCount, (await index.findLastAtMost(99n))?.index, (await index.findLastAtMost(100n))?.index],
      [6, 4, 5],
    );
  });
});
