// Looks at what is to be appended: whole batches whose offsets follow one another.

import { type BatchHeader, readBatchHeader } from '../protocol/index.ts';
import { type LogContext, logName } from './log-context.ts';

/** Their headers. Throws, naming the log, when a batch is cut off or an offset goes back: nothing is in the log then. */
export function readAppendHeaders(batches: Buffer, logEndOffset: bigint, log: LogContext): BatchHeader[] {
  const headers: BatchHeader[] = [];
  let nextOffset = logEndOffset;
  for (let position = 0; position < batches.length; ) {
    const header = readBatchHeader(batches, position);
    const { baseOffset, lastOffset } = header;
    if (baseOffset < nextOffset || lastOffset < baseOffset) {
      throw new Error(
        `Cannot append to ${logName(log)}: a batch has offsets ${baseOffset} to ${lastOffset}, next is ${nextOffset}`,
      );
    }
    headers.push(header);
    nextOffset = lastOffset + 1n;
    position += header.sizeInBytes;
    if (position > batches.length) throw new Error(`Cannot append to ${logName(log)}: the last batch is not whole`);
  }
  return headers;
}
