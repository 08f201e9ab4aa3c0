// Group commit of one log directory: the only place that decides when appended data is handed to the system and when it is made durable.
// Whatever is appended while a group is on its way forms the next one; there is no artificial delay.

import type { Journal, JournalEntry, JournalOwner } from './journal/journal.ts';
import { WorkQueue } from './work-queue.ts';
import type { WriteBehind } from './write-behind.ts';

/** A partition, as the committer sees it. */
export interface Committable extends JournalOwner {
  /** Hands everything appended so far to the system. */
  write(): Promise<void>;
  /** Makes everything written before the call durable. */
  sync(): Promise<void>;
  /** What the journal has to hold for everything that waits for a sync to be durable; undefined where a sync of the segments is needed, or better. */
  journalEntry(): JournalEntry<Committable> | undefined;
  /** The journal holds what `journalEntry` gave, or has no room for it. */
  onJournaled(isCommitted: boolean): void;
  /** Called when a write or a sync has moved the partition on. */
  onProgress(): void;
  /** A write failed; resolves when the partition has dealt with it. Must not reject. */
  onWriteError(error: unknown): Promise<void>;
}

export interface CommitterOptions {
  /** Partitions that are written at a time. */
  readonly writeConcurrency: number;
  /** Partitions that are synced at a time. */
  readonly syncConcurrency: number;
  /** Called once, for the first sync that fails. Nothing is synced afterwards: the next sync would report success although data is gone. */
  readonly onSyncError: (error: unknown) => void;
  /** Runs a callback once what arrived together has been appended. */
  readonly defer: (callback: () => void) => void;
  /** Without it, segments are synced. */
  readonly journal?: Pick<Journal<Committable>, 'commit'>;
  /** It is used while at least so many partitions wait for a sync or are being synced: 1 unless given. */
  readonly journalMinPartitions?: number;
  /** Brings to the segments what the journal holds. */
  readonly writeBehind?: WriteBehind;
}

/** Bytes of one group of the journal at most. What waits longer than that is the next group. */
const GROUP_BYTES = 1024 * 1024;

export class Committer {
  readonly #options: CommitterOptions;
  readonly #writes: WorkQueue<Committable>;
  readonly #syncs: WorkQueue<Committable>;
  /** Those with something that has to become durable, in the order in which they asked. */
  readonly #wantDurable = new Set<Committable>();
  /** Those to sync once they are written. */
  readonly #wantSync = new Set<Committable>();
  /** Those whose segments are on the way to be synced. */
  readonly #syncing = new Set<Committable>();
  #journaling: Promise<void> | undefined;
  #isDeferred = false;
  #hasFailed = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#writes = new WorkQueue(options.writeConcurrency, (partition) => this.#write(partition));
    this.#syncs = new WorkQueue(options.syncConcurrency, (partition) => this.#sync(partition));
  }

  /** Writes what was appended to the partition, or makes it durable. */
  enqueue(partition: Committable, mustBeDurable: boolean): void {
    if (mustBeDurable) this.#wantDurable.add(partition);
    else this.#writes.add(partition);
    if (this.#isDeferred) return;
    this.#isDeferred = true;
    this.#options.defer(() => {
      this.#isDeferred = false;
      this.#start();
    });
  }

  /** Makes nothing of the partition durable any more; resolves when nothing of it is on its way to the journal. */
  async release(partition: Committable): Promise<void> {
    this.#wantDurable.delete(partition);
    await this.#journaling;
  }

  /** Writes and syncs the segments: for what the clock asks for, not a producer. */
  requestSync(partition: Committable): void {
    this.#syncSegments(partition);
    this.#start();
  }

  /** Resolves when everything that was enqueued is done. */
  async idle(): Promise<void> {
    while (!this.#isIdle) {
      this.#start();
      await this.#journaling;
      await this.#writes.idle();
      await this.#syncs.idle();
    }
  }

  get #isIdle(): boolean {
    const isWaiting = this.#wantDurable.size > 0 && !this.#hasFailed;
    return !isWaiting && this.#journaling === undefined && this.#writes.isIdle && this.#syncs.isIdle;
  }

  #start(): void {
    if (this.#journaling === undefined && !this.#hasFailed) {
      const group = this.#nextGroup();
      if (group.length > 0) this.#journaling = this.#commit(group);
    }
    this.#writes.start();
  }

  /** Sorts out who waits: what goes into the journal together, the rest is synced in its segments. */
  #nextGroup(): JournalEntry<Committable>[] {
    const group: JournalEntry<Committable>[] = [];
    const usesJournal = this.#usesJournal();
    let bytes = 0;
    for (const partition of this.#wantDurable) {
      // Once its sync has ended the journal may take the rest.
      if (usesJournal && this.#syncing.has(partition)) continue;
      const entry = usesJournal ? partition.journalEntry() : undefined;
      if (entry !== undefined && group.length > 0 && bytes + entry.sizeInBytes > GROUP_BYTES) {
        // It is not on its way yet: it comes with the next group.
        partition.onJournaled(false);
        break;
      }
      this.#wantDurable.delete(partition);
      if (entry === undefined) {
        this.#syncSegments(partition);
      } else {
        bytes += entry.sizeInBytes;
        group.push(entry);
      }
    }
    return group;
  }

  /** A few are better synced themselves: that overlaps with their next writes, and nothing is written twice. */
  #usesJournal(): boolean {
    const { journal, journalMinPartitions = 1 } = this.#options;
    if (journal === undefined) return false;
    let count = this.#syncing.size;
    for (const partition of this.#wantDurable) {
      if (count >= journalMinPartitions) break;
      if (!this.#syncing.has(partition)) count++;
    }
    return count >= journalMinPartitions;
  }

  async #commit(group: readonly JournalEntry<Committable>[]): Promise<void> {
    const { journal, writeBehind } = this.#options;
    let isCommitted = false;
    try {
      isCommitted = (await journal?.commit(group)) ?? false;
    } catch (error) {
      this.#fail(error);
    }
    this.#journaling = undefined;
    if (this.#hasFailed) return;
    for (const { owner } of group) {
      owner.onJournaled(isCommitted);
      if (isCommitted) writeBehind?.add(owner);
      else this.#syncSegments(owner);
    }
    writeBehind?.reclaim();
    this.#start();
  }

  #syncSegments(partition: Committable): void {
    this.#syncing.add(partition);
    this.#wantSync.add(partition);
    this.#writes.add(partition);
  }

  async #write(partition: Committable): Promise<void> {
    const needsSync = this.#wantSync.delete(partition);
    if (this.#hasFailed) return;
    try {
      await partition.write();
    } catch (error) {
      if (needsSync) this.#syncing.delete(partition);
      await partition.onWriteError(error);
      return;
    }
    partition.onProgress();
    if (!needsSync) return;
    this.#syncs.add(partition);
    this.#syncs.start();
  }

  async #sync(partition: Committable): Promise<void> {
    if (this.#hasFailed) return;
    try {
      await partition.sync();
    } catch (error) {
      this.#fail(error);
      return;
    }
    // Another partition's sync may have failed meanwhile, but what this one covers is on the disk.
    partition.onProgress();
    if (!this.#wantSync.has(partition)) this.#syncing.delete(partition);
    this.#start();
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onSyncError(error);
  }
}
