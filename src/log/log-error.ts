// What can be wrong with a log itself. The storage engine answers all of these with Kafka's storage errors, and takes the partition out of service.

import { InvalidRecordBatchError } from '../protocol/index.ts';

/** Bytes that were on stable storage are not what was written. Nothing behind them is given out. */
export class LogCorruptError extends Error {
  override readonly name = 'LogCorruptError';
  readonly path: string;
  /** Byte in the file. */
  readonly position: number;

  constructor(path: string, position: number, reason: string) {
    super(`${path} is corrupt at byte ${position}: ${reason}`);
    this.path = path;
    this.position = position;
  }
}

/** What `read` gives; what it finds wrong with the batch at `position` is damage of that file. */
export function orCorrupt<T>(path: string, position: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidRecordBatchError) throw new LogCorruptError(path, position, error.message);
    throw error;
  }
}

/** A read outside of [log start offset, log end offset]. */
export class OffsetOutOfRangeError extends Error {
  override readonly name = 'OffsetOutOfRangeError';
}

/** The log cannot be used any more: it is closed, or a write or sync failed (the cause). */
export class LogUnusableError extends Error {
  override readonly name = 'LogUnusableError';
}
