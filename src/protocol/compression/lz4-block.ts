// Decodes one LZ4 block (lz4_Block_format.md of github.com/lz4/lz4). Hot path of every lz4 fetch that is looked into: plain
// loops over two Buffers, no allocation. Every length and distance is checked before a byte is written.

import { copyWords, viewOf, WORD_BYTES } from './copy-words.ts';

/** The block would not fit before `outputEnd`. */
export const LZ4_OUTPUT_FULL = -1;
/** The block is not LZ4. */
export const LZ4_CORRUPT = -2;

const MIN_MATCH = 4;
// Below this length a loop is faster than the call into the engine's copy.
const LOOP_COPY_BYTES = 32;

/**
 * Decodes `input[start, end)` to `output` at `outputStart`; matches may reach back to `historyStart` (earlier blocks of a frame
 * with dependent blocks lie there). Gives the position after the last byte written, or one of the two codes above.
 */
export function decodeLz4Block(
  input: Buffer,
  start: number,
  end: number,
  output: Buffer,
  outputStart: number,
  outputEnd: number,
  historyStart: number,
): number {
  const source = viewOf(input);
  const target = viewOf(output);
  const lastWordIn = input.length - WORD_BYTES;
  const lastWordOut = output.length - WORD_BYTES;
  let from = start;
  let to = outputStart;
  while (from < end) {
    const token = input[from++] as number;

    let literals = token >>> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255) {
        if (from >= end) return LZ4_CORRUPT;
        byte = input[from++] as number;
        literals += byte;
      }
    }
    if (literals > end - from) return LZ4_CORRUPT;
    if (literals > outputEnd - to) return LZ4_OUTPUT_FULL;
    const literalsTo = to + literals;
    if (literals > LOOP_COPY_BYTES) {
      input.copy(output, to, from, from + literals);
      from += literals;
      to += literals;
    } else if (literalsTo <= lastWordOut && from + literals <= lastWordIn) {
      copyWords(source, from, target, to, literalsTo);
      from += literals;
      to = literalsTo;
    } else {
      while (to < literalsTo) output[to++] = input[from++] as number;
    }
    // A block ends with literals: there is no match after the last sequence.
    if (from === end) return to;

    if (end - from < 2) return LZ4_CORRUPT;
    const distance = (input[from] as number) | ((input[from + 1] as number) << 8);
    from += 2;
    if (distance === 0 || distance > to - historyStart) return LZ4_CORRUPT;

    let length = token & 15;
    if (length === 15) {
      let byte = 255;
      while (byte === 255) {
        if (from >= end) return LZ4_CORRUPT;
        byte = input[from++] as number;
        length += byte;
      }
    }
    length += MIN_MATCH;
    if (length > outputEnd - to) return LZ4_OUTPUT_FULL;
    let match = to - distance;
    const matchTo = to + length;
    if (length > LOOP_COPY_BYTES && distance >= length) {
      output.copyWithin(to, match, match + length);
      to = matchTo;
    } else if (distance >= WORD_BYTES && matchTo <= lastWordOut) {
      copyWords(target, match, target, to, matchTo);
      to = matchTo;
    } else if (distance === 1 && length > LOOP_COPY_BYTES) {
      output.fill(output[match] as number, to, matchTo);
      to = matchTo;
    } else {
      // Source and target may overlap: byte by byte repeats the pattern, which is what the format means.
      while (to < matchTo) output[to++] = output[match++] as number;
    }
  }
  // Every block has at least one token and cannot end on a match.
  return LZ4_CORRUPT;
}
