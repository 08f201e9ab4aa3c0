// The LZ4 block format (lz4_Block_format.md of github.com/lz4/lz4) in AssemblyScript: TypeScript's syntax, with numbers of WebAssembly and addresses
// instead of objects. `node scripts/compile-wasm.ts` makes src/protocol/compression/lz4-blocks-wasm.ts of it. Hot path of everybody who writes or reads lz4.
//
// Memory: the table of the compressor, then what the caller puts there. Who calls leaves SLACK_BYTES free behind the input and behind the output,
// since pieces are copied in words that may reach over their end.

/** Of the positions that the compressor has seen, by a hash of the bytes there. 16 KB stay in the fastest cache of every processor. */
const TABLE_BITS: u32 = 13;
export const TABLE_BYTES: u32 = 2 << TABLE_BITS;
export const SLACK_BYTES: u32 = 16;
/** Any match in them is near enough, and their positions fit into the table. */
export const MAX_INPUT_BYTES: u32 = 64 * 1024;

/** What `decompress` answers besides the end of its output. */
export const OUTPUT_FULL: i32 = -1;
export const CORRUPT: i32 = -2;

const MIN_MATCH: u32 = 4;
// The format wants the last match to start 12 bytes before the end of a block, and its last 5 bytes to be literals.
const LAST_MATCH_START_BYTES: u32 = 12;
const LAST_LITERAL_BYTES: u32 = 5;
/** A token has four bits for each of two lengths; longer ones go on in the bytes behind it. */
const LONG: u32 = 15;
/** The longer nothing is found, the larger the steps: one byte more after so many tries. */
const TRIES_A_STEP_BITS: u32 = 6;

/** Compresses `[start, end)`, at most MAX_INPUT_BYTES, to `output`; gives the end of what it wrote. */
export function compress(start: u32, end: u32, output: u32): u32 {
  memory.fill(0, 0, TABLE_BYTES);
  const lastStart = end - LAST_MATCH_START_BYTES;
  const limit = end - LAST_LITERAL_BYTES;
  let at = output;
  let literalStart = start;
  let tries: u32 = 1 << TRIES_A_STEP_BITS;
  let position = start + 1;
  while (position <= lastStart) {
    const slot = slotOf(position);
    // Nothing was there before means the start, which is as good a guess as any.
    let match = start + <u32>load<u16>(slot);
    store<u16>(slot, position - start);
    if (load<u32>(match) !== load<u32>(position)) {
      position += tries++ >> TRIES_A_STEP_BITS;
      continue;
    }
    tries = 1 << TRIES_A_STEP_BITS;
    const found = position + MIN_MATCH;
    const matchEnd = endOfMatch(found, match + MIN_MATCH, limit);
    while (position > literalStart && match > start && load<u8>(position - 1) === load<u8>(match - 1)) {
      position--;
      match--;
    }
    at = writeSequence(at, literalStart, position, position - match, matchEnd - position - MIN_MATCH);
    position = matchEnd;
    literalStart = position;
    store<u16>(slotOf(position - 2), position - 2 - start);
  }
  return writeLastLiterals(at, literalStart, end);
}

/**
 * Inflates `[start, end)` to `output`, at most up to `outputEnd`; matches reach back to `history` at most. Gives the end of what it wrote, OUTPUT_FULL or
 * CORRUPT. Every length and distance is checked before a byte is written.
 */
export function decompress(start: u32, end: u32, output: u32, outputEnd: u32, history: u32): i32 {
  let from = start;
  let to = output;
  while (from < end) {
    const token = <u32>load<u8>(from++);

    let literals = token >>> 4;
    if (literals === LONG) {
      let byte: u32 = 255;
      while (byte === 255) {
        if (from >= end) return CORRUPT;
        byte = load<u8>(from++);
        literals += byte;
      }
    }
    if (literals > end - from) return CORRUPT;
    if (literals > outputEnd - to) return OUTPUT_FULL;
    copy16(to, from, to + literals);
    from += literals;
    to += literals;
    // A block ends with literals: there is no match after the last sequence.
    if (from === end) return to;

    if (end - from < 2) return CORRUPT;
    const distance = <u32>load<u16>(from);
    from += 2;
    if (distance === 0 || distance > to - history) return CORRUPT;

    let length = token & LONG;
    if (length === LONG) {
      let byte: u32 = 255;
      while (byte === 255) {
        if (from >= end) return CORRUPT;
        byte = load<u8>(from++);
        length += byte;
      }
    }
    length += MIN_MATCH;
    if (length > outputEnd - to) return OUTPUT_FULL;
    if (distance >= 16) copy16(to, to - distance, to + length);
    else repeat(to, distance, to + length);
    to += length;
  }
  // Every block has at least one token and cannot end on a match.
  return CORRUPT;
}

/** The address in the table for what stands at `position`: a hash of five bytes, as four alone bring many matches that are hardly worth their token. */
function slotOf(position: u32): u32 {
  return (<u32>(((load<u64>(position) << 24) * 889523592379) >> (64 - TABLE_BITS))) << 1;
}

/** Where `position` and `match` are no longer alike; `limit` at most. */
function endOfMatch(position: u32, match: u32, limit: u32): u32 {
  for (; position + 8 <= limit; position += 8, match += 8) {
    const difference = load<u64>(position) ^ load<u64>(match);
    if (difference !== 0) return position + <u32>(ctz(difference) >> 3);
  }
  for (; position < limit && load<u8>(position) === load<u8>(match); match++) position++;
  return position;
}

/** `length` is what the match has above MIN_MATCH. */
function writeSequence(to: u32, literalStart: u32, literalEnd: u32, distance: u32, length: u32): u32 {
  const literals = literalEnd - literalStart;
  store<u8>(to, (min(literals, LONG) << 4) | min(length, LONG));
  let at = literals < LONG ? to + 1 : writeRest(to + 1, literals - LONG);
  copy16(at, literalStart, at + literals);
  at += literals;
  store<u16>(at, <u16>distance);
  return length < LONG ? at + 2 : writeRest(at + 2, length - LONG);
}

function writeLastLiterals(to: u32, start: u32, end: u32): u32 {
  const literals = end - start;
  store<u8>(to, min(literals, LONG) << 4);
  const at = literals < LONG ? to + 1 : writeRest(to + 1, literals - LONG);
  memory.copy(at, start, literals);
  return at + literals;
}

function writeRest(to: u32, length: u32): u32 {
  let at = to;
  for (let rest = length; rest >= 255; rest -= 255) store<u8>(at++, 255);
  store<u8>(at++, <u8>(length % 255));
  return at;
}

/** Source and target must be 16 bytes or more apart. */
function copy16(to: u32, from: u32, stop: u32): void {
  do {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  } while (to < stop);
}

/** Repeats the last `distance` bytes, fewer than 16, up to `stop`. */
function repeat(to: u32, distance: u32, stop: u32): void {
  let from = to - distance;
  if (distance < 8) {
    const firstWord = to + 8;
    while (to < firstWord) store<u8>(to++, load<u8>(from++));
    // What is repeated may as well be any multiple of it.
    from = to - distance * ((distance + 7) / distance);
  }
  for (; to < stop; to += 8, from += 8) store<u64>(to, load<u64>(from));
}
