// Zig-zag varints as in records of magic 2: sizes and writers. The reading half is in record-cursor.ts, where the position lives.
// Numbers carry everything up to 2^47; only wilder timestamps take the bigint path.

const NUMBER_LIMIT = 2 ** 47;

/** Bytes of an int32. */
export function sizeOfVarint(value: number): number {
  const v = ((value << 1) ^ (value >> 31)) >>> 0;
  if (v < 0x80) return 1;
  if (v < 0x4000) return 2;
  if (v < 0x200000) return 3;
  return v < 0x10000000 ? 4 : 5;
}

/** Writes an int32 and gives the position behind it. */
export function writeVarint(buffer: Buffer, position: number, value: number): number {
  let v = ((value << 1) ^ (value >> 31)) >>> 0;
  let at = position;
  while (v >= 0x80) {
    buffer[at++] = (v & 0x7f) | 0x80;
    v >>>= 7;
  }
  buffer[at++] = v;
  return at;
}

/** A number where it is small enough to be handled fast, else the int64 itself. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return number < NUMBER_LIMIT && number > -NUMBER_LIMIT ? number : value;
}

/** Bytes of an int64 that went through `narrow`. */
export function sizeOfVarlong(value: number | bigint): number {
  if (typeof value === 'bigint') return sizeOfUnsigned(zigzag(value));
  let v = value < 0 ? -2 * value - 1 : 2 * value;
  let size = 1;
  while (v >= 0x80) {
    v = Math.floor(v / 0x80);
    size++;
  }
  return size;
}

/** Writes an int64 that went through `narrow` and gives the position behind it. */
export function writeVarlong(buffer: Buffer, position: number, value: number | bigint): number {
  let at = position;
  if (typeof value === 'bigint') {
    let v = zigzag(value);
    while (v >= 0x80n) {
      buffer[at++] = Number(v & 0x7fn) | 0x80;
      v >>= 7n;
    }
    buffer[at++] = Number(v);
    return at;
  }
  let v = value < 0 ? -2 * value - 1 : 2 * value;
  while (v >= 0x80) {
    buffer[at++] = (v % 0x80) | 0x80;
    v = Math.floor(v / 0x80);
  }
  buffer[at++] = v;
  return at;
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

function sizeOfUnsigned(value: bigint): number {
  let size = 1;
  for (let v = value; v >= 0x80n; v >>= 7n) size++;
  return size;
}
