// A partition's directory: its name, and what has to be synced beside the segments' content to make it last.

import type { Disk } from '../platform/index.ts';
import { writeLeaderEpochCheckpoint } from './checkpoint-file.ts';
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
  /** The directory itself and `partition.metadata` may not last yet. */
  #isNew: boolean;
  #hasNewNames = false;

  constructor(disk: Disk, files: OpenFiles, path: string, isNew: boolean) {
    this.#disk = disk;
    this.#files = files;
    this.#path = path;
    this.#isNew = isNew;
  }

  get path(): string {
    return this.#path;
  }

  /** A file was made, renamed or removed: the next `sync` makes that last. */
  markChanged(): void {
    this.#hasNewNames = true;
  }

  /** Makes names last, those of before the call. The files' content is synced already. */
  async sync(): Promise<void> {
    if (!this.#isNew && !this.#hasNewNames) return;
    this.#hasNewNames = false;
    if (this.#isNew) {
      const metadata = `${this.#path}/${PARTITION_METADATA_FILE}`;
      await this.#files.use(metadata, (file) => file.sync());
      await this.#files.forget(metadata);
      await this.#disk.syncDirectory(parentOf(this.#path));
    }
    await this.#disk.syncDirectory(this.#path);
    this.#isNew = false;
  }

  saveLeaderEpochs(entries: readonly EpochEntry[]): Promise<void> {
    return writeLeaderEpochCheckpoint(this.#disk, `${this.#path}/${LEADER_EPOCH_CHECKPOINT_FILE}`, entries);
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
