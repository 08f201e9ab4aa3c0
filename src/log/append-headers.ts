// Looks at what is to be appended: whole batches whose offsets follow one another.

import { type BatchHeader, readBatchHeader } from '../protocol/index.ts';
import { type LogContext, logName } from './log-context.ts';

/** The headers of the batches. Throws, naming the log, when one is cut off. */
export function readAppendHeaders(batches: Buffer, log: LogContext): BatchHeader[] {
  const headers: BatchHeader[] = [];
  for (let position = 0; position < batches.length; ) {
    const header = readBatchHeader(batches, position);
    headers.push(header);
    position += header.sizeInBytes;
  }
  requireWhole(headers, batches, log);
  return headers;
}

/** Throws, naming the log, when an offset goes back, or when these are not all batches of `batches`: nothing is in the log then. */
export function requireAppendable(
  headers: readonly BatchHeader[],
  batches: Buffer,
  logEndOffset: bigint,
  log: LogContext,
): void {
  requireWhole(headers, batches, log);
  let nextOffset = logEndOffset;
  for (const { baseOffset, lastOffset } of headers) {
    if (baseOffset < nextOffset || lastOffset < baseOffset) {
      throw new Error(
        `Cannot append to ${logName(log)}: a batch has offsets ${baseOffset} to ${lastOffset}, next is ${nextOffset}`,
      );
    }
    nextOffset = lastOffset + 1n;
  }
}

function requireWhole(headers: readonly BatchHeader[], batches: Buffer, log: LogContext): void {
  const last = headers.at(-1);
  if (last === undefined || last.position + last.sizeInBytes === batches.length) return;
  throw new Error(`Cannot append to ${logName(log)}: the last batch is not whole`);
}
