// One way in to the decompressors. There is no default limit here on purpose: who inflates says how much it can hold.

import { tooLarge } from './compression-error.ts';
import type { CompressionType } from './compression-type.ts';
import { gzipDecompress } from './gzip.ts';
import { lz4Decompress } from './lz4-frame.ts';
import { snappyDecompress } from './snappy.ts';
import { zstdDecompress } from './zstd.ts';

/** Inflates to at most `maxOutputBytes`, or throws a CompressionError. 'none' gives `input` itself. */
export function decompress(type: CompressionType, input: Buffer, maxOutputBytes: number): Buffer {
  switch (type) {
    case 'none':
      if (input.length > maxOutputBytes) throw tooLarge(type, maxOutputBytes);
      return input;
    case 'gzip':
      return gzipDecompress(input, maxOutputBytes);
    case 'snappy':
      return snappyDecompress(input, maxOutputBytes);
    case 'lz4':
      return lz4Decompress(input, maxOutputBytes);
    case 'zstd':
      return zstdDecompress(input, maxOutputBytes);
  }
}
