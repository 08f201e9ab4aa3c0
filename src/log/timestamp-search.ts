// Finds records by their timestamps: the indexes lead to a batch, and only that batch is looked into.

import { readRecords, validateBatch } from '../protocol/index.ts';
import { scanHeaders } from './batch-scan.ts';
import { orCorrupt } from './log-error.ts';
import type { Segment } from './segment.ts';

/** A record found by its timestamp. Leader epoch -1 when unknown. */
export interface TimestampedOffset {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly leaderEpoch: number;
}

/** The first record in [startOffset, limit) whose timestamp is at least `timestamp`. `segments` rise. */
export async function findByTimestamp(
  segments: readonly Segment[],
  timestamp: bigint,
  startOffset: bigint,
  limit: bigint,
): Promise<TimestampedOffset | undefined> {
  for (const segment of segments) {
    if (segment.baseOffset >= limit) return undefined;
    if ((await segment.largestTimestamp()).timestamp < timestamp) continue;
    const found = await findInSegment(segment, timestamp, startOffset, limit);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first record that has the largest timestamp of all in the batch that brought it (KIP-734). */
export async function findMaxTimestamp(segments: readonly Segment[]): Promise<TimestampedOffset | undefined> {
  let newest: Segment | undefined;
  let largest = { timestamp: -1n, offset: -1n };
  for (const segment of segments) {
    const candidate = await segment.largestTimestamp();
    if (candidate.timestamp > largest.timestamp) [newest, largest] = [segment, candidate];
  }
  if (newest === undefined) return undefined;
  const { timestamp, offset } = largest;
  const segment = newest;
  const start = await segment.locate(offset);
  if (start === undefined) return undefined;
  return firstRecord(
    segment,
    start.position,
    (batchMax) => batchMax === timestamp,
    (record) => record.timestamp === timestamp,
  );
}

async function findInSegment(
  segment: Segment,
  timestamp: bigint,
  startOffset: bigint,
  limit: bigint,
): Promise<TimestampedOffset | undefined> {
  const start = await segment.locateTimestamp(timestamp, startOffset);
  if (start === undefined) return undefined;
  const found = await firstRecord(
    segment,
    start.position,
    (batchMax) => batchMax >= timestamp,
    (record) => record.timestamp >= timestamp && record.offset >= startOffset,
  );
  return found === undefined || found.offset >= limit ? undefined : found;
}

async function firstRecord(
  segment: Segment,
  position: number,
  isBatch: (maxTimestamp: bigint) => boolean,
  isRecord: (record: { readonly timestamp: bigint; readonly offset: bigint }) => boolean,
): Promise<TimestampedOffset | undefined> {
  return segment.useFile(async (file) => {
    for await (const { header, position: at } of scanHeaders(file, position, segment.writtenBytes)) {
      if (!isBatch(header.maxTimestamp)) continue;
      const bytes = Buffer.allocUnsafe(header.sizeInBytes);
      await file.read(bytes, at);
      // Its own checksum tells damage from records that came as nobody can read them.
      orCorrupt(segment.path, at, () => validateBatch(bytes, 0));
      for (const record of readRecords(bytes, header)) {
        if (isRecord(record))
          return { offset: record.offset, timestamp: record.timestamp, leaderEpoch: header.partitionLeaderEpoch };
      }
    }
    return undefined;
  });
}
