// What a log directory has on the disk, for DescribeLogDirs: also the logs that are not loaded, which need not be for that.

import { join } from 'node:path';
import { logSizeOf } from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import type { LogDirDescription } from '../engine.ts';
import { Limiter } from './limiter.ts';
import type { LogDirectory } from './log-directory.ts';
import { parsePartitionDirectory } from './partition-directory.ts';

/** Directories of partitions whose files are counted at a time. */
const MEASURED_AT_A_TIME = 8;
const UNKNOWN_LAG = -1n;
/** A partition that is no copy: only other brokers' could lag. */
const HERE = { isFuture: false, offsetLag: 0n };

/** `logEndOffset`: of the partition of that name, where it is now; undefined where it cannot be used. */
export async function describeLogDirectory(
  directory: LogDirectory,
  disk: Disk,
  isCordoned: boolean,
  logEndOffset: (name: string) => bigint | undefined,
): Promise<LogDirDescription> {
  const { path, error } = directory;
  if (error !== undefined) return { path, error, totalBytes: -1, usableBytes: -1, isCordoned, partitions: [] };
  const space = await disk.space(path);
  const sizes = new Map<string, number>();
  await new Limiter(MEASURED_AT_A_TIME).forEach([...directory.unopened], async (name) => {
    sizes.set(name, await logSizeOf(disk, join(path, name)));
  });
  // Only now, because logs were loaded meanwhile.
  const partitions = Array.from(directory.partitions.values(), ({ topic, index, sizeInBytes }) => {
    return { topic, index, sizeInBytes, ...HERE };
  });
  for (const name of directory.unopened) {
    const id = parsePartitionDirectory(name);
    if (id !== undefined) partitions.push({ ...id, sizeInBytes: sizes.get(name) ?? 0, ...HERE });
  }
  for (const [name, future] of directory.futures.entries()) {
    const { topic, partition: index, sizeInBytes } = future;
    const endOffset = logEndOffset(name);
    const offsetLag = endOffset === undefined ? UNKNOWN_LAG : endOffset - future.logEndOffset;
    partitions.push({ topic, index, sizeInBytes, isFuture: true, offsetLag });
  }
  return { path, ...space, isCordoned, partitions };
}
