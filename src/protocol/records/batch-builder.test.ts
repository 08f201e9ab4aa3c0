import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { COMPRESSION_TYPES } from '../compression/index.ts';
import { compressionOf, hasDeleteHorizon, isControl, isTransactional } from './attributes.ts';
import { BatchBuilder, encodeBatch } from './batch-builder.ts';
import { readBatchHeader } from './batch-header.ts';
import { readRecords } from './read-records.ts';
import type { RecordInput } from './record.ts';
import { validateBatch } from './validate-batch.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const nullable = fc.option(bytes, { nil: null });
const timestamp = fc.oneof(
  fc.bigInt({ min: 1_700_000_000_000n, max: 1_700_000_100_000n }),
  fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
);
const record = fc.record({
  timestamp,
  key: nullable,
  value: nullable,
  headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), nullable), { maxLength: 4 }),
});
const records = fc.array(record, { minLength: 1, maxLength: 20 });

const plain = (value: string, at = 1000n): RecordInput => ({ timestamp: at, key: null, value: Buffer.from(value) });

describe('a batch builder', () => {
  for (const compression of COMPRESSION_TYPES) {
    it(`writes with ${compression} what the reader reads`, () => {
      fc.assert(
        fc.property(records, fc.bigInt({ min: 0n, max: 2n ** 62n }), (inputs, baseOffset) => {
          const batch = encodeBatch({ baseOffset, compression, records: inputs });
          const header = validateBatch(batch);
          assert.equal(header.recordCount, inputs.length);
          assert.equal(header.lastOffset, baseOffset + BigInt(inputs.length - 1));
          assert.equal(compressionOf(header.attributes), compression);
          const expected = inputs.map((input, i) => ({ offset: baseOffset + BigInt(i), ...input }));
          assert.deepEqual(
            [...readRecords(batch, header)].map((read) => ({ ...read })),
            expected,
          );
        }),
        { numRuns: 60 },
      );
    });
  }

  it('writes timestamps however far apart they are', () => {
    const timestamps = [-1n, 2n ** 63n - 1n];
    const batch = encodeBatch({ records: timestamps.map((at) => plain('x', at)) });
    const read = [...readRecords(batch, validateBatch(batch))].map((one) => one.timestamp);
    assert.deepEqual(read, timestamps);
  });

  it('writes every field of the header', () => {
    const batch = encodeBatch({
      baseOffset: 12n,
      partitionLeaderEpoch: 3,
      producerId: 2n ** 40n,
      producerEpoch: 5,
      baseSequence: 77,
      isTransactional: true,
      records: [plain('a', 50n), plain('b', 70n), plain('c', 60n)],
    });
    const { crc, attributes, ...rest } = readBatchHeader(batch);
    assert.equal(isTransactional(attributes), true);
    assert.equal(isControl(attributes), false);
    assert.equal(crc, validateBatch(batch).crc);
    assert.deepEqual(rest, {
      position: 0,
      baseOffset: 12n,
      batchLength: batch.length - 12,
      sizeInBytes: batch.length,
      partitionLeaderEpoch: 3,
      magic: 2,
      lastOffsetDelta: 2,
      lastOffset: 14n,
      baseTimestamp: 50n,
      maxTimestamp: 70n,
      timestampType: 'CreateTime',
      producerId: 2n ** 40n,
      producerEpoch: 5,
      baseSequence: 77,
      recordCount: 3,
    });
  });

  it('takes the producer state when the batch is sent', () => {
    const builder = new BatchBuilder({ compression: 'lz4' });
    builder.append(plain('a'));
    const header = validateBatch(builder.build({ producerId: 9n, producerEpoch: 1, baseSequence: 4 }));
    assert.deepEqual([header.producerId, header.producerEpoch, header.baseSequence], [9n, 1, 4]);
    assert.equal(compressionOf(header.attributes), 'lz4');
  });

  it('refuses what does not fit, but never the first record', () => {
    const builder = new BatchBuilder();
    assert.equal(builder.tryAppend(plain('x'.repeat(100)), 80), true);
    const size = builder.sizeInBytes;
    assert.equal(builder.tryAppend(plain('y'), size + 7), false);
    assert.equal(builder.sizeInBytes, size);
    assert.equal(builder.tryAppend(plain('y'), size + 8), true);
    assert.equal(builder.build().length, size + 8);
  });

  it('keeps gaps in offsets, as compaction leaves them', () => {
    const batch = encodeBatch({
      baseOffset: 100n,
      lastOffsetDelta: 30,
      records: [
        { ...plain('a'), offset: 105n },
        { ...plain('b'), offset: 120n },
      ],
    });
    const header = readBatchHeader(batch);
    assert.equal(header.lastOffset, 130n);
    assert.deepEqual(
      [...readRecords(batch, header)].map(({ offset }) => offset),
      [105n, 120n],
    );
  });

  it('writes batches without records, as compaction leaves them', () => {
    const batch = encodeBatch({ lastOffsetDelta: 4, maxTimestamp: 99n, compression: 'zstd', records: [] });
    const header = validateBatch(batch);
    assert.equal(header.sizeInBytes, 61);
    assert.deepEqual([header.recordCount, header.lastOffset, header.maxTimestamp], [0, 4n, 99n]);
    assert.deepEqual([...readRecords(batch, header)], []);
  });

  it('counts timestamps from the delete horizon where there is one', () => {
    const batch = encodeBatch({ deleteHorizonMs: 5000n, records: [plain('a', 1000n), plain('b', 9000n)] });
    const header = readBatchHeader(batch);
    assert.equal(hasDeleteHorizon(header.attributes), true);
    assert.equal(header.baseTimestamp, 5000n);
    assert.deepEqual(
      [...readRecords(batch, header)].map((read) => read.timestamp),
      [1000n, 9000n],
    );
  });

  it('gives all records the time of the append in a LogAppendTime batch, and what is stored on request', () => {
    const batch = encodeBatch({
      timestampType: 'LogAppendTime',
      maxTimestamp: 7n,
      records: [plain('a', 3n), plain('b', 4n)],
    });
    const header = readBatchHeader(batch);
    const timestamps = (how: 'effective' | 'stored') =>
      [...readRecords(batch, header, { timestamps: how })].map((read) => read.timestamp);
    assert.deepEqual(timestamps('effective'), [7n, 7n]);
    assert.deepEqual(timestamps('stored'), [3n, 4n]);
  });

  it('refuses offsets that do not rise, negative timestamps, and use after the end', () => {
    const builder = new BatchBuilder({ baseOffset: 10n });
    builder.append({ ...plain('a'), offset: 12n });
    assert.throws(() => builder.append({ ...plain('b'), offset: 12n }), RangeError);
    assert.throws(() => builder.append({ ...plain('b'), offset: 10n + 2n ** 31n }), RangeError);
    assert.throws(() => builder.append(plain('b', -2n)), RangeError);
    assert.throws(() => builder.build({ lastOffsetDelta: 1 }), RangeError);
    assert.throws(() => new BatchBuilder().build(), RangeError);
    assert.throws(() => encodeBatch({ timestampType: 'LogAppendTime', records: [plain('a')] }), RangeError);
    const built = new BatchBuilder();
    built.append(plain('a'));
    built.build();
    assert.throws(() => built.append(plain('b')), /already built/);
    assert.throws(() => built.build(), /already built/);
  });
});
