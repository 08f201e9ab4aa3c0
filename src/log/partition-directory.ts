// A partition's directory: its name, and what has to be synced beside the segments' content to make it last.

import type { Disk } from '../platform/index.ts';
import { replaceLeaderEpochCheckpoint } from './checkpoint-file.ts';
import type { EpochEntry } from './leader-epochs.ts';
import type { OpenFiles } from './open-files.ts';
import { PARTITION_METADATA_FILE } from './partition-metadata.ts';

export const LEADER_EPOCH_CHECKPOINT_FILE = 'leader-epoch-checkpoint';

// What a file name may have on the file systems of today.
const LONGEST_NAME = 255;

export class PartitionDirectory {
  readonly #disk: Disk;
  readonly #files: OpenFiles;
  #path: string;
  /** It was just made: its own name does not last yet. */
  #isNew: boolean;
  /** `partition.metadata` may not last yet. */
  #isIdNew: boolean;
  #hasNewNames = false;

  /** With a `wasKilled` process the names in it, and the content of `partition.metadata`, may be in the page cache only. */
  constructor(disk: Disk, files: OpenFiles, path: string, state: { isNew: boolean; wasKilled: boolean }) {
    this.#disk = disk;
    this.#files = files;
    this.#path = path;
    this.#isNew = state.isNew;
    this.#isIdNew = state.isNew || state.wasKilled;
  }

  get path(): string {
    return this.#path;
  }

  /** A file was made, renamed or removed: the next `sync` makes that last. */
  markChanged(): void {
    this.#hasNewNames = true;
  }

  /** Makes names last, those of before the call, and the leader epochs if they are given. The content of the other files is synced already. */
  async sync(epochs?: readonly EpochEntry[]): Promise<void> {
    if (!this.#isIdNew && !this.#hasNewNames && epochs === undefined) return;
    this.#hasNewNames = false;
    if (epochs !== undefined)
      await replaceLeaderEpochCheckpoint(this.#disk, `${this.#path}/${LEADER_EPOCH_CHECKPOINT_FILE}`, epochs);
    if (this.#isIdNew) {
      const metadata = `${this.#path}/${PARTITION_METADATA_FILE}`;
      await this.#files.use(metadata, (file) => file.sync());
      await this.#files.forget(metadata);
    }
    if (this.#isNew) await this.#disk.syncDirectory(parentOf(this.#path));
    await this.#disk.syncDirectory(this.#path);
    this.#isNew = false;
    this.#isIdNew = false;
  }

  /** Gives the directory the name under which it waits to be removed: `<topic>-<partition>.<uniqueId>-delete`. */
  async renameForDeletion(uniqueId: string): Promise<void> {
    const parent = parentOf(this.#path);
    const target = `${parent}/${setAsideName(this.#path.slice(parent.length + 1), uniqueId, 'delete')}`;
    await this.#disk.rename(this.#path, target);
    this.#path = target;
    await this.#disk.syncDirectory(parent);
  }

  remove(): Promise<void> {
    return this.#disk.remove(this.#path);
  }
}

/** What a directory is called that waits to be deleted, or that no topic owns. Of a long topic's name the end goes; its id is in the directory. */
export function setAsideName(name: string, uniqueId: string, reason: 'delete' | 'stray'): string {
  const suffix = `.${uniqueId}-${reason}`;
  const partition = name.slice(name.lastIndexOf('-'));
  const topic = name.slice(0, name.length - partition.length);
  return `${topic.slice(0, LONGEST_NAME - partition.length - suffix.length)}${partition}${suffix}`;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}
