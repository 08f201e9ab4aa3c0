// What goes into a producer and what comes back.

import type { RecordHeader } from '../../protocol/index.ts';

/** A record as bytes, or as texts in UTF-8. */
export interface ProducerRecord {
  readonly topic: string;
  readonly key?: Buffer | string | null | undefined;
  /** Null deletes the key's record in a compacted topic. */
  readonly value: Buffer | string | null;
  readonly headers?: readonly RecordHeader[] | undefined;
  /** Default: by the key's hash, or sticky without a key. */
  readonly partition?: number | undefined;
  /** Milliseconds since 1970. Default: now. */
  readonly timestamp?: bigint | undefined;
}

/** Where a record was written. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  /** -1 when nobody was asked (acks=0). */
  readonly offset: bigint;
  /** ms; the broker's where it stamps records itself (message.timestamp.type=LogAppendTime). */
  readonly timestamp: bigint;
}
