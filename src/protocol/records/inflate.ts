// Inflates the records of a batch, and says what went wrong as batches do.

import { CompressionError, type CompressionType, decompress, lz4Decompress } from '../compression/index.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';

/** `magic` matters to lz4 only: before magic 1 the header checksum of its frames was computed wrongly. */
export function inflate(input: Buffer, type: CompressionType, maxBytes: number, magic = 2): Buffer {
  try {
    return type === 'lz4' && magic === 0
      ? lz4Decompress(input, maxBytes, { ignoreHeaderChecksum: true })
      : decompress(type, input, maxBytes);
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    if (error.failure === 'too-large') {
      throw new InvalidRecordBatchError('MESSAGE_TOO_LARGE', 'inflates-too-far', error.message, { cause: error });
    }
    throw new InvalidRecordBatchError('CORRUPT_MESSAGE', 'compressed-data', error.message, { cause: error });
  }
}
