// File handles shared by all logs of a broker: opened at first use, kept open while there is room, the least recently used closed first.

import type { Disk, DiskFile } from '../platform/index.ts';

interface PooledFile {
  readonly opening: Promise<DiskFile>;
  users: number;
  /** Set when the pool let go of it while somebody used it: the last user closes it. */
  isForgotten: boolean;
}

/**
 * At most `maxOpenFiles` idle handles. Files in use are never closed: when more than that are in use at once they all stay open, and are
 * closed as they become idle, so the true bound is the limit plus the number of calls under way.
 */
export class OpenFiles {
  readonly #disk: Disk;
  #maxOpenFiles: number;
  // In the order of last use, because a use takes the entry out and puts it in again.
  readonly #files = new Map<string, PooledFile>();

  constructor(disk: Disk, maxOpenFiles: number) {
    this.#disk = disk;
    this.#maxOpenFiles = maxOpenFiles;
  }

  /** Takes another limit: from the next use on. */
  limitTo(maxOpenFiles: number): void {
    this.#maxOpenFiles = maxOpenFiles;
  }

  /** Handles that are open or being opened. */
  get size(): number {
    return this.#files.size;
  }

  /** Runs `action` with the file open. It is created when missing if `create` says so, else a missing file is `ENOENT`. */
  async use<T>(path: string, action: (file: DiskFile) => Promise<T>, create = false): Promise<T> {
    const pooled = this.#acquire(path, create);
    try {
      return await action(await pooled.opening);
    } finally {
      pooled.users--;
      if (pooled.users === 0) await this.#tidyAfterUse(pooled);
    }
  }

  /** Lets go of the file: a later use opens it anew. Whoever uses it now goes on with the old handle. */
  async forget(path: string): Promise<void> {
    const pooled = this.#files.get(path);
    if (pooled === undefined) return;
    this.#files.delete(path);
    pooled.isForgotten = true;
    if (pooled.users === 0) await closeOpened(pooled);
  }

  /** Closes everything that is idle, and what is in use when it becomes idle. */
  async close(): Promise<void> {
    await Promise.all([...this.#files.keys()].map((path) => this.forget(path)));
  }

  #acquire(path: string, create: boolean): PooledFile {
    let pooled = this.#files.get(path);
    if (pooled === undefined) {
      const opened: PooledFile = { opening: this.#disk.open(path, { create }), users: 0, isForgotten: false };
      opened.opening.catch(() => this.#dropFailed(path, opened));
      pooled = opened;
    } else {
      this.#files.delete(path);
    }
    this.#files.set(path, pooled);
    pooled.users++;
    return pooled;
  }

  /** A failed open must not stay: the next use tries again, perhaps with `create`. */
  #dropFailed(path: string, pooled: PooledFile): void {
    pooled.isForgotten = true;
    if (this.#files.get(path) === pooled) this.#files.delete(path);
  }

  async #tidyAfterUse(pooled: PooledFile): Promise<void> {
    if (pooled.isForgotten) {
      await closeOpened(pooled);
      return;
    }
    while (this.#files.size > this.#maxOpenFiles) {
      const path = this.#leastRecentlyUsedIdle();
      if (path === undefined) return;
      await this.forget(path);
    }
  }

  #leastRecentlyUsedIdle(): string | undefined {
    for (const [path, pooled] of this.#files) {
      if (pooled.users === 0) return path;
    }
    return undefined;
  }
}

async function closeOpened(pooled: PooledFile): Promise<void> {
  // A file that could not be opened needs no closing, and its user has the error.
  const file = await pooled.opening.catch(() => undefined);
  await file?.close();
}
