// Snappy as Kafka uses it: the stream framing of snappy-java (a header, then length-prefixed raw blocks) is what Java writes
// and what we write; librdkafka sends one raw block without framing, and Java's reader accepts both, so ours does too.

import { corrupt, tooLarge } from './compression-error.ts';
import { GrowingOutput } from './growing-output.ts';
import { decodeSnappyBlock, readSnappyPreamble } from './snappy-block.ts';
import { wasmCodecs } from './wasm-codecs.ts';

// Magic (8 bytes), version 1, lowest compatible version 1.
const STREAM_HEADER = Buffer.from('82534e41505059000000000100000001', 'hex');
const STREAM_MAGIC = STREAM_HEADER.subarray(0, 8);
// snappy-java's default block size.
const BLOCK_BYTES = 32 * 1024;

export function snappyCompress(input: Buffer): Buffer {
  const parts: Buffer[] = [STREAM_HEADER];
  for (let start = 0; start < input.length; start += BLOCK_BYTES) {
    const block = wasmCodecs().snappyCompress(input.subarray(start, start + BLOCK_BYTES));
    const size = Buffer.allocUnsafe(4);
    size.writeInt32BE(block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

export function snappyDecompress(input: Buffer, maxOutputBytes: number): Buffer {
  return startsStream(input, 0) ? readStream(input, maxOutputBytes) : readRawBlock(input, maxOutputBytes);
}

function readRawBlock(input: Buffer, maxOutputBytes: number): Buffer {
  const { outputBytes, bodyStart } = readSnappyPreamble(input, 0, input.length, maxOutputBytes);
  const output = Buffer.allocUnsafe(outputBytes);
  decodeSnappyBlock(input, bodyStart, input.length, output, 0, outputBytes);
  return output;
}

function readStream(input: Buffer, maxOutputBytes: number): Buffer {
  const output = new GrowingOutput('snappy', input.length * 3, maxOutputBytes);
  let position = 0;
  while (position < input.length) {
    // Streams may be concatenated: a header can stand wherever a block can.
    if (startsStream(input, position)) {
      position = readStreamHeader(input, position);
      continue;
    }
    if (input.length - position < 4) throw corrupt('snappy', 'the data ends too early');
    const size = input.readInt32BE(position);
    position += 4;
    if (size < 0 || size > input.length - position) {
      throw corrupt('snappy', `a block of ${size} bytes does not fit in the ${input.length - position} that are left`);
    }
    const end = position + size;
    const room = maxOutputBytes - output.length;
    const { outputBytes, bodyStart } = readSnappyPreamble(input, position, end, room);
    if (outputBytes > room) throw tooLarge('snappy', maxOutputBytes);
    const outputEnd = output.reserve(outputBytes);
    decodeSnappyBlock(input, bodyStart, end, output.buffer, output.length, outputEnd);
    output.length = outputEnd;
    position = end;
  }
  return output.bytes();
}

function readStreamHeader(input: Buffer, position: number): number {
  if (input.length - position < STREAM_HEADER.length) throw corrupt('snappy', 'the data ends too early');
  const lowestCompatibleVersion = input.readInt32BE(position + 12);
  if (lowestCompatibleVersion > 1) throw corrupt('snappy', `stream version ${lowestCompatibleVersion} is unknown`);
  return position + STREAM_HEADER.length;
}

function startsStream(input: Buffer, position: number): boolean {
  const end = position + STREAM_MAGIC.length;
  return input.length >= end && input.compare(STREAM_MAGIC, 0, STREAM_MAGIC.length, position, end) === 0;
}
