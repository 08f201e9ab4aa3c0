import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeBatch } from './batch-builder.ts';
import { readBatchHeader } from './batch-header.ts';
import type { RecordInput } from './record.ts';
import { needsTimestampValidation, type RecordRules, validateRecords } from './validate-records.ts';

const HOUR = 3_600_000n;
const NOW = 1_700_000_000_000n;
const range = { now: NOW, beforeMaxMs: 24n * HOUR, afterMaxMs: HOUR };
const at = (timestamp: bigint, key: string | null = 'k'): RecordInput => ({
  timestamp,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('v'),
});

function check(records: RecordInput[], rules: RecordRules = {}, compression: 'none' | 'zstd' = 'none') {
  const batch = encodeBatch({ compression, records });
  return validateRecords(batch, readBatchHeader(batch), rules);
}

describe('looking at the records of a produced batch', () => {
  it('gives the greatest timestamp and finds the count true', () => {
    for (const compression of ['none', 'zstd'] as const) {
      assert.deepEqual(check([at(5n), at(9n), at(7n)], {}, compression), {
        maxTimestamp: 9n,
        offsetsAreSequential: true,
        recordCount: 3,
      });
    }
    assert.equal(check([at(-1n)]).maxTimestamp, -1n);
  });

  it('tells offsets that do not count from 0', () => {
    assert.equal(check([{ ...at(1n), offset: 1n }]).offsetsAreSequential, false);
  });

  it('refuses records without a key where keys are required, and names them', () => {
    assert.throws(() => check([at(1n), at(1n, null), at(1n, ''), at(1n, null)], { requireKeys: true }), {
      code: 'INVALID_RECORD',
      reason: 'key-missing',
      recordErrors: [1, 3].map((batchIndex) => ({
        batchIndex,
        message: 'a compacted topic takes no record without a key',
      })),
    });
    check([at(1n, null)]);
  });

  it('refuses timestamps out of range, and names their records', () => {
    const records = [at(NOW + HOUR), at(NOW - 24n * HOUR), at(-1n), at(NOW + HOUR + 1n), at(NOW - 24n * HOUR - 1n)];
    assert.throws(
      () => check(records, { timestamps: range }),
      (error) => {
        assert.ok(error instanceof Error && 'code' in error && 'recordErrors' in error);
        assert.equal(error.code, 'INVALID_TIMESTAMP');
        assert.deepEqual(
          (error.recordErrors as { batchIndex: number }[]).map(({ batchIndex }) => batchIndex),
          [3, 4],
        );
        return true;
      },
    );
    check(records.slice(0, 3), { timestamps: range });
  });

  it("does not look at producers' timestamps where the broker sets them", () => {
    check([at(NOW + 99n * HOUR)], { timestampType: 'LogAppendTime', timestamps: range });
  });

  it('refuses a producer that claims LogAppendTime where the topic has it', () => {
    const batch = encodeBatch({ timestampType: 'LogAppendTime', maxTimestamp: NOW, records: [at(NOW)] });
    const header = readBatchHeader(batch);
    assert.throws(() => validateRecords(batch, header, { timestampType: 'LogAppendTime' }), {
      code: 'INVALID_TIMESTAMP',
    });
    validateRecords(batch, header, { timestampType: 'CreateTime', timestamps: range });
  });

  it('needs no look at the records while the header shows that all timestamps pass', () => {
    const header = readBatchHeader(encodeBatch({ records: [at(NOW)] }));
    const noLowerLimit = 2n ** 63n - 1n;
    assert.equal(needsTimestampValidation(header, { ...range, beforeMaxMs: noLowerLimit }), false);
    assert.equal(needsTimestampValidation(header, range), true);
    assert.equal(
      needsTimestampValidation(header, { now: NOW - 2n * HOUR, beforeMaxMs: noLowerLimit, afterMaxMs: HOUR }),
      true,
    );
  });
});
