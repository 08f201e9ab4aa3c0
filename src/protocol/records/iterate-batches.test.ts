import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeBatch } from './batch-builder.ts';
import { iterateBatches, splitBatches } from './iterate-batches.ts';

const batch = (baseOffset: bigint) =>
  encodeBatch({ baseOffset, records: [{ timestamp: 1n, key: null, value: Buffer.from(`value ${baseOffset}`) }] });
const three = Buffer.concat([batch(1n), batch(2n), batch(3n)]);
const size = batch(1n).length;

describe('walking over batches', () => {
  it('gives each with its position', () => {
    assert.deepEqual(
      [...iterateBatches(three)].map((header) => [header.baseOffset, header.position]),
      [
        [1n, 0],
        [2n, size],
        [3n, 2 * size],
      ],
    );
    assert.deepEqual(splitBatches(three), [batch(1n), batch(2n), batch(3n)]);
    assert.deepEqual([...iterateBatches(Buffer.alloc(0))], []);
  });

  it('starts and ends where it is told', () => {
    assert.deepEqual(
      [...iterateBatches(three, { start: size, end: 2 * size })].map((header) => header.baseOffset),
      [2n],
    );
  });

  it('refuses or ignores a batch that is cut off, at every byte', () => {
    for (let end = 1; end < three.length; end++) {
      const cut = three.subarray(0, end);
      const whole = Math.floor(end / size);
      assert.equal(splitBatches(cut, { partialTail: 'ignore' }).length, whole);
      if (end % size !== 0) assert.throws(() => splitBatches(cut), { reason: 'truncated' });
    }
  });

  it('refuses a wrong magic or length even where the rest is cut off', () => {
    const damaged = Buffer.from(three.subarray(0, size + 17));
    damaged.writeInt8(9, size + 16);
    assert.throws(() => splitBatches(damaged, { partialTail: 'ignore' }), { reason: 'magic' });
    damaged.writeInt8(2, size + 16);
    damaged.writeInt32BE(-5, size + 8);
    assert.throws(() => splitBatches(damaged, { partialTail: 'ignore' }), { reason: 'size' });
  });

  it('refuses a batch over the limit', () => {
    assert.throws(() => splitBatches(three, { maxBatchBytes: size - 1 }), { code: 'CORRUPT_MESSAGE', reason: 'size' });
    assert.equal(splitBatches(three, { maxBatchBytes: size }).length, 3);
  });
});
