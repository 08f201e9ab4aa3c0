// How much of a log compaction may take, and whether that is worth its work, by Apache Kafka's rules.

import { FileWindow, headerAt, isInvalidBatch } from '../batch-scan.ts';
import type { Log } from '../log.ts';
import type { Segment } from '../segment.ts';

export interface CleanableRange {
  /** Below it the log was compacted before. */
  readonly firstDirtyOffset: bigint;
  /** Where a segment begins; from it on nothing is touched. */
  readonly endOffset: bigint;
  readonly cleanableBytes: number;
  /** Of the bytes below `endOffset`, the share that was never compacted. */
  readonly ratio: number;
  /** A record has waited for longer than `max.compaction.lag.ms`. */
  readonly isOverdue: boolean;
}

/**
 * `checkpoint` is where the last compaction ended. Transactions that are open, and what readers cannot see yet, are above `lastStableOffset`. Segments
 * that are not written yet are left alone too.
 */
export async function cleanableRange(
  log: Log,
  checkpoint: bigint,
  lastStableOffset: bigint,
  nowMs: number,
): Promise<CleanableRange> {
  const isUsable = checkpoint >= log.logStartOffset && checkpoint <= log.logEndOffset;
  const firstDirtyOffset = isUsable ? checkpoint : log.logStartOffset;
  const segments = log.compactionSegments().slice(0, -1);
  // The queue of a segment is written to the segment that it was, not to what compaction puts in its place.
  const limit = lastStableOffset < log.writtenEndOffset ? lastStableOffset : log.writtenEndOffset;
  const end = await firstUncleanable(log, segments, firstDirtyOffset, limit, nowMs);
  const below = segments.filter(({ baseOffset }) => baseOffset < end);
  const firstDirty = Math.max(
    below.findLastIndex(({ baseOffset }) => baseOffset <= firstDirtyOffset),
    0,
  );
  const dirty = end > firstDirtyOffset ? below.slice(firstDirty) : [];
  const cleanableBytes = bytesOf(dirty);
  const totalBytes = bytesOf(below);
  return {
    firstDirtyOffset,
    endOffset: end > firstDirtyOffset ? end : firstDirtyOffset,
    cleanableBytes,
    ratio: totalBytes === 0 ? 0 : cleanableBytes / totalBytes,
    isOverdue: await isOverdue(dirty, log.config['max.compaction.lag.ms'], nowMs),
  };
}

export function isWorthCleaning(range: CleanableRange, minCleanableRatio: number): boolean {
  return range.cleanableBytes > 0 && (range.isOverdue || range.ratio > minCleanableRatio);
}

/** The start of the first segment that has something which must stay as it is: the active one at the latest. */
async function firstUncleanable(
  log: Log,
  segments: readonly Segment[],
  firstDirtyOffset: bigint,
  limit: bigint,
  nowMs: number,
): Promise<bigint> {
  const lagMs = log.config['min.compaction.lag.ms'];
  const activeBase = log.segments().at(-1)?.baseOffset ?? 0n;
  for (const [index, segment] of segments.entries()) {
    const endOffset = segments[index + 1]?.baseOffset ?? activeBase;
    if (endOffset > limit) return segment.baseOffset;
    if (lagMs === 0 || endOffset <= firstDirtyOffset) continue;
    if (Number((await segment.largestTimestamp()).timestamp) > nowMs - lagMs) return segment.baseOffset;
  }
  return activeBase;
}

async function isOverdue(segments: readonly Segment[], maxLagMs: number, nowMs: number): Promise<boolean> {
  if (maxLagMs > nowMs) return false;
  for (const segment of segments) {
    const timestamp = Number(await firstTimestamp(segment));
    if (timestamp > 0 && timestamp < nowMs - maxLagMs) return true;
  }
  return false;
}

async function firstTimestamp(segment: Segment): Promise<bigint> {
  if (segment.writtenBytes === 0) return -1n;
  return segment.useFile(async (file) => {
    const header = await headerAt(new FileWindow(file, segment.writtenBytes, 64), 0, segment.writtenBytes);
    return isInvalidBatch(header) ? -1n : header.maxTimestamp;
  });
}

function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
}
