import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ManualClock, MemoryDisk, SeededRandom, systemError } from '../../../platform/index.ts';
import { encodeBatch, writeBaseOffset } from '../../../protocol/index.ts';
import { FaultyDisk } from '../faulty-disk.ts';
import { Journal, type JournalEntry, type JournalOwner } from './journal.ts';
import { listJournalFiles } from './journal-files.ts';
import { PAGE_BYTES } from './journal-group.ts';
import { type JournalDamage, readJournalFile } from './read-journal-file.ts';

const TOPIC = 'AAAAAAAAAAAAAAAAAAAAAQ';
/** A group of one small batch fills a page, so a file holds two. */
const MAX_BYTES = 4 * 2 * PAGE_BYTES;

class Owner implements JournalOwner {
  syncedEndOffset = 0n;

  isInSegments(endOffset: bigint): boolean {
    return endOffset <= this.syncedEndOffset;
  }
}

function entryOf(owner: Owner, baseOffset: number, bytes = 10): JournalEntry<Owner> {
  const batch = encodeBatch({ records: [{ timestamp: 1n, key: null, value: Buffer.alloc(bytes, 'x') }] });
  writeBaseOffset(batch, 0, BigInt(baseOffset));
  const endOffset = BigInt(baseOffset) + 1n;
  return { owner, topicId: TOPIC, partition: 0, batches: [batch], endOffset, sizeInBytes: batch.length };
}

describe('the journal', () => {
  let memory: MemoryDisk;
  let disk: FaultyDisk;
  let damages: JournalDamage[];
  let owner: Owner;

  beforeEach(async () => {
    memory = new MemoryDisk(new ManualClock());
    disk = new FaultyDisk(memory);
    damages = [];
    owner = new Owner();
    await disk.makeDirectory('/a');
  });

  function journalOf(maxBytes = MAX_BYTES): Journal<Owner> {
    return new Journal({ disk, random: new SeededRandom(1), directory: '/a', maxBytes, firstSequence: 1n });
  }

  async function offsets(): Promise<bigint[]> {
    const found: bigint[] = [];
    for (const { path, salt } of await listJournalFiles(disk, '/a')) {
      const batches = readJournalFile(disk, path, salt, (damage) => damages.push(damage));
      for await (const { header } of batches) found.push(header.baseOffset);
    }
    return found;
  }

  async function change(position: number, bytes: Buffer): Promise<string> {
    const path = (await listJournalFiles(disk, '/a'))[0]?.path ?? '';
    const file = await disk.open(path);
    await file.write([bytes], position);
    await file.close();
    return path;
  }

  it('makes no file before it is needed', async () => {
    const journal = journalOf();
    await journal.close();
    assert.deepEqual(await disk.list('/a'), []);
  });

  it('commits the batches of many partitions with one write and one sync of a file that has its size already', async () => {
    const journal = journalOf();
    await journal.commit([entryOf(owner, 0)]);
    const [writes, syncs] = [disk.writes.length, disk.syncs.length];
    await journal.commit([entryOf(owner, 1), entryOf(new Owner(), 0), entryOf(new Owner(), 0)]);
    assert.deepEqual([disk.writes.length - writes, disk.syncs.length - syncs], [1, 1]);
    assert.deepEqual(await offsets(), [0n, 1n, 0n, 0n]);
  });

  it('uses a file again only when what is in it is in synced segments, and never reads what it held before', async () => {
    const journal = journalOf();
    for (let offset = 0; offset < 8; offset++) assert.equal(await journal.commit([entryOf(owner, offset)]), true);
    assert.equal(await journal.commit([entryOf(owner, 8)]), false);
    assert.deepEqual([...(journal.unsynced ?? [])], [[owner, 2n]]);
    owner.syncedEndOffset = 3n;
    journal.reclaim();
    assert.equal(await journal.commit([entryOf(owner, 8)]), true);
    assert.deepEqual(await offsets(), [2n, 3n, 4n, 5n, 6n, 7n, 8n]);
    assert.equal((await listJournalFiles(disk, '/a')).length, 4);
    assert.deepEqual(damages, []);
  });

  it('has no room for what is larger than a file, nor when it has no bytes', async () => {
    assert.equal(await journalOf().commit([entryOf(owner, 0, 3 * PAGE_BYTES)]), false);
    assert.equal(await journalOf(0).commit([entryOf(owner, 0)]), false);
  });

  it('has no room on a full disk, and goes on when there is some', async () => {
    const journal = journalOf();
    disk.writeFault = { path: /journal/, error: systemError('ENOSPC', 'write', '/a', 'no space left') };
    assert.equal(await journal.commit([entryOf(owner, 0)]), false);
    disk.writeFault = undefined;
    assert.equal(await journal.commit([entryOf(owner, 1)]), true);
    disk.writeFault = { path: /journal/, error: systemError('ENOSPC', 'write', '/a', 'no space left') };
    assert.equal(await journal.commit([entryOf(owner, 2)]), false);
    disk.writeFault = undefined;
    assert.equal(await journal.commit([entryOf(owner, 3)]), true);
    assert.deepEqual(await offsets(), [1n, 3n]);
  });

  it('fails when its sync does', async () => {
    const journal = journalOf();
    disk.syncFault = { path: /journal/, error: systemError('EIO', 'fdatasync', '/a', 'i/o error') };
    await assert.rejects(journal.commit([entryOf(owner, 0)]), /i\/o error/);
  });

  it('ends, without a word, where the last group is torn', async () => {
    const journal = journalOf(1024 * PAGE_BYTES);
    for (let offset = 0; offset < 3; offset++) await journal.commit([entryOf(owner, offset)]);
    await change(2 * PAGE_BYTES + 70, Buffer.from('torn'));
    assert.deepEqual(await offsets(), [0n, 1n]);
    assert.deepEqual(damages, []);
  });

  it('names file and byte of a damaged group that others follow, and reads those', async () => {
    const journal = journalOf(1024 * PAGE_BYTES);
    for (let offset = 0; offset < 3; offset++) await journal.commit([entryOf(owner, offset, offset === 1 ? 9000 : 10)]);
    const path = await change(PAGE_BYTES + 20, Buffer.from('damage'));
    assert.deepEqual(await offsets(), [0n, 2n]);
    const places = damages.map((damage) => [damage.path, damage.position]);
    assert.deepEqual(places, [[path, PAGE_BYTES]]);
  });

  it('leaves nothing behind when it is removed', async () => {
    const journal = journalOf();
    for (let offset = 0; offset < 5; offset++) await journal.commit([entryOf(owner, offset)]);
    await journal.remove();
    assert.deepEqual(await disk.list('/a'), []);
  });
});
