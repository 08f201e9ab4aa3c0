// The five compression types of a record batch: ids on the wire, names in configs, and the levels that Kafka allows.

/** As spelled in `compression.type`. */
export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Indexed by the id in the low three bits of a batch's attributes. */
export const COMPRESSION_TYPES = [
  'none',
  'gzip',
  'snappy',
  'lz4',
  'zstd',
] as const satisfies readonly CompressionType[];

const IDS: Readonly<Record<CompressionType, number>> = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

export interface CompressionLevels {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** The ranges of `compression.gzip.level`, `compression.lz4.level` and `compression.zstd.level`; gzip also takes its default, -1. */
export const COMPRESSION_LEVELS: Readonly<Record<'gzip' | 'lz4' | 'zstd', CompressionLevels>> = {
  gzip: { min: 1, max: 9, default: -1 },
  lz4: { min: 1, max: 17, default: 9 },
  zstd: { min: -131072, max: 22, default: 3 },
};

export function compressionId(type: CompressionType): number {
  return IDS[type];
}

/** Undefined for an id that Kafka does not know (5, 6 and 7 fit the bits but mean nothing). */
export function compressionTypeOf(id: number): CompressionType | undefined {
  return COMPRESSION_TYPES[id];
}

/** True for a level that Kafka would accept in the codec's setting; none and snappy have no levels. */
export function isCompressionLevel(type: CompressionType, level: number): boolean {
  if (type === 'none' || type === 'snappy') return false;
  const levels = COMPRESSION_LEVELS[type];
  return Number.isInteger(level) && (level === levels.default || (level >= levels.min && level <= levels.max));
}
