import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isTransactional } from './attributes.ts';
import { encodeBatch } from './batch-builder.ts';
import {
  readBatchHeader,
  setMaxTimestampAndLogAppendTime,
  writeBaseOffset,
  writeLeaderEpoch,
  writeMaxTimestamp,
  writeProducerState,
} from './batch-header.ts';
import { decrementSequence, incrementSequence, lastSequence } from './batch-sequence.ts';
import { validateBatch } from './validate-batch.ts';

const batch = () =>
  encodeBatch({
    isTransactional: true,
    producerId: 1n,
    producerEpoch: 0,
    baseSequence: 2 ** 31 - 1,
    records: [
      { timestamp: 10n, key: null, value: Buffer.from('v') },
      { timestamp: 20n, key: null, value: null },
    ],
  });

describe('fields written in place', () => {
  it('offset and leader epoch are outside the CRC', () => {
    const buffer = Buffer.concat([batch(), batch()]);
    const position = batch().length;
    writeBaseOffset(buffer, position, 2n ** 40n);
    writeLeaderEpoch(buffer, position, 12);
    const header = validateBatch(buffer, position);
    assert.deepEqual(
      [header.baseOffset, header.lastOffset, header.partitionLeaderEpoch],
      [2n ** 40n, 2n ** 40n + 1n, 12],
    );
    assert.equal(validateBatch(buffer, 0).baseOffset, 0n);
  });

  it('timestamps bring a new CRC', () => {
    const buffer = Buffer.concat([batch(), batch()]);
    const position = batch().length;
    setMaxTimestampAndLogAppendTime(buffer, position, 555n);
    const header = validateBatch(buffer, position);
    assert.deepEqual([header.timestampType, header.maxTimestamp], ['LogAppendTime', 555n]);
    assert.equal(isTransactional(header.attributes), true);
    writeMaxTimestamp(buffer, position, 'CreateTime', 20n);
    assert.equal(buffer.subarray(position).compare(batch()), 0);
    validateBatch(buffer, 0);
  });

  it('a timestamp that is already there leaves a wrong CRC wrong', () => {
    const buffer = batch();
    buffer.writeUInt32BE(0, 17);
    writeMaxTimestamp(buffer, 0, 'CreateTime', 20n);
    assert.throws(() => validateBatch(buffer), { reason: 'crc' });
  });

  it('a producer state brings a new CRC', () => {
    const buffer = batch();
    writeProducerState(buffer, 0, { producerId: 8n, producerEpoch: 2, baseSequence: 3 });
    const header = validateBatch(buffer);
    assert.deepEqual([header.producerId, header.producerEpoch, header.baseSequence], [8n, 2, 3]);
  });
});

describe('a batch header', () => {
  it('is read from the header alone', () => {
    assert.equal(readBatchHeader(batch().subarray(0, 61)).recordCount, 2);
    assert.throws(() => readBatchHeader(batch().subarray(0, 60)), { code: 'CORRUPT_MESSAGE', reason: 'truncated' });
  });

  it('has an unknown magic or an impossible length refused', () => {
    for (const [magic, length, reason] of [
      [3, 100, 'magic'],
      [-1, 100, 'magic'],
      [2, 48, 'size'],
      [2, -1, 'size'],
      [2, -(2 ** 31), 'size'],
      [1, 21, 'size'],
      [0, 13, 'size'],
    ] as const) {
      const buffer = batch();
      buffer.writeInt8(magic, 16);
      buffer.writeInt32BE(length, 8);
      assert.throws(() => readBatchHeader(buffer), { code: 'CORRUPT_MESSAGE', reason });
    }
  });
});

describe('sequences', () => {
  it('start again at 0 after the greatest int32', () => {
    assert.equal(lastSequence(readBatchHeader(batch())), 0);
    assert.equal(lastSequence({ baseSequence: -1, lastOffsetDelta: 5 }), -1);
    assert.equal(incrementSequence(2 ** 31 - 2, 3), 1);
    assert.equal(decrementSequence(1, 3), 2 ** 31 - 2);
  });
});
