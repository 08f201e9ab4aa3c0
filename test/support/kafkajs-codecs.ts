// The codecs that kafkajs does not bring, given to it in the way that its documentation tells. It brings gzip.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { lz4Compress, lz4Decompress, snappyCompress, snappyDecompress } from '@platformatic/wasm-utils';
import kafkajs from 'kafkajs';

type Transform = (data: Buffer) => Buffer;

export function registerKafkaJsCodecs(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = codec(snappyCompress, snappyDecompress);
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = codec(lz4Compress, lz4Decompress);
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = codec(zstdCompressSync, zstdDecompressSync);
}

function codec(compress: Transform, decompress: Transform) {
  return () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => compress(buffer),
    decompress: async (buffer: Buffer) => decompress(buffer),
  });
}
