// The step in which compaction's segment takes the place of others, in an order that a crash cannot spoil: `leftovers.ts` undoes it before the
// new files are all `.swap`, and completes it afterwards.

import type { LogContext } from '../log-context.ts';
import { Segment } from '../segment.ts';
import type { CleanedSegment } from './cleaned-segment.ts';

/** `removeReplaced` moves the files of the replaced segments out of the way. */
export async function putInPlace(
  context: LogContext,
  cleaned: CleanedSegment,
  removeReplaced: () => Promise<void>,
): Promise<Segment> {
  const { disk, clock } = context.services;
  await cleaned.rename('.cleaned', '.swap');
  // From here on the old files are not needed, and only now may they go.
  await disk.syncDirectory(context.directory);
  await removeReplaced();
  await cleaned.rename('.swap', '');
  await disk.syncDirectory(context.directory);
  const { baseOffset, sizeInBytes } = cleaned;
  return Segment.existing(context, { baseOffset, createdMs: clock.now(), jitterMs: 0 }, sizeInBytes);
}
