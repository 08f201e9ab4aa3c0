// The step in which compaction's segment takes the place of others, in an order that a crash cannot spoil: `leftovers.ts` undoes it before the
// new files are all `.swap`, and completes it afterwards.

import type { LogOptions } from '../log-options.ts';
import { Segment, type SegmentContext } from '../segment.ts';
import type { CleanedSegment } from './cleaned-segment.ts';

/** `removeReplaced` moves the files of the replaced segments out of the way. */
export async function putInPlace(
  { disk, clock, directory }: Pick<LogOptions, 'disk' | 'clock' | 'directory'>,
  context: SegmentContext,
  cleaned: CleanedSegment,
  removeReplaced: () => Promise<void>,
): Promise<Segment> {
  await cleaned.rename('.cleaned', '.swap');
  // From here on the old files are not needed, and only now may they go.
  await disk.syncDirectory(directory);
  await removeReplaced();
  await cleaned.rename('.swap', '');
  await disk.syncDirectory(directory);
  return Segment.existing(context, directory, cleaned.baseOffset, clock.now(), 0, cleaned.sizeInBytes);
}
