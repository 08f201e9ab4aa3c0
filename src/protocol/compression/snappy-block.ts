// Decodes one raw snappy block (format_description.txt of github.com/google/snappy). Hot path like lz4-block.ts, and as careful.

import { corrupt, tooLarge } from './compression-error.ts';
import { copyWords, viewOf, WORD_BYTES } from './copy-words.ts';

// A copy of 64 bytes takes three: no valid block is longer than this times its compressed bytes.
const MAX_RATIO = 22;
const LOOP_COPY_BYTES = 32;

export interface SnappyPreamble {
  /** Length of the inflated block, as it claims. */
  readonly outputBytes: number;
  /** Position of the first element. */
  readonly bodyStart: number;
}

/** Reads and judges the claimed length, before anything is allocated for it. */
export function readSnappyPreamble(input: Buffer, start: number, end: number, roomBytes: number): SnappyPreamble {
  let position = start;
  let outputBytes = 0;
  for (let shift = 0; ; shift += 7) {
    if (position >= end) throw corrupt('snappy', 'the data ends too early');
    const byte = input[position++] as number;
    outputBytes += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    if (shift === 28) throw corrupt('snappy', 'the length of a block is malformed');
  }
  if (outputBytes > roomBytes) throw tooLarge('snappy', roomBytes);
  if (outputBytes > (end - position) * MAX_RATIO) {
    throw corrupt('snappy', `${end - position} bytes cannot hold the ${outputBytes} bytes that a block claims`);
  }
  return { outputBytes, bodyStart: position };
}

/** Decodes the elements `input[start, end)` to exactly `output[outputStart, outputEnd)`. */
export function decodeSnappyBlock(
  input: Buffer,
  start: number,
  end: number,
  output: Buffer,
  outputStart: number,
  outputEnd: number,
): void {
  const source = viewOf(input);
  const target = viewOf(output);
  const lastWordIn = input.length - WORD_BYTES;
  const lastWordOut = output.length - WORD_BYTES;
  let from = start;
  let to = outputStart;
  while (from < end) {
    const tag = input[from++] as number;
    let length: number;
    let distance: number;
    if ((tag & 3) === 0) {
      length = tag >>> 2;
      if (length >= 60) {
        const lengthBytes = length - 59;
        if (lengthBytes > end - from) throw malformed();
        length = input.readUIntLE(from, lengthBytes);
        from += lengthBytes;
      }
      length++;
      if (length > end - from || length > outputEnd - to) throw malformed();
      const literalsTo = to + length;
      if (length > LOOP_COPY_BYTES) {
        input.copy(output, to, from, from + length);
        from += length;
        to = literalsTo;
      } else if (literalsTo <= lastWordOut && from + length <= lastWordIn) {
        copyWords(source, from, target, to, literalsTo);
        from += length;
        to = literalsTo;
      } else {
        while (to < literalsTo) output[to++] = input[from++] as number;
      }
      continue;
    }
    if ((tag & 3) === 1) {
      if (from >= end) throw malformed();
      length = ((tag >>> 2) & 7) + 4;
      distance = ((tag & 0xe0) << 3) | (input[from++] as number);
    } else {
      const distanceBytes = (tag & 3) === 2 ? 2 : 4;
      if (distanceBytes > end - from) throw malformed();
      length = (tag >>> 2) + 1;
      distance = distanceBytes === 2 ? input.readUInt16LE(from) : input.readUInt32LE(from);
      from += distanceBytes;
    }
    if (distance === 0 || distance > to - outputStart || length > outputEnd - to) throw malformed();
    let match = to - distance;
    const matchTo = to + length;
    if (length > LOOP_COPY_BYTES && distance >= length) {
      output.copyWithin(to, match, match + length);
      to = matchTo;
    } else if (distance >= WORD_BYTES && matchTo <= lastWordOut) {
      copyWords(target, match, target, to, matchTo);
      to = matchTo;
    } else {
      while (to < matchTo) output[to++] = output[match++] as number;
    }
  }
  if (to !== outputEnd) throw corrupt('snappy', 'a block is shorter than it claims');
}

function malformed(): Error {
  return corrupt('snappy', 'a block is malformed');
}
