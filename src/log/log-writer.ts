// Brings what a log has in memory to the system (`write`) and to stable storage (`sync`), and knows how far each has come.

import type { PartitionDirectory } from './partition-directory.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { Segment } from './segment.ts';

const NONE: readonly Segment[] = [];

export class LogWriter {
  readonly #snapshots: ProducerSnapshots;
  readonly #directory: PartitionDirectory;
  // Lists without duplicates, mostly of no or one segment; there are very many logs, and empty sets are large. `concat` makes lists of the right size,
  // a spread makes room for 17.
  #unwritten = NONE;
  #unsynced = NONE;
  #writtenEndOffset: bigint;
  #recoveryPoint: bigint;

  constructor(
    snapshots: ProducerSnapshots,
    directory: PartitionDirectory,
    writtenEndOffset: bigint,
    recoveryPoint: bigint,
  ) {
    this.#snapshots = snapshots;
    this.#directory = directory;
    this.#writtenEndOffset = writtenEndOffset;
    this.#recoveryPoint = recoveryPoint;
  }

  /** Below it everything was handed to the system. */
  get writtenEndOffset(): bigint {
    return this.#writtenEndOffset;
  }

  /** Below it everything is on stable storage. */
  get recoveryPoint(): bigint {
    return this.#recoveryPoint;
  }

  get needsWrite(): boolean {
    return this.#unwritten.length > 0 || this.#snapshots.needsWrite;
  }

  /** The segment has something that only a write brings to the system. */
  addUnwritten(segment: Segment): void {
    if (!this.#unwritten.includes(segment)) this.#unwritten = this.#unwritten.concat(segment);
  }

  /** The segment may be in the page cache only. */
  addUnsynced(segment: Segment): void {
    if (segment.takeOtherNames()) this.#directory.markChanged();
    if (!this.#unsynced.includes(segment)) this.#unsynced = this.#unsynced.concat(segment);
  }

  /** The segment is no longer of the log. */
  forget(segment: Segment): void {
    this.#unwritten = this.#unwritten.filter((each) => each !== segment);
    this.#unsynced = this.#unsynced.filter((each) => each !== segment);
  }

  /** Hands everything queued to the system; the log ends at `endOffset` now. Appends may go on meanwhile, and add segments. */
  async write(endOffset: bigint): Promise<void> {
    if (!this.needsWrite) return;
    const segments = this.#unwritten.toSorted((a, b) => (a.baseOffset < b.baseOffset ? -1 : 1));
    this.#unwritten = NONE;
    try {
      while (segments[0] !== undefined) {
        try {
          await segments[0].write();
        } finally {
          // Not sooner: a sync under way would take the mark away before the names are there.
          if (segments[0].takeOtherNames()) this.#directory.markChanged();
        }
        if (!segments[0].isSynced) this.addUnsynced(segments[0]);
        segments.shift();
      }
    } finally {
      // Those that a failure left: their indexes still wait to be written.
      for (const segment of segments) this.addUnwritten(segment);
    }
    if (this.#snapshots.needsWrite) {
      try {
        await this.#snapshots.write();
      } finally {
        this.#directory.markChanged();
      }
    }
    this.#writtenEndOffset = endOffset;
  }

  /** Makes everything that was written before the call last. */
  async sync(): Promise<void> {
    const endOffset = this.#writtenEndOffset;
    const segments = this.#unsynced;
    this.#unsynced = NONE;
    await Promise.all([this.#snapshots.sync(), ...segments.map((segment) => segment.sync())]);
    await this.#directory.sync();
    this.#recoveryPoint = endOffset;
  }

  /** The log was cut, and ends at `offset` in `active` now. Below `recoveryPoint` all that is left is on stable storage. */
  restartAt(offset: bigint, active: Segment, recoveryPoint: bigint): void {
    this.addUnwritten(active);
    this.addUnsynced(active);
    this.#directory.markChanged();
    this.#writtenEndOffset = offset;
    this.#recoveryPoint = recoveryPoint;
  }
}
