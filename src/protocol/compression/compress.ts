// One way in to the compressors.

import { CompressionError } from './compression-error.ts';
import { type CompressionType, isCompressionLevel } from './compression-type.ts';
import { gzipCompress } from './gzip.ts';
import { lz4Compress } from './lz4-frame.ts';
import { snappyCompress } from './snappy.ts';
import { zstdCompress } from './zstd.ts';

/** Compresses as Kafka's producer does; `level` is Kafka's, the codec's default without it. 'none' gives `input` itself. */
export function compress(type: CompressionType, input: Buffer, level?: number): Buffer {
  if (level !== undefined && type !== 'none' && type !== 'snappy' && !isCompressionLevel(type, level)) {
    throw new CompressionError('unsupported', `Cannot compress with ${type}: it has no level ${level}`);
  }
  switch (type) {
    case 'none':
      return input;
    case 'gzip':
      return gzipCompress(input, level);
    case 'snappy':
      return snappyCompress(input);
    case 'lz4':
      return lz4Compress(input, level);
    case 'zstd':
      return zstdCompress(input, level);
  }
}
