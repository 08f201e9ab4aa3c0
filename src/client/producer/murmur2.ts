// The hash behind Kafka's default partitioner: MurmurHash2 by Austin Appleby, 32 bits, with Kafka's seed. Every client in every language
// must agree on it, or records of one key end up in two partitions. Hot path of keyed producers: integers only, no allocation.

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** A signed 32-bit hash. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const wholeWords = length & ~3;
  let hash = SEED ^ length;
  for (let index = 0; index < wholeWords; index += 4) {
    let word =
      byteAt(bytes, index) |
      (byteAt(bytes, index + 1) << 8) |
      (byteAt(bytes, index + 2) << 16) |
      (byteAt(bytes, index + 3) << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    word = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  const rest = length - wholeWords;
  if (rest > 0) {
    if (rest > 2) hash ^= byteAt(bytes, wholeWords + 2) << 16;
    if (rest > 1) hash ^= byteAt(bytes, wholeWords + 1) << 8;
    hash = Math.imul(hash ^ byteAt(bytes, wholeWords), MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
