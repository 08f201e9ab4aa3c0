// What a log directory tells of itself when it is opened: whose it is, whether it was left cleanly, its checkpoints and partitions.

import { type MetaProperties, readCleanShutdown, readMetaProperties } from '../../log/index.ts';
import { type Disk, type DiskLock, errorCode, makeLastingDirectory } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { DirectoryCheckpoints } from './directory-checkpoints.ts';
import { removeJournalFiles } from './journal/journal-files.ts';
import { RecoveredJournal } from './journal/recovered-journal.ts';
import { parsePartitionDirectory } from './partition-directory.ts';

const LOCK_FILE = '.lock';
/** Stands among the partitions, but belongs to the metadata. */
const METADATA_DIRECTORY = '__cluster_metadata-0';

export interface FoundDirectory {
  readonly path: string;
  /** Held from now on. */
  readonly lock: DiskLock;
  /** Undefined in a directory that nobody has used yet. */
  readonly meta: MetaProperties | undefined;
  readonly wasCleanlyStopped: boolean;
  readonly partitionNames: readonly string[];
  /** Names of directories that wait to be removed. */
  readonly deletedNames: readonly string[];
  /** Names of directories of partitions that were on their way here. */
  readonly futureNames: readonly string[];
  /** What an earlier run committed and its segments may lack. */
  readonly journal: RecoveredJournal;
  readonly checkpoints: DirectoryCheckpoints;
}

/** Makes the directory when missing, locks it and reads what it says of itself. */
export async function findDirectory(path: string, disk: Disk, logger: Logger): Promise<FoundDirectory> {
  await makeLastingDirectory(disk, path);
  const lock = await lockDirectory(disk, path);
  try {
    const entries = await disk.list(path);
    const directories = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
    const partitionNames = directories.filter(isPartition);
    const isMarkedClean = (await readCleanShutdown(disk, path)) !== undefined;
    if (isMarkedClean) await removeJournalFiles(disk, path);
    const journal = await RecoveredJournal.read(disk, path, logger);
    return {
      path,
      lock,
      meta: await readMetaProperties(disk, path),
      wasCleanlyStopped: isMarkedClean || (partitionNames.length === 0 && journal.isEmpty),
      journal,
      partitionNames,
      deletedNames: directories.filter((name) => name.endsWith('-delete')),
      futureNames: directories.filter((name) => name.endsWith('-future')),
      checkpoints: await DirectoryCheckpoints.open(disk, path, logger),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function isPartition(name: string): boolean {
  return name !== METADATA_DIRECTORY && parsePartitionDirectory(name) !== undefined;
}

async function lockDirectory(disk: Disk, path: string): Promise<DiskLock> {
  try {
    return await disk.lock(path, LOCK_FILE);
  } catch (error) {
    if (errorCode(error) !== 'ELOCKED') throw error;
    throw new Error(`Cannot lock the log directory ${path}: another process uses it`, { cause: error });
  }
}
