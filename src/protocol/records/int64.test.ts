import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readInt64, writeInt64 } from './int64.ts';

const EDGES = [0n, -1n, 1n, 2n ** 32n, -(2n ** 32n), 2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), -(2n ** 53n) - 1n];
const EXTREMES = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n, 2n ** 32n - 1n, -(2n ** 31n)];

test('an int64 is read and written as Node does it, whatever its size', () => {
  const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...EDGES, ...EXTREMES));
  const near = fc
    .tuple(value, fc.integer({ min: -2, max: 2 }))
    .map(([base, by]) => BigInt.asIntN(64, base + BigInt(by)));
  fc.assert(
    fc.property(near, (wanted) => {
      const expected = Buffer.alloc(10);
      expected.writeBigInt64BE(wanted, 1);
      const written = Buffer.alloc(10);
      writeInt64(written, 1, wanted);
      assert.deepEqual(written, expected);
      assert.equal(readInt64(expected, 1), wanted);
    }),
  );
});
