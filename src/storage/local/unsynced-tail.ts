// What a crash left of a log in the page cache only, in the form in which the journal makes it last.

import type { Log } from '../../log/index.ts';
import { iterateBatches } from '../../protocol/index.ts';
import { ENTRY_BYTES } from './journaled-appends.ts';

/**
 * The batches behind the recovery point. Undefined where the journal cannot take them: they are too many, have gaps, are of an old format, or do not
 * follow what is on stable storage.
 */
export async function readUnsyncedTail(log: Log): Promise<Buffer | undefined> {
  const { recoveryPoint, logStartOffset, logEndOffset } = log;
  if (recoveryPoint < logStartOffset) return undefined;
  const records = await log.readUnsynced(ENTRY_BYTES);
  let nextOffset = recoveryPoint;
  for (const { magic, baseOffset, lastOffset } of iterateBatches(records)) {
    if (magic !== 2 || baseOffset !== nextOffset) return undefined;
    nextOffset = lastOffset + 1n;
  }
  return nextOffset === logEndOffset ? records : undefined;
}
