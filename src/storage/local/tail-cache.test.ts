import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { batchSizeAt } from '../../protocol/index.ts';
import { Tail, TailCache } from './tail-cache.ts';

const OFFSETS_PER_BATCH = 10n;

/** What of a batch is looked at, in a frame that is so much larger. */
function batch(length: number, fill = 1, frameBytes = length): Buffer {
  const bytes = Buffer.alloc(frameBytes).subarray(0, length).fill(fill);
  bytes.writeInt32BE(length - 12, 8);
  bytes.writeInt32BE(Number(OFFSETS_PER_BATCH) - 1, 23);
  return bytes;
}

function add(cache: TailCache, tail: Tail, bytes: Buffer, baseOffset: bigint): void {
  cache.add(tail, baseOffset, baseOffset + OFFSETS_PER_BATCH, cache.keepable(tail, bytes));
}

/** The batches, whether they stand together in memory or not. */
function split(records: readonly Buffer[] | undefined): Buffer[] | undefined {
  return records?.flatMap((bytes) => {
    const batches: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += batchSizeAt(bytes, at))
      batches.push(bytes.subarray(at, at + batchSizeAt(bytes, at)));
    return batches;
  });
}

/** Adds batches of ten offsets each. */
function fill(cache: TailCache, tail: Tail, count: number, length: number, firstOffset = 0n): void {
  for (let index = 0; index < count; index++) {
    add(cache, tail, batch(length, index), firstOffset + BigInt(index) * OFFSETS_PER_BATCH);
  }
}

describe('the tail cache', () => {
  it('gives back whole batches from the one that holds the offset', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    fill(cache, tail, 3, 100);
    assert.deepEqual(
      split(tail.read(15n, 30n, 1000, true))?.map((each) => each[60]),
      [1, 2],
    );
  });

  it('ends before a batch that is not below the end offset', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    fill(cache, tail, 3, 100);
    assert.equal(split(tail.read(0n, 20n, 1000, true))?.length, 2);
    assert.equal(split(tail.read(0n, 29n, 1000, true))?.length, 2);
    assert.deepEqual(tail.read(20n, 20n, 1000, true), []);
  });

  it('gives no more bytes than asked for, but a first batch that is larger when one is wanted', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    fill(cache, tail, 3, 100);
    assert.equal(split(tail.read(0n, 30n, 299, true))?.length, 2);
    assert.equal(split(tail.read(0n, 30n, 10, true))?.length, 1);
    assert.deepEqual(tail.read(0n, 30n, 10, false), []);
  });

  it('drops what was added first, of any partition, when it is full', () => {
    const cache = new TailCache(100_000);
    const quiet = new Tail();
    const busy = new Tail();
    add(cache, quiet, batch(10_000), 0n);
    fill(cache, busy, 100, 10_000);
    assert.equal(quiet.read(0n, 10n, 1000, true), undefined);
    assert.equal(busy.read(0n, 1000n, 1000, true), undefined);
    assert.equal(busy.read(990n, 1000n, 1 << 20, true)?.length, 1);
    assert.ok(cache.sizeInBytes <= 100_000);
  });

  it('copies a small batch, so that it does not keep the frame it came in', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    const small = batch(100, 1, 500_000);
    add(cache, tail, small, 0n);
    assert.ok(cache.sizeInBytes < 100_000);
    assert.notEqual(tail.read(0n, 10n, 1000, true)?.[0]?.buffer, small.buffer);
  });

  it('puts small batches of a partition together, whatever other ones come between them', () => {
    const cache = new TailCache(1 << 24);
    const tails = [new Tail(), new Tail()];
    for (let index = 0; index < 100; index++)
      for (const tail of tails) add(cache, tail, batch(100, index), BigInt(index) * OFFSETS_PER_BATCH);
    for (const tail of tails) {
      const read = tail.read(0n, 1000n, 1 << 20, true);
      assert.ok(read !== undefined && read.length < 12, `${read?.length} pieces`);
      assert.deepEqual(
        split(read)?.map((each) => each[60]),
        Array.from({ length: 100 }, (_, index) => index),
      );
      assert.deepEqual(
        split(tail.read(495n, 520n, 1 << 20, true))?.map((each) => each[60]),
        [49, 50, 51],
      );
    }
  });

  it('gives memory of no more than twice the bytes to small batches', () => {
    const cache = new TailCache(1 << 24);
    const tails = Array.from({ length: 1000 }, () => new Tail());
    for (let index = 0; index < 3; index++)
      for (const tail of tails) add(cache, tail, batch(100, index), BigInt(index) * OFFSETS_PER_BATCH);
    const overhead = 2 * 1000 * 256;
    assert.ok(cache.sizeInBytes <= 2 * 300 * 1000 + overhead, `${cache.sizeInBytes} bytes`);
  });

  it('does not copy a batch that is most of its frame, and counts the whole frame once', () => {
    const cache = new TailCache(1 << 20);
    const tail = new Tail();
    const frame = Buffer.alloc(100_000);
    batch(40_000).copy(frame);
    batch(50_000).copy(frame, 40_000);
    add(cache, tail, frame.subarray(0, 40_000), 0n);
    add(cache, tail, frame.subarray(40_000, 90_000), 10n);
    assert.ok(cache.sizeInBytes >= 100_000 && cache.sizeInBytes < 101_000);
    assert.equal(split(tail.read(0n, 20n, 100_000, true))?.[1]?.buffer, frame.buffer);
  });

  it('keeps nothing of a batch that is larger than the cache, and nothing before it', () => {
    const cache = new TailCache(50_000);
    const tail = new Tail();
    add(cache, tail, batch(10_000), 0n);
    add(cache, tail, batch(60_000), 10n);
    assert.equal(tail.read(0n, 20n, 1000, true), undefined);
    assert.equal(tail.read(10n, 20n, 1000, true), undefined);
  });

  it('gives its memory back when a partition is cleared', () => {
    const cache = new TailCache(1 << 24);
    const tail = new Tail();
    const other = new Tail();
    add(cache, other, batch(20_000), 0n);
    fill(cache, tail, 50, 100_000);
    cache.clear(tail);
    assert.equal(tail.read(0n, 1000n, 1000, true), undefined);
    assert.ok(cache.sizeInBytes < 60_000);
    assert.equal(other.read(0n, 10n, 1000, true)?.length, 1);
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
          add(cache, each.tail, batch(length, 1, length * 2), each.endOffset);
          each.lengths.set(each.endOffset, length);
          each.endOffset += OFFSETS_PER_BATCH;
          assert.ok(cache.sizeInBytes <= 200_000);
        }
        for (const { tail, endOffset, lengths } of tails) {
          const first = tail.baseOffset;
          if (first === undefined) continue;
          const expected = Array.from({ length: Number((endOffset - first) / OFFSETS_PER_BATCH) }, (_, index) =>
            lengths.get(first + BigInt(index) * OFFSETS_PER_BATCH),
          );
          const read = split(tail.read(first, endOffset, Number.MAX_SAFE_INTEGER, true));
          assert.deepEqual(
            read?.map((each) => each.length),
            expected,
          );
        }
      }),
    );
  });
});
