// The .snapshot files of a partition: one for the start of each segment, and one for the end of a log that was closed.

import { makeEmpty } from '../platform/index.ts';
import type { LogContext } from './log-context.ts';
import type { ProducerEntry } from './producer-entry.ts';
import { CorruptSnapshotError, decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';
import { segmentFileName } from './segment-files.ts';

export interface LoadedSnapshot {
  readonly offset: bigint;
  readonly entries: ProducerEntry[];
}

interface QueuedSnapshot {
  readonly offset: bigint;
  readonly bytes: Buffer;
}

/** What most logs have of each, for all of them. */
const NONE: readonly never[] = [];

export class ProducerSnapshots {
  readonly #context: LogContext;
  /** Rising. Of the files on the disk and of those in the queue. */
  #offsets: readonly bigint[];
  #queued: readonly QueuedSnapshot[] = NONE;
  #unsynced: readonly bigint[] = NONE;

  constructor(context: LogContext, offsets: readonly bigint[]) {
    this.#context = context;
    this.#offsets = offsets.length === 0 ? NONE : inOrder(offsets);
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
    this.#queued = [...this.#queued, { offset, bytes: encodeProducerSnapshot(entries) }];
    this.#offsets = inOrder([...this.#offsets, offset]);
  }

  async write(): Promise<void> {
    while (this.#queued.length > 0) {
      const [snapshot] = this.#queued;
      if (snapshot === undefined) return;
      await this.#context.services.openFiles.use(
        this.#pathOf(snapshot.offset),
        async (file) => {
          await makeEmpty(file);
          await file.write([snapshot.bytes], 0);
        },
        true,
      );
      this.#queued = this.#queued.filter((each) => each !== snapshot);
      this.#unsynced = [...this.#unsynced, snapshot.offset];
    }
  }

  async sync(): Promise<void> {
    const offsets = this.#unsynced;
    this.#unsynced = NONE;
    for (const offset of offsets) {
      if (!this.#offsets.includes(offset)) continue;
      await this.#context.services.openFiles.use(this.#pathOf(offset), (file) => file.sync());
      await this.#context.services.openFiles.forget(this.#pathOf(offset));
    }
  }

  /** The newest snapshot at or below `offset` that can be read. The ones that cannot are removed, with a warning. */
  async loadNewest(offset: bigint): Promise<LoadedSnapshot | undefined> {
    for (const candidate of this.#offsets.filter((each) => each <= offset).reverse()) {
      try {
        const queued = this.#queued.find(({ offset: each }) => each === candidate)?.bytes;
        const bytes = queued ?? (await this.#context.services.disk.readFile(this.#pathOf(candidate)));
        return { offset: candidate, entries: decodeProducerSnapshot(bytes) };
      } catch (error) {
        if (!(error instanceof CorruptSnapshotError)) throw error;
        this.#context.services.logger.warn(
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
    await this.#context.services.openFiles.forget(this.#pathOf(offset));
    await this.#context.services.disk.remove(this.#pathOf(offset));
  }

  async removeWhere(isUnwanted: (offset: bigint) => boolean): Promise<void> {
    for (const offset of this.#offsets.filter(isUnwanted)) await this.remove(offset);
  }

  /** Renames the file, to be removed later; undefined when there is none. */
  async markDeleted(offset: bigint): Promise<string | undefined> {
    const path = this.#pathOf(offset);
    this.#forget(offset);
    await this.#context.services.openFiles.forget(path);
    if ((await this.#context.services.disk.status(path)) === undefined) return undefined;
    await this.#context.services.disk.rename(path, `${path}.deleted`);
    return `${path}.deleted`;
  }

  async closeFiles(): Promise<void> {
    for (const offset of this.#offsets) await this.#context.services.openFiles.forget(this.#pathOf(offset));
  }

  #forget(offset: bigint): void {
    this.#offsets = this.#offsets.filter((each) => each !== offset);
    this.#queued = this.#queued.filter((each) => each.offset !== offset);
  }

  #pathOf(offset: bigint): string {
    return `${this.#context.directory}/${segmentFileName(offset, 'snapshot')}`;
  }
}

function inOrder(offsets: readonly bigint[]): readonly bigint[] {
  return offsets.toSorted((a, b) => (a < b ? -1 : 1));
}
