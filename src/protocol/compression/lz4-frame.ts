// The LZ4 frame format (lz4_Frame_format.md of github.com/lz4/lz4): reads any valid frame, dependent blocks and checksums included,
// and writes what Apache Kafka's own reader accepts: version 1, independent blocks.

import { corrupt, tooLarge } from './compression-error.ts';
import { COMPRESSION_LEVELS } from './compression-type.ts';
import { GrowingOutput } from './growing-output.ts';
import { compressLz4Block, decompressLz4Block, LZ4_BLOCK_BYTES, worstCaseBytes } from './lz4-block.ts';
import { Lz4ChainCompressor } from './lz4-chain-compressor.ts';
import { xxhash32 } from './xxhash32.ts';

const FRAME_MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC_MASK = 0xfffffff0;
const SKIPPABLE_MAGIC = 0x184d2a50;
const UNCOMPRESSED_BLOCK = 0x80000000;
// Version 1, independent blocks of at most 64 KB, no checksums: what Kafka writes.
const FRAME_HEADER = Buffer.from('04224d18604082', 'hex');
// LZ4 spends at least one byte on 255 of output, so a frame that claims more is lying.
const MAX_RATIO = 255;

export interface Lz4ReadOptions {
  /** Message format v0 wrote a wrong header checksum (over the magic too), which nobody can rely on. */
  readonly ignoreHeaderChecksum?: boolean;
}

/** One frame. At the default level by the fast compressor, at others by hash chains whose depth doubles with each level. */
export function lz4Compress(input: Buffer, level: number = COMPRESSION_LEVELS.lz4.default): Buffer {
  const compressBlock = level === COMPRESSION_LEVELS.lz4.default ? compressLz4Block : chainCompressor(level);
  const output = new GrowingOutput('lz4', (input.length >> 1) + 64, Number.MAX_SAFE_INTEGER);
  output.append(FRAME_HEADER, 0, FRAME_HEADER.length);
  const word = Buffer.allocUnsafe(4);
  for (let start = 0; start < input.length; start += LZ4_BLOCK_BYTES) {
    const end = Math.min(start + LZ4_BLOCK_BYTES, input.length);
    const block = compressBlock(input, start, end);
    const isSmaller = block.length < end - start;
    word.writeUInt32LE(isSmaller ? block.length : (UNCOMPRESSED_BLOCK | (end - start)) >>> 0);
    output.append(word, 0, 4);
    if (isSmaller) output.append(block, 0, block.length);
    else output.append(input, start, end);
  }
  word.writeUInt32LE(0);
  output.append(word, 0, 4);
  return output.bytes();
}

/** As `compressLz4Block`, in a buffer that is used for block after block. */
function chainCompressor(level: number): typeof compressLz4Block {
  const compressor = new Lz4ChainCompressor(level);
  const block = Buffer.allocUnsafe(worstCaseBytes(LZ4_BLOCK_BYTES));
  return (input, start, end) => block.subarray(0, compressor.compress(input, start, end, block, 0));
}

/** Inflates one or more frames. */
export function lz4Decompress(input: Buffer, maxOutputBytes: number, options: Lz4ReadOptions = {}): Buffer {
  const output = new GrowingOutput('lz4', input.length * 4, maxOutputBytes);
  let position = 0;
  do {
    position = readFrame(input, position, output, maxOutputBytes, options);
  } while (position < input.length);
  return output.bytes();
}

interface FrameHeader {
  readonly blocksAreIndependent: boolean;
  readonly hasBlockChecksum: boolean;
  readonly hasContentChecksum: boolean;
  readonly contentBytes: bigint | undefined;
  readonly maxBlockBytes: number;
  readonly end: number;
}

function readFrame(
  input: Buffer,
  start: number,
  output: GrowingOutput,
  maxOutputBytes: number,
  options: Lz4ReadOptions,
): number {
  need(input, start, 4);
  const magic = input.readUInt32LE(start);
  if ((magic & SKIPPABLE_MAGIC_MASK) >>> 0 === SKIPPABLE_MAGIC) {
    need(input, start, 8);
    const size = input.readUInt32LE(start + 4);
    need(input, start + 8, size);
    return start + 8 + size;
  }
  if (magic !== FRAME_MAGIC) throw corrupt('lz4', `the frame magic is 0x${magic.toString(16)}`);
  const header = readFrameHeader(input, start + 4, options);
  const contentStart = output.length;
  if (header.contentBytes !== undefined) {
    if (header.contentBytes > BigInt(maxOutputBytes - contentStart)) throw tooLarge('lz4', maxOutputBytes);
    if (header.contentBytes > BigInt(input.length) * BigInt(MAX_RATIO)) {
      throw corrupt('lz4', `${input.length} bytes cannot hold the ${header.contentBytes} bytes that the frame claims`);
    }
    output.reserve(Number(header.contentBytes));
  }
  const position = readBlocks(input, header, output, contentStart, maxOutputBytes);
  if (header.contentBytes !== undefined && header.contentBytes !== BigInt(output.length - contentStart)) {
    throw corrupt('lz4', `the frame claims ${header.contentBytes} bytes and holds ${output.length - contentStart}`);
  }
  if (!header.hasContentChecksum) return position;
  need(input, position, 4);
  if (input.readUInt32LE(position) !== xxhash32(output.buffer, contentStart, output.length)) {
    throw corrupt('lz4', 'the content checksum is wrong');
  }
  return position + 4;
}

function readFrameHeader(input: Buffer, start: number, options: Lz4ReadOptions): FrameHeader {
  need(input, start, 2);
  const flags = input.readUInt8(start);
  const descriptor = input.readUInt8(start + 1);
  if (flags >>> 6 !== 1) throw corrupt('lz4', `frame version ${flags >>> 6} is unknown`);
  if ((flags & 0x02) !== 0 || (descriptor & 0x8f) !== 0) throw corrupt('lz4', 'a reserved bit of the frame is set');
  if ((flags & 0x01) !== 0) throw corrupt('lz4', 'the frame needs a dictionary');
  const blockSizeId = descriptor >>> 4;
  if (blockSizeId < 4) throw corrupt('lz4', `block size id ${blockSizeId} is unknown`);
  let position = start + 2;
  let contentBytes: bigint | undefined;
  if ((flags & 0x08) !== 0) {
    need(input, position, 8);
    contentBytes = input.readBigUInt64LE(position);
    position += 8;
  }
  need(input, position, 1);
  const checksum = (xxhash32(input, start, position) >>> 8) & 0xff;
  if (!options.ignoreHeaderChecksum && input.readUInt8(position) !== checksum) {
    throw corrupt('lz4', 'the header checksum is wrong');
  }
  return {
    blocksAreIndependent: (flags & 0x20) !== 0,
    hasBlockChecksum: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    contentBytes,
    maxBlockBytes: 1 << (2 * blockSizeId + 8),
    end: position + 1,
  };
}

function readBlocks(
  input: Buffer,
  header: FrameHeader,
  output: GrowingOutput,
  contentStart: number,
  maxOutputBytes: number,
): number {
  let position = header.end;
  for (;;) {
    need(input, position, 4);
    const word = input.readUInt32LE(position);
    position += 4;
    // The end mark is the whole word: the bit of an uncompressed block is not set in it.
    if (word === 0) return position;
    const size = word & ~UNCOMPRESSED_BLOCK;
    if (size > header.maxBlockBytes) throw corrupt('lz4', `a block of ${size} bytes is over ${header.maxBlockBytes}`);
    need(input, position, size);
    if (header.hasBlockChecksum) {
      need(input, position + size, 4);
      if (input.readUInt32LE(position + size) !== xxhash32(input, position, position + size)) {
        throw corrupt('lz4', 'a block checksum is wrong');
      }
    }
    if (word !== size) {
      output.append(input, position, position + size);
    } else {
      const historyStart = header.blocksAreIndependent ? output.length : contentStart;
      readCompressedBlock(input, position, position + size, header.maxBlockBytes, output, historyStart, maxOutputBytes);
    }
    position += header.hasBlockChecksum ? size + 4 : size;
  }
}

function readCompressedBlock(
  input: Buffer,
  start: number,
  end: number,
  maxBlockBytes: number,
  output: GrowingOutput,
  historyStart: number,
  maxOutputBytes: number,
): void {
  const room = Math.min(maxBlockBytes, (end - start) * MAX_RATIO, maxOutputBytes - output.length);
  const history = output.buffer.subarray(historyStart, output.length);
  const block = decompressLz4Block(input, start, end, room, history);
  if (block === 'corrupt') throw corrupt('lz4', 'a block is malformed');
  if (block === 'full') {
    if (room === maxOutputBytes - output.length) throw tooLarge('lz4', maxOutputBytes);
    throw corrupt('lz4', `a block inflates to more than ${maxBlockBytes} bytes`);
  }
  output.append(block, 0, block.length);
}

function need(input: Buffer, position: number, bytes: number): void {
  if (input.length - position < bytes) throw corrupt('lz4', 'the data ends too early');
}
