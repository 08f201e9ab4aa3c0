// CRC-32C (Castagnoli), the checksum of record batches: by the processor's instructions where the native addon loads, otherwise
// eight bytes at a time from tables. Neither copies the input.

import { createRequire } from 'node:module';

type Crc32c = (bytes: Uint8Array, seed: number) => number;

/** What is done from tables before the addon is loaded: whoever checks little does without it and the 6 MB that it takes. */
const BYTES_WITHOUT_ADDON = 64 * 1024;

let bytesWithoutAddon = 0;
let chosen: Crc32c | undefined;

/** The unsigned CRC-32C of `buffer[start, end)`; `seed` is the CRC of what came before, so that pieces can be chained. */
export function crc32c(buffer: Buffer, start = 0, end: number = buffer.length, seed = 0): number {
  const bytes = start === 0 && end === buffer.length ? buffer : buffer.subarray(start, end);
  return (chosen ?? choose(bytes.length))(bytes, seed);
}

function choose(length: number): Crc32c {
  bytesWithoutAddon += length;
  if (bytesWithoutAddon <= BYTES_WITHOUT_ADDON) return tableCrc32c;
  chosen = loadNative() ?? tableCrc32c;
  return chosen;
}

/** The addon's function, or undefined where it is not installed or has no build for this machine. */
export function loadNative(): Crc32c | undefined {
  try {
    const addon: unknown = createRequire(import.meta.url)('@node-rs/crc32');
    if (typeof addon !== 'object' || addon === null || !('crc32c' in addon)) return undefined;
    return typeof addon.crc32c === 'function' ? (addon.crc32c as Crc32c) : undefined;
  } catch {
    return undefined;
  }
}

const REVERSED_POLYNOMIAL = 0x82f63b78;
let tables: Int32Array | undefined;

/** Slicing-by-8: table k gives the effect of a byte that stands k bytes before the end of the group. */
export function tableCrc32c(bytes: Uint8Array, seed: number): number {
  tables ??= makeTables();
  const t = tables;
  const end = bytes.length;
  const lastGroup = end - 8;
  let crc = ~seed;
  let i = 0;
  for (; i <= lastGroup; i += 8) {
    const low =
      crc ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24));
    crc =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number);
  }
  for (; i < end; i++) crc = (t[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  // That of a byte is those of its bits together. Few steps on purpose: with one for each bit of each byte V8 optimizes this function, and the start of
  // every broker brings 5 MB of compiler into memory for it.
  for (let bit = 128, crc = 1; bit > 0; bit >>>= 1) {
    crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ REVERSED_POLYNOMIAL;
    for (let byte = 0; byte < 256; byte += 2 * bit) made[bit + byte] = crc ^ (made[byte] as number);
  }
  for (let i = 256; i < made.length; i++) {
    const previous = made[i - 256] as number;
    made[i] = (made[previous & 0xff] as number) ^ (previous >>> 8);
  }
  return made;
}
