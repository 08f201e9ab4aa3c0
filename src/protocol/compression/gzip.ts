// gzip by node:zlib. Concatenated members are one stream, as in Java.

import { gunzipSync, gzipSync } from 'node:zlib';
import { tooLarge } from './compression-error.ts';
import { COMPRESSION_LEVELS } from './compression-type.ts';
import { outputChunkBytes, zlibFailure } from './zlib-failure.ts';

export function gzipCompress(input: Buffer, level: number = COMPRESSION_LEVELS.gzip.default): Buffer {
  return gzipSync(input, { level });
}

export function gzipDecompress(input: Buffer, maxOutputBytes: number): Buffer {
  try {
    // zlib takes no limit below 1.
    const output = gunzipSync(input, {
      maxOutputLength: Math.max(1, maxOutputBytes),
      chunkSize: outputChunkBytes(input.length * 4, maxOutputBytes),
    });
    if (output.length > maxOutputBytes) throw tooLarge('gzip', maxOutputBytes);
    return output;
  } catch (error) {
    throw zlibFailure('gzip', error, maxOutputBytes);
  }
}
