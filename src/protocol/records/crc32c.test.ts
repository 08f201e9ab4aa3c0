import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { crc32c, loadNative, tableCrc32c } from './crc32c.ts';

// RFC 3720, B.4.
const VECTORS = [
  [Buffer.alloc(32), 0x8a9136aa],
  [Buffer.alloc(32, 0xff), 0x62a8ab43],
  [Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
  [Buffer.from('123456789'), 0xe3069283],
  [Buffer.alloc(0), 0],
] as const;

describe('crc32c', () => {
  it('gives the published values', () => {
    for (const [bytes, crc] of VECTORS) assert.equal(crc32c(bytes), crc);
  });

  it('gives the same before and after it has so much to do that the addon is worth its memory', () => {
    const bytes = Buffer.alloc(10_000, 7);
    const expected = tableCrc32c(bytes, 0);
    for (let round = 0; round < 10; round++) assert.equal(crc32c(bytes), expected);
  });

  it('gives them from tables too, where there is no addon', () => {
    for (const [bytes, crc] of VECTORS) assert.equal(tableCrc32c(bytes, 0), crc);
  });

  it('is the same by addon and by tables, whole, in part and in pieces', () => {
    const native = loadNative() ?? tableCrc32c;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const buffer = Buffer.from(bytes);
        const middle = Math.min(cut, buffer.length);
        const whole = tableCrc32c(buffer, 0);
        assert.equal(native(buffer, 0), whole);
        assert.equal(crc32c(buffer, middle, buffer.length, crc32c(buffer, 0, middle)), whole);
        assert.equal(tableCrc32c(buffer.subarray(middle), tableCrc32c(buffer.subarray(0, middle), 0)), whole);
      }),
    );
  });
});
