// Clears a partition's directory of what an interrupted deletion or compaction left, by Apache Kafka's rules.

import type { Disk } from '../platform/index.ts';
import { LOG_OVERHEAD_BYTES } from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { scanHeaders } from './batch-scan.ts';
import { parseSegmentFileName, type SegmentFileName, segmentFileName } from './segment-files.ts';

interface NamedFile extends SegmentFileName {
  readonly name: string;
}

/**
 * `.deleted` files go. `.cleaned` files are of a compaction that never came to its end, and go with the `.swap` files behind the first of them.
 * Other `.swap` files are complete: they replace the segments that they cover. True when anything was changed.
 */
export async function removeLeftovers(
  disk: Disk,
  directory: string,
  names: readonly string[],
  logger: Logger,
): Promise<boolean> {
  const files = names.flatMap((name): NamedFile[] => {
    const parsed = parseSegmentFileName(name);
    return parsed === undefined ? [] : [{ ...parsed, name }];
  });
  const withSuffix = (suffix: string) => files.filter((file) => file.suffix === suffix);
  const cleaned = withSuffix('.cleaned');
  const isIncompleteSwap = (file: NamedFile) => cleaned.some(({ offset }) => file.offset >= offset);
  const unwanted = [...withSuffix('.deleted'), ...cleaned, ...withSuffix('.swap').filter(isIncompleteSwap)];
  const swaps = withSuffix('.swap').filter((file) => !isIncompleteSwap(file));
  for (const { name } of unwanted) {
    logger.info({ directory, file: name }, 'removing what an interrupted deletion or compaction left');
    await disk.remove(`${directory}/${name}`);
  }
  if (swaps.length > 0) await completeSwap(disk, directory, swaps, withSuffix(''), logger);
  return unwanted.length + swaps.length > 0;
}

/** The replaced segments are those from the first offset of the swapped ones to their end. They must be gone before the new ones get their names. */
async function completeSwap(
  disk: Disk,
  directory: string,
  swaps: NamedFile[],
  current: NamedFile[],
  logger: Logger,
): Promise<void> {
  const logs = swaps.filter(({ kind }) => kind === 'log');
  let start: bigint | undefined;
  let end = 0n;
  for (const { name, offset } of logs) {
    if (start === undefined || offset < start) start = offset;
    const next = await nextOffsetOf(disk, `${directory}/${name}`, offset);
    if (next > end) end = next;
  }
  for (const { name, offset } of current) {
    if (start === undefined || offset < start || offset >= end) continue;
    logger.info({ directory, file: name }, 'removing a file that compaction had replaced');
    await disk.remove(`${directory}/${name}`);
  }
  // The .log files first: while one of them waits, a crash makes the next start remove what stands in its place.
  for (const { name, offset, kind } of [...logs, ...swaps.filter((file) => file.kind !== 'log')]) {
    logger.info({ directory, file: name }, 'completing an interrupted replacement');
    await disk.rename(`${directory}/${name}`, `${directory}/${segmentFileName(offset, kind)}`);
  }
  await disk.syncDirectory(directory);
}

async function nextOffsetOf(disk: Disk, path: string, baseOffset: bigint): Promise<bigint> {
  const file = await disk.open(path, { readOnly: true });
  try {
    const size = await file.size();
    let next = baseOffset;
    if (size < LOG_OVERHEAD_BYTES) return next;
    for await (const { header } of scanHeaders(file, 0, size)) next = header.lastOffset + 1n;
    return next;
  } finally {
    await file.close();
  }
}
