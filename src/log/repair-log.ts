// Makes a log usable again that a start refuses or that `verifyLog` finds wrong: takes out the bytes that are no batches, keeping the original beside, and
// makes everything anew that the batches give. Only ever done when an operator asks for it.

import { readConfig } from '../config/index.ts';
import type { Clock, Disk, DiskFile, Random } from '../platform/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { CheckedScan, isInvalidBatch } from './batch-scan.ts';
import { findValidBatch } from './find-valid-batch.ts';
import { Log } from './log.ts';
import { logConfigTable } from './log-config.ts';
import { OpenFiles } from './open-files.ts';
import { LEADER_EPOCH_CHECKPOINT_FILE } from './partition-directory.ts';
import { parseSegmentFileName } from './segment-files.ts';
import type { LogProblem } from './verify-log.ts';

export interface RepairLogOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  /** From `partition.metadata`. */
  readonly topicId: string;
  /** From `log-start-offset-checkpoint`, 0 when unknown. */
  readonly logStartOffset: bigint;
  /** What `verifyLog` found. */
  readonly problems: readonly LogProblem[];
}

export interface RepairedLog {
  readonly logEndOffset: bigint;
  /** Copies of segments as they were, to look for what was lost. */
  readonly originals: readonly string[];
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Stands behind the name of a segment as it was; no start looks at it. */
const ORIGINAL_SUFFIX = '.damaged';
const LARGEST_OFFSET = 2n ** 63n - 1n;
const COPY_BYTES = 1024 * 1024;
const OPEN_FILES = 16;

/** Rejects where the disk fails; then the log is as it was, or can be repaired again. */
export async function repairLog(options: RepairLogOptions): Promise<RepairedLog> {
  const { disk, directory, problems } = options;
  const originals: string[] = [];
  const damaged = new Set(problems.filter(({ kind }) => kind === 'damaged').map(({ path }) => path));
  for (const path of damaged) originals.push(await takeOutDamage(disk, path));
  await disk.remove(`${directory}/${LEADER_EPOCH_CHECKPOINT_FILE}`);
  await disk.syncDirectory(directory);
  // As after a crash that left nothing certain: every batch is read, and all other files are made of them.
  const openFiles = new OpenFiles(disk, OPEN_FILES);
  const services = { ...options, openFiles, producerIdExpirationMs: () => Number.MAX_SAFE_INTEGER };
  const log = await Log.open(services, {
    ...options,
    config: readConfig(logConfigTable, {}),
    recoveryPoint: 0n,
    // Where a batch was taken out at the end of a segment, what follows is no tail to be cut: as where it was compacted.
    compactedBelow: LARGEST_OFFSET,
    wasCleanlyStopped: false,
  });
  const { logEndOffset } = log;
  await log.close();
  return { logEndOffset, originals };
}

/** Replaces the segment by one of its good batches; returns where the original went. */
async function takeOutDamage(disk: Disk, path: string): Promise<string> {
  const original = `${path}${ORIGINAL_SUFFIX}`;
  const replacement = `${path}.repaired`;
  const baseOffset = parseSegmentFileName(path.slice(path.lastIndexOf('/') + 1))?.offset ?? 0n;
  const source = await disk.open(path, { readOnly: true });
  try {
    const ranges = await goodRanges(source, baseOffset);
    await writeRanges(disk, source, replacement, ranges);
    await writeRanges(disk, source, original, [{ start: 0, end: await source.size() }]);
  } finally {
    await source.close();
  }
  await disk.rename(replacement, path);
  return original;
}

async function goodRanges(file: DiskFile, baseOffset: bigint): Promise<ByteRange[]> {
  const size = await file.size();
  const scan = new CheckedScan(file, size);
  const ranges: ByteRange[] = [];
  let nextOffset = baseOffset;
  let start = 0;
  let position = 0;
  while (position < size) {
    const header = await scan.batchAt(position);
    if (!isInvalidBatch(header) && header.lastOffset >= nextOffset) {
      position += header.sizeInBytes;
      nextOffset = header.lastOffset + 1n;
      continue;
    }
    if (position > start) ranges.push({ start, end: position });
    const next = await findValidBatch(file, position + 1, size, nextOffset);
    if (next === undefined) return ranges;
    start = next;
    position = next;
  }
  if (position > start) ranges.push({ start, end: position });
  return ranges;
}

async function writeRanges(disk: Disk, source: DiskFile, path: string, ranges: readonly ByteRange[]): Promise<void> {
  const target = await disk.open(path, { create: true });
  try {
    await target.truncate(0);
    let end = 0;
    for (const range of ranges) {
      for (let position = range.start; position < range.end; position += COPY_BYTES) {
        const bytes = Buffer.alloc(Math.min(COPY_BYTES, range.end - position));
        await source.read(bytes, position);
        await target.write([bytes], end);
        end += bytes.length;
      }
    }
    await target.sync();
  } finally {
    await target.close();
  }
}
