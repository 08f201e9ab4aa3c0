// Brings the producers of a partition to an offset: from the newest snapshot that can be used, and the batches behind it.

import { isControl } from '../protocol/index.ts';
import { scanHeaders } from './batch-scan.ts';
import type { ProducerSnapshots } from './producer-snapshots.ts';
import type { ProducerStates } from './producer-states.ts';
import type { Segment } from './segment.ts';

/** Only headers and transaction markers are read. `segments` rise, and have been recovered as far as `endOffset`. */
export async function replayProducers(
  producers: ProducerStates,
  snapshots: ProducerSnapshots,
  segments: readonly Segment[],
  endOffset: bigint,
  nowMs: number,
): Promise<void> {
  const snapshot = await snapshots.loadNewest(endOffset);
  producers.load(snapshot?.entries ?? [], nowMs);
  const startOffset = snapshot?.offset ?? 0n;
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
