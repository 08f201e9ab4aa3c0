// A partition's directory: its name, and what has to be synced beside the segments' content to make it last.

import { replaceLeaderEpochCheckpoint } from './checkpoint-file.ts';
import type { EpochEntry } from './leader-epochs.ts';
import type { LogContext } from './log-context.ts';
import { PARTITION_METADATA_FILE } from './partition-metadata.ts';

export const LEADER_EPOCH_CHECKPOINT_FILE = 'leader-epoch-checkpoint';

// What a file name may have on the file systems of today.
const LONGEST_NAME = 255;

export class PartitionDirectory {
  readonly #context: LogContext;
  /** It was just made: its own name does not last yet. */
  #isNew: boolean;
  /** `partition.metadata` may not last yet. */
  #isIdNew: boolean;
  #hasNewNames = false;

  /** With a `wasKilled` process the names in it, and the content of `partition.metadata`, may be in the page cache only. */
  constructor(context: LogContext, state: { isNew: boolean; wasKilled: boolean }) {
    this.#context = context;
    this.#isNew = state.isNew;
    this.#isIdNew = state.isNew || state.wasKilled;
  }

  /** A file was made, renamed or removed: the next `sync` makes that last. */
  markChanged(): void {
    this.#hasNewNames = true;
  }

  /** Makes names last, those of before the call. The content of the other files is synced already. */
  async sync(): Promise<void> {
    if (!this.#isIdNew && !this.#hasNewNames) return;
    const { directory, services } = this.#context;
    const { disk } = services;
    this.#hasNewNames = false;
    if (this.#isIdNew) {
      const metadata = await disk.open(`${directory}/${PARTITION_METADATA_FILE}`);
      try {
        await metadata.sync();
      } finally {
        await metadata.close();
      }
    }
    if (this.#isNew) await disk.syncDirectory(parentOf(directory));
    await disk.syncDirectory(directory);
    this.#isNew = false;
    this.#isIdNew = false;
  }

  /** Keeps the leader epochs; they last when it resolves. */
  async saveLeaderEpochs(epochs: readonly EpochEntry[]): Promise<void> {
    const { directory, services } = this.#context;
    await replaceLeaderEpochCheckpoint(services.disk, `${directory}/${LEADER_EPOCH_CHECKPOINT_FILE}`, epochs);
    await services.disk.syncDirectory(directory);
  }

  /** Gives the directory the name under which it waits to be removed: `<topic>-<partition>.<uniqueId>-delete`. */
  async renameForDeletion(uniqueId: string): Promise<void> {
    const { directory, services } = this.#context;
    const parent = parentOf(directory);
    const target = `${parent}/${setAsideName(directory.slice(parent.length + 1), uniqueId, 'delete')}`;
    await services.disk.rename(directory, target);
    this.#context.directory = target;
    await services.disk.syncDirectory(parent);
  }

  remove(): Promise<void> {
    return this.#context.services.disk.remove(this.#context.directory);
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
