import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BatchOptions, encodeBatch } from './batch-builder.ts';
import { BATCH_FIELD, readBatchHeader, writeBatchCrc } from './batch-header.ts';
import { validateBatch, validateProducedBatch } from './validate-batch.ts';

function batch(options: BatchOptions = {}): Buffer {
  const value = Buffer.from('value');
  return encodeBatch({ ...options, records: [1n, 2n].map((timestamp) => ({ timestamp, key: null, value })) });
}

/** A batch whose int32 field says something else, with a CRC that is right. */
function lying(field: 'lastOffsetDelta' | 'recordCount', value: number): Buffer {
  const buffer = batch();
  buffer.writeInt32BE(value, BATCH_FIELD[field]);
  writeBatchCrc(buffer, 0);
  return buffer;
}

describe('a batch from anywhere', () => {
  it('is refused when a bit is wrong, wherever it is covered by the CRC', () => {
    const good = batch({ compression: 'lz4' });
    for (let at = BATCH_FIELD.crc; at < good.length; at++) {
      const damaged = Buffer.from(good);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at);
      assert.throws(() => validateBatch(damaged), { code: 'CORRUPT_MESSAGE', reason: 'crc' });
    }
  });

  it('is refused when it is cut off, at every byte', () => {
    const good = batch();
    for (let end = 0; end < good.length; end++) {
      assert.throws(() => validateBatch(good.subarray(0, end)), { code: 'CORRUPT_MESSAGE', reason: 'truncated' });
      assert.throws(() => validateBatch(good, 0, { end }), { code: 'CORRUPT_MESSAGE', reason: 'truncated' });
    }
  });

  it('is refused over the size limit', () => {
    const good = batch();
    assert.throws(() => validateBatch(good, 0, { maxBatchBytes: good.length - 1 }), { code: 'MESSAGE_TOO_LARGE' });
    assert.equal(validateBatch(good, 0, { maxBatchBytes: good.length }).sizeInBytes, good.length);
  });

  it('may be a control batch, have a base offset, and have gaps', () => {
    validateBatch(batch({ isControl: true, baseOffset: 7n, lastOffsetDelta: 9 }));
  });
});

describe('a batch in a Produce request', () => {
  it('passes, and a cut off one behind it is not counted', () => {
    const good = batch();
    assert.deepEqual(validateProducedBatch(good), readBatchHeader(good));
    const withTail = Buffer.concat([good, good.subarray(0, 30)]);
    assert.equal(validateProducedBatch(withTail).sizeInBytes, good.length);
  });

  it('is refused with what Kafka answers', () => {
    const twice = Buffer.concat([batch(), batch()]);
    const old = batch();
    old.writeInt8(1, BATCH_FIELD.magic);
    const badCodec = batch();
    badCodec.writeInt16BE(5, BATCH_FIELD.attributes);
    writeBatchCrc(badCodec, 0);
    const badCrc = batch();
    badCrc.writeUInt8(1, badCrc.length - 1);
    const unknownMagic = batch();
    unknownMagic.writeInt8(7, BATCH_FIELD.magic);
    for (const [records, code, reason] of [
      [Buffer.alloc(0), 'INVALID_RECORD', 'batch-count'],
      [batch().subarray(0, 40), 'INVALID_RECORD', 'batch-count'],
      [twice, 'INVALID_RECORD', 'batch-count'],
      [old, 'INVALID_RECORD', 'magic'],
      [unknownMagic, 'CORRUPT_MESSAGE', 'magic'],
      [badCodec, 'UNSUPPORTED_COMPRESSION_TYPE', 'compression-type'],
      [batch({ baseOffset: 1n }), 'INVALID_RECORD', 'offsets'],
      [badCrc, 'CORRUPT_MESSAGE', 'crc'],
      [lying('lastOffsetDelta', -1), 'INVALID_RECORD', 'offsets'],
      [lying('recordCount', 0), 'INVALID_RECORD', 'record-count'],
      [lying('recordCount', -1), 'INVALID_RECORD', 'record-count'],
      [lying('recordCount', 3), 'INVALID_RECORD', 'record-count'],
      [lying('lastOffsetDelta', 2 ** 31 - 1), 'INVALID_RECORD', 'record-count'],
      [batch({ isControl: true }), 'INVALID_RECORD', 'control-batch'],
      [batch({ producerId: 5n, producerEpoch: 0 }), 'INVALID_RECORD', 'sequence'],
    ] as const) {
      assert.throws(() => validateProducedBatch(records), { code, reason });
    }
  });

  it('is refused over max.message.bytes', () => {
    assert.throws(() => validateProducedBatch(batch(), { maxBatchBytes: 61 }), { code: 'MESSAGE_TOO_LARGE' });
  });

  it('may be zstd from Produce version 7 on', () => {
    const zstd = batch({ compression: 'zstd' });
    validateProducedBatch(zstd);
    validateProducedBatch(zstd, { produceVersion: 7 });
    assert.throws(() => validateProducedBatch(zstd, { produceVersion: 6 }), { code: 'UNSUPPORTED_COMPRESSION_TYPE' });
  });
});
