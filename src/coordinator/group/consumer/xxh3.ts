// XXH3 with 64 bits and seed 0, as Apache Kafka hashes what a group subscribes to. Not for hot paths: it counts in bigint.
// The specification is xxHash's own: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

// biome-ignore format: eight bytes a group, as the specification prints it
const SECRET = Buffer.from(
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c' +
  '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364' +
  'eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
  'hex',
);
const MASK = 0xffff_ffff_ffff_ffffn;
const MASK32 = 0xffff_ffffn;
const PRIME32_1 = 0x9e3779b1n;
const PRIME32_2 = 0x85ebca77n;
const PRIME32_3 = 0xc2b2ae3dn;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME64_5 = 0x27d4eb2f165667c5n;
const PRIME_MX1 = 0x165667919e3779f9n;
const PRIME_MX2 = 0x9fb21c651e98df25n;
const STRIPE_BYTES = 64;
const SECRET_STEP = 8;
const STRIPES_PER_BLOCK = (SECRET.length - STRIPE_BYTES) / SECRET_STEP;

/** As a signed number, which is how Java has it. */
export function xxh3(input: Buffer): bigint {
  return BigInt.asIntN(64, hash(input));
}

function hash(input: Buffer): bigint {
  const { length } = input;
  if (length === 0) return xxh64Avalanche(secret(56) ^ secret(64));
  if (length <= 3) return hash1to3(input);
  if (length <= 8) return hash4to8(input);
  if (length <= 16) return hash9to16(input);
  if (length <= 128) return hash17to128(input);
  if (length <= 240) return hash129to240(input);
  return hashLong(input);
}

function hash1to3(input: Buffer): bigint {
  const { length } = input;
  const first = BigInt(input.readUInt8(0));
  const middle = BigInt(input.readUInt8(length >> 1));
  const last = BigInt(input.readUInt8(length - 1));
  const combined = (first << 16n) | (middle << 24n) | last | (BigInt(length) << 8n);
  return xxh64Avalanche(combined ^ (BigInt(SECRET.readUInt32LE(0)) ^ BigInt(SECRET.readUInt32LE(4))));
}

function hash4to8(input: Buffer): bigint {
  const { length } = input;
  const first = BigInt(input.readUInt32LE(0));
  const last = BigInt(input.readUInt32LE(length - 4));
  let value = (last + (first << 32n)) ^ secret(8) ^ secret(16);
  value ^= rotate(value, 49n) ^ rotate(value, 24n);
  value = (value * PRIME_MX2) & MASK;
  value ^= (value >> 35n) + BigInt(length);
  value = (value * PRIME_MX2) & MASK;
  return value ^ (value >> 28n);
}

function hash9to16(input: Buffer): bigint {
  const { length } = input;
  const low = input.readBigUInt64LE(0) ^ secret(24) ^ secret(32);
  const high = input.readBigUInt64LE(length - 8) ^ secret(40) ^ secret(48);
  return avalanche((BigInt(length) + swapBytes(low) + high + fold(low, high)) & MASK);
}

function hash17to128(input: Buffer): bigint {
  const { length } = input;
  let acc = BigInt(length) * PRIME64_1;
  for (let pair = (length - 1) >> 5; pair >= 0; pair--) {
    acc += mix16(input, pair * 16, pair * 32);
    acc += mix16(input, length - (pair + 1) * 16, pair * 32 + 16);
  }
  return avalanche(acc & MASK);
}

function hash129to240(input: Buffer): bigint {
  const { length } = input;
  let acc = BigInt(length) * PRIME64_1;
  for (let index = 0; index < 8; index++) acc += mix16(input, index * 16, index * 16);
  acc = avalanche(acc & MASK);
  for (let index = 8; index < length >> 4; index++) acc += mix16(input, index * 16, (index - 8) * 16 + 3);
  acc += mix16(input, length - 16, 136 - 17);
  return avalanche(acc & MASK);
}

function hashLong(input: Buffer): bigint {
  const { length } = input;
  // biome-ignore format: one initial value a lane
  const lanes = [PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1];
  const stripes = (length - 1) >> 6;
  for (let stripe = 0; stripe < stripes; stripe++) {
    const inBlock = stripe % STRIPES_PER_BLOCK;
    accumulate(lanes, input, stripe * STRIPE_BYTES, inBlock * SECRET_STEP);
    if (inBlock === STRIPES_PER_BLOCK - 1) scramble(lanes);
  }
  accumulate(lanes, input, length - STRIPE_BYTES, SECRET.length - STRIPE_BYTES - 7);
  let result = BigInt(length) * PRIME64_1;
  for (let lane = 0; lane < 8; lane += 2)
    result += fold((lanes[lane] ?? 0n) ^ secret(11 + lane * 8), (lanes[lane + 1] ?? 0n) ^ secret(19 + lane * 8));
  return avalanche(result & MASK);
}

function accumulate(lanes: bigint[], input: Buffer, at: number, secretAt: number): void {
  for (let lane = 0; lane < 8; lane++) {
    const value = input.readBigUInt64LE(at + lane * 8);
    const keyed = value ^ secret(secretAt + lane * 8);
    lanes[lane ^ 1] = ((lanes[lane ^ 1] ?? 0n) + value) & MASK;
    lanes[lane] = ((lanes[lane] ?? 0n) + (keyed & MASK32) * (keyed >> 32n)) & MASK;
  }
}

function scramble(lanes: bigint[]): void {
  for (const [lane, value] of lanes.entries()) {
    const mixed = value ^ (value >> 47n) ^ secret(SECRET.length - STRIPE_BYTES + lane * 8);
    lanes[lane] = (mixed * PRIME32_1) & MASK;
  }
}

function mix16(input: Buffer, at: number, secretAt: number): bigint {
  return fold(input.readBigUInt64LE(at) ^ secret(secretAt), input.readBigUInt64LE(at + 8) ^ secret(secretAt + 8));
}

function fold(one: bigint, other: bigint): bigint {
  const product = one * other;
  return (product & MASK) ^ (product >> 64n);
}

function avalanche(value: bigint): bigint {
  const mixed = ((value ^ (value >> 37n)) * PRIME_MX1) & MASK;
  return mixed ^ (mixed >> 32n);
}

function xxh64Avalanche(value: bigint): bigint {
  let mixed = ((value ^ (value >> 33n)) * PRIME64_2) & MASK;
  mixed = ((mixed ^ (mixed >> 29n)) * PRIME64_3) & MASK;
  return mixed ^ (mixed >> 32n);
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

function swapBytes(value: bigint): bigint {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.readBigUInt64BE();
}

function secret(at: number): bigint {
  return SECRET.readBigUInt64LE(at);
}
