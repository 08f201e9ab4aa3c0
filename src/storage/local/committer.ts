// Group commit of one log directory: the only place that decides when appended data is handed to the system and when it is made durable.
// Whatever is appended while a partition is written or synced forms that partition's next group; there is no artificial delay.

import { WorkQueue } from './work-queue.ts';

/** A partition, as the committer sees it. */
export interface Committable {
  /** Hands everything appended so far to the system. */
  write(): Promise<void>;
  /** Makes everything written before the call durable. */
  sync(): Promise<void>;
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
}

export class Committer {
  readonly #options: CommitterOptions;
  readonly #writes: WorkQueue<Committable>;
  readonly #syncs: WorkQueue<Committable>;
  /** Those to sync once they are written. */
  readonly #wantSync = new Set<Committable>();
  #isDeferred = false;
  #hasFailed = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#writes = new WorkQueue(options.writeConcurrency, (partition) => this.#write(partition));
    this.#syncs = new WorkQueue(options.syncConcurrency, (partition) => this.#sync(partition));
  }

  /** Writes what was appended to the partition, and syncs it afterwards if asked to. */
  enqueue(partition: Committable, needsSync: boolean): void {
    if (needsSync) this.#wantSync.add(partition);
    this.#writes.add(partition);
    if (this.#isDeferred) return;
    this.#isDeferred = true;
    this.#options.defer(() => {
      this.#isDeferred = false;
      this.#writes.start();
    });
  }

  /** Syncs what is written: for what the clock asks for, not a producer. */
  requestSync(partition: Committable): void {
    this.#syncs.add(partition);
    this.#syncs.start();
  }

  /** Resolves when everything that was enqueued is done. */
  async idle(): Promise<void> {
    while (!this.#writes.isIdle || !this.#syncs.isIdle) {
      await this.#writes.idle();
      await this.#syncs.idle();
    }
  }

  async #write(partition: Committable): Promise<void> {
    const needsSync = this.#wantSync.delete(partition);
    if (this.#hasFailed) return;
    try {
      await partition.write();
    } catch (error) {
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
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#options.onSyncError(error);
      return;
    }
    // Another partition's sync may have failed meanwhile, but what this one covers is on the disk.
    partition.onProgress();
  }
}
