// Decodes one LZ4 block (lz4_Block_format.md of github.com/lz4/lz4). Hot path of every lz4 fetch that is looked into: plain
// loops over two Buffers, no allocation. Every length and distance is checked before a byte is written.

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
    if (literals <= LOOP_COPY_BYTES) {
      for (const stop = to + literals; to < stop; ) output[to++] = input[from++] as number;
    } else {
      input.copy(output, to, from, from + literals);
      to += literals;
      from += literals;
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
    if (length <= LOOP_COPY_BYTES || distance < length) {
      if (distance === 1 && length > LOOP_COPY_BYTES) {
        output.fill(output[match] as number, to, to + length);
        to += length;
      } else {
        // Source and target may overlap: byte by byte repeats the pattern, which is what the format means.
        for (const stop = to + length; to < stop; ) output[to++] = output[match++] as number;
      }
    } else {
      output.copyWithin(to, match, match + length);
      to += length;
    }
  }
  // Every block has at least one token and cannot end on a match.
  return LZ4_CORRUPT;
}
