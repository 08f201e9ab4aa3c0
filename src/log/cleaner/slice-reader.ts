// Reads a segment in slices of whole batches, every byte checked: compaction must not pass on what a disk has spoilt.

import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  InvalidRecordBatchError,
  LOG_OVERHEAD_BYTES,
  validateBatch,
} from '../../protocol/index.ts';
import { LogCorruptError } from '../log-error.ts';
import type { Segment } from '../segment.ts';

const BATCH_LENGTH_POSITION = 8;

/** Views on the reader's buffer, valid until the next call. */
export interface Slice {
  readonly bytes: Buffer;
  readonly headers: readonly BatchHeader[];
  /** Behind the last batch. */
  readonly nextPosition: number;
}

/** One buffer of a given size for all reads; a batch that is larger gets one of its own for as long as it takes. */
export class SliceReader {
  readonly #buffer: Buffer;

  constructor(bufferBytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(bufferBytes, BATCH_HEADER_BYTES));
  }

  /** The batches from `position` on that fit, at least one; none at the end of the segment. */
  async read(segment: Segment, position: number): Promise<Slice> {
    const end = segment.writtenBytes;
    const wanted = Math.min(this.#buffer.length, end - position);
    if (wanted <= 0) return { bytes: this.#buffer.subarray(0, 0), headers: [], nextPosition: position };
    return segment.useFile(async (file) => {
      let bytes = this.#buffer.subarray(0, wanted);
      bytes = bytes.subarray(0, await file.read(bytes, position));
      const firstBytes = sizeAt(bytes, 0);
      if (firstBytes === undefined || position + firstBytes > end)
        throw new LogCorruptError(segment.path, position, 'no whole batch is there');
      if (firstBytes > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(firstBytes);
        bytes = larger.subarray(0, await file.read(larger, position));
      }
      const headers = checkedBatches(segment, bytes, position);
      const last = headers.at(-1);
      return { bytes, headers, nextPosition: position + (last === undefined ? 0 : last.position + last.sizeInBytes) };
    });
  }
}

function checkedBatches(segment: Segment, bytes: Buffer, position: number): BatchHeader[] {
  const headers: BatchHeader[] = [];
  let at = 0;
  for (;;) {
    const size = sizeAt(bytes, at);
    if (size === undefined || (at > 0 && at + size > bytes.length)) return headers;
    try {
      headers.push(validateBatch(bytes, at));
    } catch (error) {
      if (!(error instanceof InvalidRecordBatchError)) throw error;
      throw new LogCorruptError(segment.path, position + at, error.message);
    }
    at += size;
  }
}

function sizeAt(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < LOG_OVERHEAD_BYTES) return undefined;
  return LOG_OVERHEAD_BYTES + Math.max(bytes.readInt32BE(at + BATCH_LENGTH_POSITION), 0);
}
