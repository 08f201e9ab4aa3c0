import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO_UUID } from '../../protocol/index.ts';
import { type Committable, Committer, type CommitterOptions } from './committer.ts';
import type { JournalEntry } from './journal/journal.ts';

/** A partition whose writes and syncs last until they are told to end. */
class HeldPartition implements Committable {
  readonly calls: string[] = [];
  progress = 0;
  #ends: { end: () => void; fail: (error: Error) => void }[] = [];

  write(): Promise<void> {
    return this.#hold('write');
  }

  sync(): Promise<void> {
    return this.#hold('sync');
  }

  onProgress(): void {
    this.progress++;
  }

  journalEntry(): JournalEntry<Committable> | undefined {
    return undefined;
  }

  onJournaled(): void {}

  isInSegments(): boolean {
    return false;
  }

  async onWriteError(error: unknown): Promise<void> {
    this.calls.push(`failed: ${(error as Error).message}`);
  }

  async end(): Promise<void> {
    this.#ends.shift()?.end();
    await turn();
  }

  async fail(message: string): Promise<void> {
    this.#ends.shift()?.fail(new Error(message));
    await turn();
  }

  #hold(call: string): Promise<void> {
    this.calls.push(call);
    return new Promise((end, fail) => {
      this.#ends.push({ end, fail });
    });
  }
}

/** One with half a group for the journal, which tells what becomes of it. */
class JournaledPartition extends HeldPartition {
  isOnItsWay = false;

  override journalEntry(): JournalEntry<Committable> {
    this.isOnItsWay = true;
    return { ...ENTRY, owner: this };
  }

  override onJournaled(): void {
    this.isOnItsWay = false;
  }
}

const ENTRY = { topicId: ZERO_UUID, partition: 0, baseOffset: 0n, endOffset: 1n, batches: [], sizeInBytes: 600 * 1024 };

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function committer(options: Partial<CommitterOptions> = {}): Committer {
  return new Committer({
    writeConcurrency: 8,
    syncConcurrency: 8,
    onSyncError: () => assert.fail('no sync should fail'),
    defer: setImmediate,
    ...options,
  });
}

describe('the committer', () => {
  it('writes once what was appended together', async () => {
    const partition = new HeldPartition();
    const commits = committer();
    commits.enqueue(partition, false);
    commits.enqueue(partition, false);
    assert.deepEqual(partition.calls, []);
    await turn();
    assert.deepEqual(partition.calls, ['write']);
    await partition.end();
    assert.deepEqual(partition.calls, ['write']);
    assert.equal(partition.progress, 1);
  });

  it('makes one next group of everything that is appended during a write', async () => {
    const partition = new HeldPartition();
    const commits = committer();
    commits.enqueue(partition, false);
    await turn();
    for (let count = 0; count < 3; count++) commits.enqueue(partition, false);
    await turn();
    assert.deepEqual(partition.calls, ['write']);
    await partition.end();
    await partition.end();
    assert.deepEqual(partition.calls, ['write', 'write']);
  });

  it('syncs after the write that covers the append, and only if somebody asked for it', async () => {
    const partition = new HeldPartition();
    const commits = committer();
    commits.enqueue(partition, true);
    await turn();
    commits.enqueue(partition, false);
    assert.deepEqual(partition.calls, ['write']);
    await partition.end();
    assert.deepEqual(partition.calls, ['write', 'sync', 'write']);
    await partition.end();
    await partition.end();
    assert.deepEqual(partition.calls, ['write', 'sync', 'write']);
  });

  it('goes on writing while a slow sync is under way, and syncs the rest together afterwards', async () => {
    const partition = new HeldPartition();
    const commits = committer();
    commits.enqueue(partition, true);
    await turn();
    await partition.end();
    commits.enqueue(partition, true);
    commits.enqueue(partition, true);
    await turn();
    assert.deepEqual(partition.calls, ['write', 'sync', 'write']);
    await partition.end();
    await partition.end();
    assert.deepEqual(partition.calls, ['write', 'sync', 'write', 'sync']);
  });

  it('syncs no more partitions at a time than it may', async () => {
    const partitions = [1, 2, 3].map(() => new HeldPartition());
    const commits = committer({ syncConcurrency: 2 });
    for (const partition of partitions) commits.enqueue(partition, true);
    await turn();
    for (const partition of partitions) await partition.end();
    const syncs = () => partitions.filter(({ calls }) => calls.includes('sync')).length;
    assert.equal(syncs(), 2);
    await partitions[0]?.end();
    assert.equal(syncs(), 3);
  });

  it('lets a partition deal with its failed write and serves the others', async () => {
    const [bad, good] = [new HeldPartition(), new HeldPartition()];
    const commits = committer();
    commits.enqueue(bad, true);
    commits.enqueue(good, true);
    await turn();
    await bad.fail('disk full');
    await good.end();
    assert.deepEqual(bad.calls, ['write', 'failed: disk full']);
    assert.deepEqual(good.calls, ['write', 'sync']);
  });

  it('never syncs nor writes again once a sync has failed', async () => {
    const errors: unknown[] = [];
    const partition = new HeldPartition();
    const other = new HeldPartition();
    const commits = committer({ onSyncError: (error) => errors.push(error) });
    commits.enqueue(partition, true);
    await turn();
    await partition.end();
    await partition.fail('EIO');
    assert.equal(errors.length, 1);
    commits.enqueue(partition, true);
    commits.enqueue(other, true);
    commits.requestSync(other);
    await turn();
    assert.deepEqual(partition.calls, ['write', 'sync']);
    assert.deepEqual(other.calls, []);
    assert.equal(partition.progress, 1);
  });

  it('leaves what does not fit into a group of the journal for the next, and tells its partition so', async () => {
    const partitions = [new JournaledPartition(), new JournaledPartition()];
    const groups: (readonly JournalEntry<Committable>[])[] = [];
    const ends: (() => void)[] = [];
    const journal = {
      commit: (group: readonly JournalEntry<Committable>[]) => {
        groups.push(group);
        return new Promise<boolean>((resolve) => ends.push(() => resolve(true)));
      },
    };
    const commits = committer({ journal });
    for (const partition of partitions) commits.enqueue(partition, true);
    await turn();
    assert.deepEqual(
      partitions.map(({ isOnItsWay }) => isOnItsWay),
      [true, false],
    );
    ends[0]?.();
    await turn();
    assert.deepEqual(
      groups.map((group) => group.map(({ owner }) => owner)),
      partitions.map((owner) => [owner]),
    );
  });

  it('is idle when the last sync has ended', async () => {
    const partition = new HeldPartition();
    const commits = committer();
    let isIdle = false;
    commits.enqueue(partition, true);
    const idle = commits.idle().then(() => {
      isIdle = true;
    });
    await turn();
    await partition.end();
    assert.equal(isIdle, false);
    await partition.end();
    await idle;
    assert.deepEqual(partition.calls, ['write', 'sync']);
  });
});
