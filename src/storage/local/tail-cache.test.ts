import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Tail, TailCache } from './tail-cache.ts';

function bytes(length: number, fill = 1): Buffer {
  return Buffer.alloc(length, fill);
}

/** Adds batches of ten offsets each. */
function fill(cache: TailCache, tail: Tail, count: number, length: number, firstOffset = 0n): void {
  for (let index = 0; index < count; index++) {
    const baseOffset = firstOffset + BigInt(index) * 10n;
    cache.add(tail, Buffer.alloc(length, index), baseOffset, baseOffset + 9n);
  }
}

describe('the tail cache', () => {
  it('gives back whole batches from the one that holds the offset', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    fill(cache, tail, 3, 100);
    assert.deepEqual(
      tail.read(15n, 30n, 1000, true)?.map((batch) => batch[0]),
      [1, 2],
    );
  });

  it('ends before a batch that is not below the end offset', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    fill(cache, tail, 3, 100);
    assert.equal(tail.read(0n, 20n, 1000, true)?.length, 2);
    assert.deepEqual(tail.read(20n, 20n, 1000, true), []);
  });

  it('gives no more bytes than asked for, but a first batch that is larger when one is wanted', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    fill(cache, tail, 3, 100);
    assert.equal(tail.read(0n, 30n, 299, true)?.length, 2);
    assert.equal(tail.read(0n, 30n, 10, true)?.length, 1);
    assert.deepEqual(tail.read(0n, 30n, 10, false), []);
  });

  it('drops what was added first, of any partition, when it is full', () => {
    const cache = new TailCache(100_000);
    const quiet = new Tail();
    const busy = new Tail();
    cache.add(quiet, bytes(10_000), 0n, 9n);
    fill(cache, busy, 100, 10_000);
    assert.equal(quiet.read(0n, 10n, 1000, true), undefined);
    assert.equal(busy.read(0n, 1000n, 1000, true), undefined);
    assert.equal(busy.read(990n, 1000n, 1 << 20, true)?.length, 1);
    assert.ok(cache.sizeInBytes <= 100_000);
  });

  it('copies a small batch, so that it does not keep the frame it came in', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    const frame = bytes(500_000);
    cache.add(tail, frame.subarray(1000, 1100), 0n, 0n);
    assert.ok(cache.sizeInBytes < 100_000);
    assert.notEqual(tail.read(0n, 1n, 1000, true)?.[0]?.buffer, frame.buffer);
  });

  it('does not copy a batch that is most of its frame, and counts the whole frame once', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    const frame = Buffer.alloc(100_000);
    cache.add(tail, frame.subarray(0, 40_000), 0n, 0n);
    cache.add(tail, frame.subarray(40_000, 90_000), 1n, 1n);
    assert.ok(cache.sizeInBytes >= 100_000 && cache.sizeInBytes < 101_000);
    assert.equal(tail.read(0n, 2n, 100_000, true)?.[1]?.buffer, frame.buffer);
  });

  it('keeps nothing of a batch that is larger than the cache, and nothing before it', () => {
    const cache = new TailCache(50_000);
    const tail = new Tail();
    cache.add(tail, bytes(10_000), 0n, 0n);
    cache.add(tail, bytes(60_000), 1n, 1n);
    assert.equal(tail.read(0n, 2n, 1000, true), undefined);
    assert.equal(tail.read(1n, 2n, 1000, true), undefined);
  });

  it('gives its memory back when a partition is cleared', () => {
    const cache = new TailCache(1 << 24);
    const tail = new Tail();
    const other = new Tail();
    cache.add(other, bytes(20_000), 0n, 0n);
    fill(cache, tail, 50, 100_000);
    cache.clear(tail);
    assert.equal(tail.read(0n, 1000n, 1000, true), undefined);
    assert.ok(cache.sizeInBytes < 60_000);
    assert.equal(other.read(0n, 1n, 1000, true)?.length, 1);
  });

  it('never exceeds its limit and never has a gap, whatever is added and cleared', () => {
    const operation = fc.record({
      tail: fc.integer({ min: 0, max: 3 }),
      length: fc.oneof(fc.integer({ min: 61, max: 5000 }), fc.integer({ min: 5000, max: 80_000 })),
      clears: fc.integer({ min: 0, max: 20 }).map((chance) => chance === 0),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const cache = new TailCache(200_000);
        const tails = [0, 1, 2, 3].map(() => ({ tail: new Tail(), endOffset: 0n, lengths: new Map<bigint, number>() }));
        for (const { tail: index, length, clears } of operations) {
          const each = tails[index];
          if (each === undefined) continue;
          if (clears) cache.clear(each.tail);
          const frame = bytes(length * 2);
          cache.add(each.tail, frame.subarray(0, length), each.endOffset, each.endOffset);
          each.lengths.set(each.endOffset, length);
          each.endOffset++;
          assert.ok(cache.sizeInBytes <= 200_000);
        }
        for (const { tail, endOffset, lengths } of tails) {
          const first = tail.baseOffset;
          if (first === undefined) continue;
          const expected = Array.from({ length: Number(endOffset - first) }, (_, index) =>
            lengths.get(first + BigInt(index)),
          );
          const read = tail.read(first, endOffset, Number.MAX_SAFE_INTEGER, true);
          assert.deepEqual(
            read?.map((batch) => batch.length),
            expected,
          );
        }
      }),
    );
  });
});
