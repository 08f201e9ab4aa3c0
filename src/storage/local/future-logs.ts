// The logs of a log directory that are not its partitions yet: copies, under way, of partitions that move here from another directory. Their own
// directories are called `<topic>-<partition>.<unique id>-future`, as Apache Kafka's.

import { join } from 'node:path';
import { Log, type LogServices } from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import type { DirectoryCheckpoints } from './directory-checkpoints.ts';
import type { LocalHostedPartition } from './hosted-partition.ts';
import { type PartitionId, parsePartitionDirectory } from './partition-directory.ts';

export interface FutureLogsOptions {
  readonly disk: Disk;
  /** Of the log directory. */
  readonly path: string;
  readonly logServices: LogServices;
  readonly checkpoints: DirectoryCheckpoints;
  /** What an earlier run left: names of directories. */
  readonly leftNames: readonly string[];
  readonly uniqueId: () => string;
  /** Deletes, in the background, what was given another name. */
  readonly remove: (path: string) => void;
  /** The directory is in a state that nobody knows. */
  readonly onFailure: (error: unknown) => void;
}

const SUFFIX = '-future';
/** What a file name may have on the file systems of today. */
const LONGEST_NAME = 255;
const UNIQUE_ID_LENGTH = 32;

export class FutureLogs {
  readonly #options: FutureLogsOptions;
  /** By the name of the partition. */
  readonly #logs = new Map<string, Log>();
  readonly #left = new Set<string>();

  constructor(options: FutureLogsOptions) {
    this.#options = options;
    for (const name of options.leftNames) if (isFuture(name)) this.#left.add(name);
  }

  get size(): number {
    return this.#logs.size;
  }

  /** Names of partitions, and their logs. */
  entries(): Iterable<[string, Log]> {
    return this.#logs.entries();
  }

  has(name: string): boolean {
    return this.#logs.has(name);
  }

  /** Whether an earlier run was moving the partition here. What it copied is of no use: nobody knows whether it still fits. */
  wasLeft(name: string): boolean {
    return Array.from(this.#left, partitionNameOf).includes(name);
  }

  /** Makes an empty log for the partition. That it is on its way lasts when this resolves. */
  async open({ name, topic, index, topicId, config }: LocalHostedPartition): Promise<Log> {
    const { logServices, path, uniqueId } = this.#options;
    const directory = join(path, `${name}.${uniqueId()}${SUFFIX}`);
    const start = { recoveryPoint: 0n, logStartOffset: 0n, wasCleanlyStopped: true };
    const log = await Log.open(logServices, { directory, topic, partition: index, topicId, config, ...start });
    this.#logs.set(name, log);
    await log.write();
    await log.sync();
    await this.#discardLeft((left) => partitionNameOf(left) === name);
    return log;
  }

  /** The partition stays where it is. */
  async discard(name: string): Promise<void> {
    await this.#discardLeft((left) => partitionNameOf(left) === name);
    const log = this.#logs.get(name);
    if (log === undefined) return;
    this.#logs.delete(name);
    await log.renameForDeletion(this.#options.uniqueId());
    this.#options.remove(log.directory);
  }

  /** What an earlier run left of partitions that there are no longer. */
  discardLeftOfOthers(isKnown: (partition: PartitionId) => boolean): Promise<void> {
    return this.#discardLeft((left) => {
      const partition = parsePartitionDirectory(partitionNameOf(left));
      return partition === undefined || !isKnown(partition);
    });
  }

  /**
   * Gives the log the partition's name: from here on the partition is in this directory, whatever happens. The log is closed, what the checkpoints say
   * of it and its name last when this resolves. `cleanerOffset`: below it the log that it was copied from was compacted.
   */
  async promote(name: string, cleanerOffset: bigint): Promise<void> {
    const { disk, path, checkpoints, onFailure } = this.#options;
    const log = this.#logs.get(name);
    if (log === undefined) throw new Error(`Cannot make ${name} a partition of ${path}: it is not on its way there`);
    await log.close();
    await checkpoints.adopt(name, log, cleanerOffset);
    this.#logs.delete(name);
    try {
      await disk.rename(log.directory, join(path, name));
      await disk.syncDirectory(path);
    } catch (error) {
      onFailure(error);
      throw error;
    }
  }

  /** Lets go of all of them as they are; the next start begins their moves anew. */
  async closeAbruptly(): Promise<void> {
    // One that could not be closed has let go of its files all the same.
    for (const log of this.#logs.values()) await log.closeAbruptly().catch(() => {});
    this.#logs.clear();
  }

  async #discardLeft(isUnwanted: (left: string) => boolean): Promise<void> {
    const { disk, path, uniqueId, remove } = this.#options;
    for (const left of [...this.#left].filter(isUnwanted)) {
      this.#left.delete(left);
      const target = join(path, `${partitionNameOf(left)}.${uniqueId()}-delete`);
      await disk.rename(join(path, left), target);
      await disk.syncDirectory(path);
      remove(target);
    }
  }
}

/** Whether a partition of this name can be moved: the name that its directory has meanwhile must not be too long. */
export function mayHaveFuture(name: string): boolean {
  return name.length + 1 + UNIQUE_ID_LENGTH + SUFFIX.length <= LONGEST_NAME;
}

function isFuture(name: string): boolean {
  return name.endsWith(SUFFIX) && parsePartitionDirectory(partitionNameOf(name)) !== undefined;
}

/** Of `orders-0.<unique id>-future`, `orders-0`. */
function partitionNameOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}
