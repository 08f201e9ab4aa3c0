// A record as the application gives it, made into one that can be written.

import { NO_HEADERS, type RecordInput } from '../../protocol/index.ts';
import type { ProducerRecord } from './producer-record.ts';

// What a record takes beside key, value and headers.
const RECORD_OVERHEAD_BYTES = 70;
const HEADER_OVERHEAD_BYTES = 10;

export function recordInput(
  { key = null, value, headers = NO_HEADERS }: ProducerRecord,
  timestamp: bigint,
): RecordInput {
  return { timestamp, key: toBytes(key), value: toBytes(value), headers };
}

/** The most that it takes in a batch of its own, before compression. */
export function sizeOfRecord({ key, value, headers = NO_HEADERS }: RecordInput): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, headerValue] of headers)
    bytes += Buffer.byteLength(name) + (headerValue?.length ?? 0) + HEADER_OVERHEAD_BYTES;
  return bytes;
}

function toBytes(value: Buffer | string | null): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
