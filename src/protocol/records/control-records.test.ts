import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isControl, isTransactional } from './attributes.ts';
import { readBatchHeader } from './batch-header.ts';
import {
  CONTROL_RECORD_TYPES,
  encodeControlBatch,
  encodeEndTransactionBatch,
  readControlRecordType,
  readEndTransactionMarker,
} from './control-records.ts';
import { readRecords } from './read-records.ts';
import { validateBatch } from './validate-batch.ts';

describe('control records', () => {
  it('end a transaction', () => {
    for (const type of ['COMMIT', 'ABORT'] as const) {
      const batch = encodeEndTransactionBatch({
        type,
        coordinatorEpoch: 12,
        producerId: 4000n,
        producerEpoch: 5,
        timestamp: 77n,
        baseOffset: 9n,
        partitionLeaderEpoch: 3,
      });
      const header = validateBatch(batch);
      assert.ok(isControl(header.attributes) && isTransactional(header.attributes));
      assert.deepEqual(
        [header.producerId, header.producerEpoch, header.baseSequence, header.recordCount, header.partitionLeaderEpoch],
        [4000n, 5, -1, 1, 3],
      );
      const [record] = [...readRecords(batch, header)];
      assert.ok(record);
      assert.deepEqual(readEndTransactionMarker(record), { type, coordinatorEpoch: 12 });
      assert.equal(record.timestamp, 77n);
    }
  });

  it('of every type keep it and their value', () => {
    const records = CONTROL_RECORD_TYPES.map((type) => ({ type, value: Buffer.from(type) }));
    const batch = encodeControlBatch({ timestamp: 1n, baseOffset: 2n, partitionLeaderEpoch: 6, records });
    const header = readBatchHeader(batch);
    assert.ok(isControl(header.attributes) && !isTransactional(header.attributes));
    assert.deepEqual(
      [...readRecords(batch, header)].map(({ key, value }) => ({ type: readControlRecordType(key), value })),
      records,
    );
  });

  it('of a type or version that is not known yet are skipped or read as far as they are known', () => {
    assert.equal(readControlRecordType(Buffer.from('00000063', 'hex')), undefined);
    assert.equal(readControlRecordType(Buffer.from('000100010203', 'hex')), 'COMMIT');
    assert.equal(readEndTransactionMarker({ key: Buffer.from('00000002', 'hex'), value: null }), undefined);
  });

  it('that are malformed are refused', () => {
    const commit = Buffer.from('00000001', 'hex');
    for (const [key, value] of [
      [null, null],
      [Buffer.from('000000', 'hex'), null],
      [Buffer.from('ffff0001', 'hex'), null],
      [commit, null],
      [commit, Buffer.from('0000000000', 'hex')],
      [commit, Buffer.from('ffff00000000', 'hex')],
    ] as const) {
      assert.throws(() => readEndTransactionMarker({ key, value }), {
        code: 'INVALID_RECORD',
        reason: 'control-batch',
      });
    }
  });
});
