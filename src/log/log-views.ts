// What a log shows of itself to those who own it or read it.

export interface LogRead {
  /** Whole batches, one behind the other. */
  readonly records: Buffer;
}

export interface SegmentView {
  readonly baseOffset: bigint;
  /** Includes what is queued. */
  readonly sizeInBytes: number;
  /** Path of the .log file; the other files of the segment stand beside it. */
  readonly path: string;
}
