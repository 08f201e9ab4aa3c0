// When a log goes on in a new segment, by Apache Kafka's rules.

import type { Random } from '../platform/index.ts';
import type { BatchHeader } from '../protocol/index.ts';
import type { LogConfig } from './log-config.ts';
import type { LogContext } from './log-context.ts';
import { Segment, type SegmentStart } from './segment.ts';

// What the generator of the operating system takes.
const LARGEST_RANDOM_BOUND = 2 ** 47;

/** Whether the batches, `bytes` together, must not go into the active segment. An empty segment takes anything that it can address. */
export function shouldRoll(
  active: Segment,
  bytes: number,
  headers: readonly BatchHeader[],
  { config, services }: LogContext,
): boolean {
  const lastOffset = headers.at(-1)?.lastOffset;
  if (lastOffset !== undefined && !active.canHold(lastOffset)) return true;
  if (active.sizeInBytes === 0) return false;
  const isFull = active.sizeInBytes + bytes > config['segment.bytes'] || active.isFull(config['segment.index.bytes']);
  return isFull || ageMs(active, headers, services.clock.now()) > maxSegmentMs(config) - active.jitterMs;
}

/** A segment that may not be compacted while it is active must not stay so for longer than its records may wait. */
function maxSegmentMs(config: LogConfig): number {
  const segmentMs = config['segment.ms'];
  return config['cleanup.policy'].includes('compact')
    ? Math.min(segmentMs, config['max.compaction.lag.ms'])
    : segmentMs;
}

/** What the next segment goes by, begun now. */
export function segmentStart({ config, services: { clock, random } }: LogContext, baseOffset: bigint): SegmentStart {
  return { baseOffset, createdMs: clock.now(), jitterMs: jitterMs(random, config) };
}

/** A segment that is not on the disk yet. */
export function newSegment(context: LogContext, baseOffset: bigint): Segment {
  return Segment.create(context, segmentStart(context, baseOffset));
}

/** Chosen anew for each segment, so that the logs of a broker do not all roll at once: milliseconds by which it is rolled early. */
function jitterMs(random: Random, config: LogConfig): number {
  const bound = Math.min(config['segment.jitter.ms'], maxSegmentMs(config), LARGEST_RANDOM_BOUND);
  return bound === 0 ? 0 : random.integer(bound);
}

/** Measured in the time of the records, where they have one. */
function ageMs(active: Segment, headers: readonly BatchHeader[], nowMs: number): number {
  const start = active.firstBatchTimestamp ?? -1n;
  if (start < 0n) return nowMs - active.createdMs;
  let newest = -1n;
  for (const { maxTimestamp } of headers) if (maxTimestamp > newest) newest = maxTimestamp;
  return Number(newest - start);
}
