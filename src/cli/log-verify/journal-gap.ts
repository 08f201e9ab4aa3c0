// The journal of a log directory goes on behind the segments of its partitions. Where records between the two are gone, a start refuses the partition; a
// repair takes what stands behind the gap.

import {
  CorruptCheckpointError,
  type LogProblem,
  type PartitionOffset,
  parseSegmentFileName,
  readOffsetCheckpoint,
  readPartitionMetadata,
} from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import { type JournalFileName, listJournalFiles, readJournalFile } from '../../storage/index.ts';
import type { PartitionFiles } from './find-partitions.ts';

/** Batches of one partition that follow each other in a file of the journal. */
interface Run {
  readonly path: string;
  readonly position: number;
  readonly baseOffset: bigint;
  endOffset: bigint;
}

export interface Journal {
  readonly files: readonly JournalFileName[];
  /** By topic id and partition, in the order in which they were written. */
  readonly runs: ReadonlyMap<string, readonly Run[]>;
}

/** What is damaged in it shows in what partitions lack because of it. */
const IGNORE_DAMAGE = () => {};

export async function readJournal(disk: Disk, logDirectory: string): Promise<Journal> {
  const byPartition = new Map<string, Run[]>();
  const files = await listJournalFiles(disk, logDirectory);
  for (const { path, salt } of files) {
    for await (const { topicId, partition, header, position } of readJournalFile(disk, path, salt, IGNORE_DAMAGE)) {
      const key = `${topicId}/${partition}`;
      const runs = byPartition.get(key) ?? [];
      byPartition.set(key, runs);
      const { baseOffset, lastOffset } = header;
      const last = runs.at(-1);
      if (last?.path === path && last.endOffset === baseOffset) last.endOffset = lastOffset + 1n;
      else runs.push({ path, position, baseOffset, endOffset: lastOffset + 1n });
    }
  }
  return { files, runs: byPartition };
}

/** Undefined where the journal goes on where the segments end, or has nothing to add. */
export async function findJournalGap(
  disk: Disk,
  files: PartitionFiles,
  { runs }: Journal,
  logEndOffset: bigint,
): Promise<LogProblem | undefined> {
  if (runs.size === 0) return undefined;
  const topicId = await readPartitionMetadata(disk, files.directory);
  const logStartOffset = await logStartOffsetOf(disk, files);
  let end = logEndOffset > logStartOffset ? logEndOffset : logStartOffset;
  for (const { path, position, baseOffset, endOffset } of runs.get(`${topicId}/${files.partition}`) ?? []) {
    if (baseOffset > end) {
      const name = `${files.topic}-${files.partition}`;
      const reason = `${name} goes on here, and its records from ${end} to ${baseOffset - 1n} are neither in its segments nor in the journal`;
      return { kind: 'missing', path, position, reason };
    }
    if (endOffset > end) end = endOffset;
  }
  return undefined;
}

/** Writes behind the last segment what the journal has of the partition from `logEndOffset` on. Its indexes are to be made anew then. */
export async function takeFromJournal(
  disk: Disk,
  { directory, partition: wanted }: PartitionFiles,
  { files }: Journal,
  { topicId: wantedId, logEndOffset }: { readonly topicId: string; readonly logEndOffset: bigint },
): Promise<void> {
  const target = await disk.open(`${directory}/${await lastSegment(disk, directory)}`);
  try {
    let end = await target.size();
    let nextOffset = logEndOffset;
    for (const { path, salt } of files) {
      for await (const { topicId, partition, header, position } of readJournalFile(disk, path, salt, IGNORE_DAMAGE)) {
        if (topicId !== wantedId || partition !== wanted || header.baseOffset < nextOffset) continue;
        await target.write([await bytesAt(disk, path, position, header.sizeInBytes)], end);
        end += header.sizeInBytes;
        nextOffset = header.lastOffset + 1n;
      }
    }
    await target.sync();
  } finally {
    await target.close();
  }
}

/** Where a checkpoint cannot be read, the log starts with its first segment. */
export async function logStartOffsetOf(
  disk: Disk,
  { logDirectory, topic, partition }: PartitionFiles,
): Promise<bigint> {
  let offsets: PartitionOffset[] = [];
  try {
    offsets = await readOffsetCheckpoint(disk, `${logDirectory}/log-start-offset-checkpoint`);
  } catch (error) {
    if (!(error instanceof CorruptCheckpointError)) throw error;
  }
  return offsets.find((entry) => entry.topic === topic && entry.partition === partition)?.offset ?? 0n;
}

async function lastSegment(disk: Disk, directory: string): Promise<string> {
  const names = (await disk.list(directory))
    .map(({ name }) => name)
    .filter((name) => {
      const parsed = parseSegmentFileName(name);
      return parsed?.kind === 'log' && parsed.suffix === '';
    });
  const last = names.sort().at(-1);
  if (last === undefined) throw new Error(`Cannot repair ${directory}: it has no segment`);
  return last;
}

async function bytesAt(disk: Disk, path: string, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const file = await disk.open(path, { readOnly: true });
  try {
    if ((await file.read(bytes, position)) === length) return bytes;
    throw new Error(`Cannot read ${path} at byte ${position}: it ends before`);
  } finally {
    await file.close();
  }
}
