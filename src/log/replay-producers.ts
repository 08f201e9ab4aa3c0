// Brings the producers of a partition to an offset: from the newest snapshot that can be used, and the batches behind it.

import { isControl } from '../protocol/index.ts';
import { scanHeaders } from './batch-scan.ts';
import type { ProducerEntry } from './producer-entry.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import { ProducerStates } from './producer-states.ts';
import type { Segment } from './segment.ts';

/** How far before a snapshot batches are looked for that a producer may send again: more than requests in flight hold. */
const MOST_HISTORY_OFFSETS = 100_000n;
const MOST_HISTORY_BYTES = 16 * 1024 * 1024;

export interface ReplayOptions {
  readonly nowMs: number;
  /**
   * Find all the batches by which a repeated one is recognised. A snapshot keeps the last one of a producer, in Kafka's format; a client that got
   * no answers sends its last five again.
   */
  readonly needsHistory: boolean;
}

/** Only headers and transaction markers are read. `segments` rise, and have been recovered as far as `endOffset`. */
export async function replayProducers(
  producers: ProducerStates,
  snapshots: ProducerSnapshots,
  segments: readonly Segment[],
  endOffset: bigint,
  { nowMs, needsHistory }: ReplayOptions,
): Promise<void> {
  const snapshot = await snapshots.loadNewest(endOffset);
  const startOffset = snapshot?.offset ?? 0n;
  const entries = snapshot?.entries ?? [];
  producers.load(needsHistory ? await withHistory(entries, segments, startOffset) : entries, nowMs);
  if (startOffset >= endOffset) return;
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (segment.baseOffset >= endOffset) break;
    if (next !== undefined && next.baseOffset <= startOffset) continue;
    await replaySegment(producers, segment, startOffset, endOffset);
  }
  // Those that had been silent for long when they last wrote are gone in a broker that ran on; so they are here.
  producers.removeExpired(nowMs);
}

/** The entries with the batches that led to them, as far as these stand closely before `endOffset`. */
async function withHistory(
  entries: readonly ProducerEntry[],
  segments: readonly Segment[],
  endOffset: bigint,
): Promise<readonly ProducerEntry[]> {
  if (entries.length === 0) return entries;
  const history = new ProducerStates(() => Number.POSITIVE_INFINITY);
  const startOffset = historyStart(segments, endOffset);
  for (const [index, segment] of segments.entries()) {
    if (segment.baseOffset >= endOffset) break;
    if ((segments[index + 1]?.baseOffset ?? endOffset) <= startOffset) continue;
    const start = await segment.locate(startOffset);
    if (start === undefined) continue;
    await segment.useFile(async (file) => {
      for await (const { header } of scanHeaders(file, start.position, segment.writtenBytes)) {
        if (header.baseOffset >= endOffset) return;
        if (!isControl(header.attributes)) history.applyBatch(header, undefined);
      }
    });
  }
  return entries.map((entry) => {
    const found = history.get(entry.producerId);
    const isSame =
      found?.producerEpoch === entry.producerEpoch &&
      found.batches.at(-1)?.lastOffset === entry.batches.at(-1)?.lastOffset;
    return isSame ? { ...entry, batches: found.batches } : entry;
  });
}

/** The lowest offset whose batches are within both limits, taking the batches of a segment to be of one size. */
function historyStart(segments: readonly Segment[], endOffset: bigint): bigint {
  let upper = endOffset;
  let bytesLeft = MOST_HISTORY_BYTES;
  for (const { baseOffset, writtenBytes } of segments.toReversed()) {
    if (baseOffset >= upper) continue;
    if (writtenBytes > bytesLeft) {
      upper -= (BigInt(bytesLeft) * (upper - baseOffset)) / BigInt(writtenBytes);
      break;
    }
    bytesLeft -= writtenBytes;
    upper = baseOffset;
  }
  const farthest = endOffset - MOST_HISTORY_OFFSETS;
  return upper > farthest ? upper : farthest;
}

async function replaySegment(
  producers: ProducerStates,
  segment: Segment,
  startOffset: bigint,
  endOffset: bigint,
): Promise<void> {
  const start = await segment.locate(startOffset);
  if (start === undefined) return;
  await segment.useFile(async (file) => {
    for await (const { header, position } of scanHeaders(file, start.position, segment.writtenBytes)) {
      if (header.baseOffset >= endOffset) return;
      let bytes: Buffer | undefined;
      if (isControl(header.attributes)) {
        bytes = Buffer.allocUnsafe(header.sizeInBytes);
        await file.read(bytes, position);
      }
      producers.applyBatch(header, bytes);
    }
  });
}
