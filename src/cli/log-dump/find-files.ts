// Which files `log dump` reads: those that are named, and what lies in directories that are named.

import { parseSegmentFileName } from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import { parseJournalFileName } from '../../storage/index.ts';
import type { FileType } from './dump-entry.ts';

export interface DumpFile {
  readonly path: string;
  readonly type: FileType;
  /** Of the segment, from the name. */
  readonly baseOffset: bigint;
  readonly sizeInBytes: number;
}

const SEGMENT_TYPES = {
  log: 'batches',
  index: 'offset index',
  timeindex: 'time index',
  txnindex: 'transaction index',
  snapshot: 'producer snapshot',
} as const;
const TEXT_FILES = new Set([
  'leader-epoch-checkpoint',
  'recovery-point-offset-checkpoint',
  'log-start-offset-checkpoint',
  'replication-offset-checkpoint',
  'cleaner-offset-checkpoint',
  'partition.metadata',
  'meta.properties',
  'quorum-state',
  '.kafka_cleanshutdown',
]);

/** In the order of the names. A directory of partitions gives the files of all of them. Throws for what does not exist or is no file of a log. */
export async function findFiles(disk: Disk, paths: readonly string[]): Promise<DumpFile[]> {
  const files: DumpFile[] = [];
  for (const path of paths) {
    const status = await disk.status(path);
    if (status === undefined) throw new Error(`Cannot dump ${path}: there is no such file or directory`);
    if (status.kind === 'directory') {
      const found = await filesIn(disk, path, 2);
      if (found.length === 0) throw new Error(`Cannot dump ${path}: there are no files of a log in it`);
      files.push(...found);
    } else {
      const file = describe(path, status.size);
      if (file === undefined) throw new Error(`Cannot dump ${path}: its name is not one of a log's files`);
      files.push(file);
    }
  }
  return files;
}

async function filesIn(disk: Disk, directory: string, depth: number): Promise<DumpFile[]> {
  if (depth === 0) return [];
  const files: DumpFile[] = [];
  const entries = await disk.list(directory);
  for (const { name, kind } of entries.sort((left, right) =>
    left.name.localeCompare(right.name, 'en', { numeric: true }),
  )) {
    const path = `${directory.replace(/\/$/, '')}/${name}`;
    if (kind === 'directory') {
      files.push(...(await filesIn(disk, path, depth - 1)));
    } else {
      // It may have been removed since it was listed, by a broker that runs.
      const file = describe(path, (await disk.status(path))?.size);
      if (file) files.push(file);
    }
  }
  return files;
}

function describe(path: string, sizeInBytes: number | undefined): DumpFile | undefined {
  if (sizeInBytes === undefined) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const segment = parseSegmentFileName(name);
  if (segment) return { path, type: SEGMENT_TYPES[segment.kind], baseOffset: segment.offset, sizeInBytes };
  const snapshot = /^(\d{20})-\d{10}\.checkpoint$/.exec(name);
  if (snapshot) return { path, type: 'batches', baseOffset: BigInt(snapshot[1] ?? 0), sizeInBytes };
  if (parseJournalFileName('', name)) return { path, type: 'journal', baseOffset: 0n, sizeInBytes };
  return TEXT_FILES.has(name) ? { path, type: 'text', baseOffset: 0n, sizeInBytes } : undefined;
}
