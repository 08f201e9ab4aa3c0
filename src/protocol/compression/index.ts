// The door of compression: the five types of Kafka, with bounded output.

export { type AsideCompressor, asideCompressor } from './aside-compressor.ts';
export { compress } from './compress.ts';
export { CompressionError, type CompressionFailure } from './compression-error.ts';
export {
  COMPRESSION_LEVELS,
  COMPRESSION_TYPES,
  type CompressionLevels,
  type CompressionType,
  compressionId,
  compressionTypeOf,
  isCompressionLevel,
} from './compression-type.ts';
export { decompress } from './decompress.ts';
export { lz4Decompress } from './lz4-frame.ts';
