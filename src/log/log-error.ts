// What can be wrong with a log itself. The storage engine answers all of these with Kafka's storage errors, and takes the partition out of service.

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

/** A read outside of [log start offset, log end offset]. */
export class OffsetOutOfRangeError extends Error {
  override readonly name = 'OffsetOutOfRangeError';
}

/** The log cannot be used any more: it is closed, or a write or sync failed (the cause). */
export class LogUnusableError extends Error {
  override readonly name = 'LogUnusableError';
}
