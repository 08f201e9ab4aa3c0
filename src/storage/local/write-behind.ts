// Brings to the segments of a log directory what its journal holds: writes now and then, in large pieces, and syncs before a file of the journal is
// used again.

import type { Clock, Timer } from '../../platform/index.ts';
import type { Committable } from './committer.ts';
import type { Journal } from './journal/journal.ts';
import { WorkQueue } from './work-queue.ts';

export interface WriteBehindOptions {
  readonly clock: Clock;
  readonly journal: Journal<Committable>;
  /** Bytes of the directory that were appended and not yet written. What waits is written sooner when they are half of the limit. */
  readonly unwritten: { readonly bytes: number; readonly limitBytes: number };
  readonly onSyncError: (error: unknown) => void;
}

/** How long what is in the journal waits at most to be written to its segment, so that many small appends become one write. */
const DELAY_MS = 5000;
/** They must leave most of the threads for the disk to those whom somebody waits for. */
const WRITES_AT_A_TIME = 2;
/** Several at a time share the commits of the file system: a file of the journal has to be free again before the others are full. */
const SYNCS_AT_A_TIME = 8;

export class WriteBehind {
  readonly #options: WriteBehindOptions;
  /** Those with something in the journal that no write was asked for yet. */
  readonly #waiting = new Set<Committable>();
  readonly #writes: WorkQueue<Committable>;
  readonly #syncs: WorkQueue<Committable>;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: WriteBehindOptions) {
    this.#options = options;
    this.#writes = new WorkQueue(WRITES_AT_A_TIME, async (partition) => {
      await this.#write(partition);
    });
    this.#syncs = new WorkQueue(SYNCS_AT_A_TIME, (partition) => this.#writeAndSync(partition));
  }

  /** The journal holds something of the partition that its segments may lack. */
  add(partition: Committable): void {
    this.#waiting.add(partition);
    const { bytes, limitBytes } = this.#options.unwritten;
    if (bytes > limitBytes / 2) this.#writeWaiting();
    else this.#plan();
  }

  /** Begins to sync what keeps the oldest full file of the journal from being used again, if there is one. */
  reclaim(): void {
    const { journal } = this.#options;
    journal.reclaim();
    if (this.#isStopped || !this.#syncs.isIdle) return;
    for (const [partition, endOffset] of journal.unsynced ?? []) {
      if (!partition.isInSegments(endOffset)) this.#syncs.add(partition);
    }
    this.#syncs.start();
  }

  /** Begins nothing any more; resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#writes.idle();
    await this.#syncs.idle();
  }

  #plan(): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = this.#options.clock.schedule(DELAY_MS, () => {
      this.#timer = undefined;
      this.#writeWaiting();
      this.reclaim();
    });
  }

  #writeWaiting(): void {
    for (const partition of this.#waiting) this.#writes.add(partition);
    this.#waiting.clear();
    this.#writes.start();
  }

  /** False when it has to be tried again: the disk may be full for a while, and only the memory and the journal have what is to be written. */
  async #write(partition: Committable): Promise<boolean> {
    if (this.#isStopped) return false;
    try {
      await partition.write();
    } catch (error) {
      await partition.onWriteError(error);
      this.#waiting.add(partition);
      this.#plan();
      return false;
    }
    partition.onProgress();
    return true;
  }

  async #writeAndSync(partition: Committable): Promise<void> {
    if (!(await this.#write(partition)) || this.#isStopped) return;
    try {
      await partition.sync();
    } catch (error) {
      this.#isStopped = true;
      this.#options.onSyncError(error);
      return;
    }
    partition.onProgress();
    this.#options.journal.reclaim();
  }
}
