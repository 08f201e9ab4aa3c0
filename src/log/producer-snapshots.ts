// The .snapshot files of a partition: one for the start of each segment, and one for the end of a log that was closed.

import type { Disk } from '../platform/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { OpenFiles } from './open-files.ts';
import type { ProducerEntry } from './producer-entry.ts';
import { CorruptSnapshotError, decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';
import { segmentFileName } from './segment-files.ts';

export interface LoadedSnapshot {
  readonly offset: bigint;
  readonly entries: ProducerEntry[];
}

export class ProducerSnapshots {
  readonly #disk: Disk;
  readonly #files: OpenFiles;
  readonly #logger: Logger;
  readonly #directory: string;
  /** Rising. Of the files on the disk and of those in the queue. */
  #offsets: bigint[];
  #queued: { readonly offset: bigint; readonly bytes: Buffer }[] = [];
  #unsynced: bigint[] = [];

  constructor(disk: Disk, files: OpenFiles, logger: Logger, directory: string, offsets: readonly bigint[]) {
    this.#disk = disk;
    this.#files = files;
    this.#logger = logger;
    this.#directory = directory;
    this.#offsets = [...offsets].sort((a, b) => (a < b ? -1 : 1));
  }

  get offsets(): readonly bigint[] {
    return this.#offsets;
  }

  get latestOffset(): bigint | undefined {
    return this.#offsets.at(-1);
  }

  get needsWrite(): boolean {
    return this.#queued.length > 0;
  }

  /** Keeps the producers as they are now, as of `offset`. Nothing happens when there is such a snapshot. */
  take(offset: bigint, entries: Iterable<ProducerEntry>): void {
    if (this.#offsets.includes(offset)) return;
    this.#queued.push({ offset, bytes: encodeProducerSnapshot(entries) });
    this.#offsets.push(offset);
    this.#offsets.sort((a, b) => (a < b ? -1 : 1));
  }

  async write(): Promise<void> {
    while (this.#queued.length > 0) {
      const [snapshot] = this.#queued;
      if (snapshot === undefined) return;
      await this.#files.use(
        this.#pathOf(snapshot.offset),
        async (file) => {
          await file.truncate(0);
          await file.write([snapshot.bytes], 0);
        },
        true,
      );
      this.#queued.shift();
      this.#unsynced.push(snapshot.offset);
    }
  }

  async sync(): Promise<void> {
    const offsets = this.#unsynced;
    this.#unsynced = [];
    for (const offset of offsets) {
      if (!this.#offsets.includes(offset)) continue;
      await this.#files.use(this.#pathOf(offset), (file) => file.sync());
      await this.#files.forget(this.#pathOf(offset));
    }
  }

  /** The newest snapshot at or below `offset` that can be read. The ones that cannot are removed, with a warning. */
  async loadNewest(offset: bigint): Promise<LoadedSnapshot | undefined> {
    for (const candidate of this.#offsets.filter((each) => each <= offset).reverse()) {
      try {
        const queued = this.#queued.find(({ offset: each }) => each === candidate)?.bytes;
        const bytes = queued ?? (await this.#disk.readFile(this.#pathOf(candidate)));
        return { offset: candidate, entries: decodeProducerSnapshot(bytes) };
      } catch (error) {
        if (!(error instanceof CorruptSnapshotError)) throw error;
        this.#logger.warn(
          { snapshot: this.#pathOf(candidate), reason: error.message },
          'removing a corrupt producer snapshot',
        );
        await this.remove(candidate);
      }
    }
    return undefined;
  }

  async remove(offset: bigint): Promise<void> {
    this.#forget(offset);
    await this.#files.forget(this.#pathOf(offset));
    await this.#disk.remove(this.#pathOf(offset));
  }

  async removeWhere(isUnwanted: (offset: bigint) => boolean): Promise<void> {
    for (const offset of this.#offsets.filter(isUnwanted)) await this.remove(offset);
  }

  /** Renames the file, to be removed later; undefined when there is none. */
  async markDeleted(offset: bigint): Promise<string | undefined> {
    const path = this.#pathOf(offset);
    this.#forget(offset);
    await this.#files.forget(path);
    if ((await this.#disk.status(path)) === undefined) return undefined;
    await this.#disk.rename(path, `${path}.deleted`);
    return `${path}.deleted`;
  }

  async closeFiles(): Promise<void> {
    for (const offset of this.#offsets) await this.#files.forget(this.#pathOf(offset));
  }

  #forget(offset: bigint): void {
    this.#offsets = this.#offsets.filter((each) => each !== offset);
    this.#queued = this.#queued.filter((each) => each.offset !== offset);
  }

  #pathOf(offset: bigint): string {
    return `${this.#directory}/${segmentFileName(offset, 'snapshot')}`;
  }
}
