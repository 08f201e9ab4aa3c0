// zstd by node:zlib, frame by frame: Node stops after the first frame without a word, other libraries read on.

import { constants, type ZstdOptions, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { corrupt, tooLarge } from './compression-error.ts';
import { COMPRESSION_LEVELS } from './compression-type.ts';
import { outputChunkBytes, zlibFailure } from './zlib-failure.ts';

const FRAME_MAGIC = 0xfd2fb528;
// What the default level means for a stream of unknown length, which is what Java's producer writes. Where zstd knows the length it looks for shorter
// matches in up to 256 KiB: on records that takes longer and ends up larger.
const DEFAULT_MIN_MATCH = 5;

export function zstdCompress(input: Buffer, level?: number): Buffer {
  return zstdCompressSync(input, {
    params: zstdParameters(level),
    // The content size in the frame lets a reader refuse or allocate before it inflates.
    pledgedSrcSize: input.length,
    chunkSize: outputChunkBytes(input.length >> 2, input.length),
  });
}

export function zstdParameters(level: number = COMPRESSION_LEVELS.zstd.default): NonNullable<ZstdOptions['params']> {
  const { ZSTD_c_compressionLevel, ZSTD_c_minMatch } = constants;
  const isDefault = level === COMPRESSION_LEVELS.zstd.default;
  return { [ZSTD_c_compressionLevel]: level, ...(isDefault ? { [ZSTD_c_minMatch]: DEFAULT_MIN_MATCH } : {}) };
}

export function zstdDecompress(input: Buffer, maxOutputBytes: number): Buffer {
  const frames: Buffer[] = [];
  let total = 0;
  let position = 0;
  do {
    const rest = position === 0 ? input : input.subarray(position);
    const frame = decompressFrame(rest, maxOutputBytes - total, maxOutputBytes);
    if (frame.consumedBytes <= 0) throw corrupt('zstd', 'a frame is empty');
    frames.push(frame.output);
    total += frame.output.length;
    position += frame.consumedBytes;
  } while (position < input.length);
  return frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames, total);
}

function decompressFrame(input: Buffer, room: number, limit: number): { output: Buffer; consumedBytes: number } {
  const claimed = zstdContentBytes(input);
  if (claimed !== undefined && claimed > BigInt(room)) throw tooLarge('zstd', limit);
  // One byte more than the content, so that the end of the frame is seen in the first round.
  const expected = claimed === undefined ? input.length * 4 : Number(claimed) + 1;
  try {
    // With `info` the result also has the engine, which knows how much of the input the frame took.
    const { buffer, engine } = zstdDecompressSync(input, {
      maxOutputLength: Math.max(1, room),
      chunkSize: outputChunkBytes(expected, room + 1),
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (buffer.length > room) throw tooLarge('zstd', limit);
    return { output: buffer, consumedBytes: engine.bytesWritten };
  } catch (error) {
    throw zlibFailure('zstd', error, limit);
  }
}

/** The content size that a frame claims (RFC 8878, 3.1.1.1); undefined where it claims none. */
export function zstdContentBytes(input: Buffer): bigint | undefined {
  if (input.length < 5 || input.readUInt32LE(0) !== FRAME_MAGIC) return undefined;
  const descriptor = input.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const position = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  const sizeId = descriptor >>> 6;
  const sizeBytes = sizeId === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeId;
  if (sizeBytes === 0 || input.length < position + sizeBytes) return undefined;
  if (sizeBytes === 8) return input.readBigUInt64LE(position);
  // A two-byte size counts from 256.
  return BigInt(input.readUIntLE(position, sizeBytes) + (sizeBytes === 2 ? 256 : 0));
}
