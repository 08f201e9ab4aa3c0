// A record as readers get it and as writers give it.

/** Name and value. Names are text, but nothing stops two headers from having the same. */
export type RecordHeader = readonly [name: string, value: Buffer | null];

/** One record. Key, value and header values are views on the batch's bytes, or on the bytes that it inflated to. */
export class RecordView {
  readonly offset: bigint;
  /** Milliseconds; -1 where there is none. */
  readonly timestamp: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];

  constructor(
    offset: bigint,
    timestamp: bigint,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly RecordHeader[],
  ) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.key = key;
    this.value = value;
    this.headers = headers;
  }
}

/** One record to write. A RecordView fits. */
export interface RecordInput {
  /** Milliseconds, -1 for none. */
  readonly timestamp: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly RecordHeader[];
  /** One more than the record before it, unless given; offsets must rise. */
  readonly offset?: bigint;
}

/** Shared by all records without headers. */
export const NO_HEADERS: readonly RecordHeader[] = Object.freeze([]);
