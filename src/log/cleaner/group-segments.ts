// Which neighbouring segments compaction makes one of, so that segments do not get smaller and smaller.

import type { LogConfig } from '../log-config.ts';
import { OFFSET_INDEX_ENTRY_BYTES } from '../offset-index.ts';
import type { Segment } from '../segment.ts';
import { TIME_INDEX_ENTRY_BYTES } from '../time-index.ts';

/** Groups in order; together each is within `segment.bytes`, `segment.index.bytes` and what an index can address. `endOffset` is behind the last. */
export async function groupSegments(
  segments: readonly Segment[],
  config: Pick<LogConfig, 'segment.bytes' | 'segment.index.bytes'>,
  endOffset: bigint,
): Promise<Segment[][]> {
  const groups: Segment[][] = [];
  let bytes = 0;
  let offsetBytes = 0;
  let timeBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const indexes = await segment.indexes();
    bytes += segment.sizeInBytes;
    offsetBytes += indexes.offsets.entryCount * OFFSET_INDEX_ENTRY_BYTES;
    timeBytes += indexes.times.entryCount * TIME_INDEX_ENTRY_BYTES;
    const group = groups.at(-1);
    const lastOffset = (segments[index + 1]?.baseOffset ?? endOffset) - 1n;
    const fits =
      bytes <= config['segment.bytes'] &&
      Math.max(offsetBytes, timeBytes) <= config['segment.index.bytes'] &&
      (segment.sizeInBytes === 0 || group?.[0]?.canHold(lastOffset) === true);
    if (group !== undefined && fits) {
      group.push(segment);
      continue;
    }
    groups.push([segment]);
    bytes = segment.sizeInBytes;
    offsetBytes = indexes.offsets.entryCount * OFFSET_INDEX_ENTRY_BYTES;
    timeBytes = indexes.times.entryCount * TIME_INDEX_ENTRY_BYTES;
  }
  return groups;
}
