// Turns what node:zlib throws into our error: its limit on output is the guard against bombs in gzip and zstd.

import { CompressionError, corrupt, tooLarge } from './compression-error.ts';
import type { CompressionType } from './compression-type.ts';

export function zlibFailure(type: CompressionType, error: unknown, maxOutputBytes: number): CompressionError {
  if (error instanceof CompressionError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
    return tooLarge(type, maxOutputBytes);
  }
  return corrupt(type, error instanceof Error ? error.message : String(error), error);
}

/** Output is collected in pieces of this size; a good guess is one piece, and a wrong one costs at most a megabyte. */
export function outputChunkBytes(expectedBytes: number, maxOutputBytes: number): number {
  return Math.max(MIN_CHUNK_BYTES, Math.min(expectedBytes, maxOutputBytes, MAX_CHUNK_BYTES));
}

const MIN_CHUNK_BYTES = 4 * 1024;
const MAX_CHUNK_BYTES = 1024 * 1024;
