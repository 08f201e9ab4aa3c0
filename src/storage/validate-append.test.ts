import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../config/index.ts';
import { logConfigTable } from '../log/index.ts';
import {
  type CompressionType,
  compressionOf,
  type EncodeBatchOptions,
  encodeBatch,
  encodeEndTransactionBatch,
  InvalidRecordBatchError,
  KafkaError,
  type RecordInput,
  readBatchHeader,
  readRecords,
  setMaxTimestampAndLogAppendTime,
} from '../protocol/index.ts';
import { validateAppend } from './validate-append.ts';

const NOW_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

function record(fields: Partial<RecordInput> = {}): RecordInput {
  return { timestamp: BigInt(NOW_MS), key: Buffer.from('key'), value: Buffer.from('value'), ...fields };
}

function batch(options: Partial<EncodeBatchOptions> = {}): Buffer {
  return encodeBatch({ records: [record(), record(), record()], ...options });
}

function validate(records: Buffer, settings: Record<string, string> = {}, origin: 'client' | 'coordinator' = 'client') {
  const config = readConfig(logConfigTable, settings);
  return validateAppend(records, { name: 'orders-3', config, origin, nowMs: NOW_MS });
}

function refusal(
  records: Buffer,
  settings: Record<string, string> = {},
  origin?: 'client' | 'coordinator',
): KafkaError {
  try {
    validate(records, settings, origin);
  } catch (error) {
    if (error instanceof KafkaError) return error;
    throw error;
  }
  return assert.fail('it should have been refused');
}

describe('an append of a client', () => {
  it('is taken as it is, without a copy, when the settings want nothing else', () => {
    const records = batch();
    const validated = validate(records);
    assert.equal(validated.records.buffer, records.buffer);
    assert.equal(validated.batches.length, 1);
    assert.equal(validated.batches[0]?.recordCount, 3);
    assert.equal(validated.logAppendTimeMs, -1n);
  });

  it('is taken in every compression', () => {
    for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] satisfies CompressionType[]) {
      assert.equal(validate(batch({ compression })).batches.length, 1);
    }
  });

  it('is refused without a batch, with two of them, and with a base offset', () => {
    assert.equal(refusal(Buffer.alloc(0)).code, 'INVALID_RECORD');
    assert.equal(refusal(Buffer.concat([batch(), batch()])).code, 'INVALID_RECORD');
    assert.equal(refusal(batch({ baseOffset: 5n })).code, 'INVALID_RECORD');
  });

  it('names the partition in its refusal', () => {
    assert.match(refusal(Buffer.alloc(0)).message, /^Cannot append to orders-3: /);
  });

  it('is corrupt when a byte has changed', () => {
    const records = batch();
    records[records.length - 1] = (records[records.length - 1] ?? 0) ^ 1;
    assert.equal(refusal(records).code, 'CORRUPT_MESSAGE');
  });

  it('is refused when it has more bytes than max.message.bytes', () => {
    const records = batch();
    assert.equal(refusal(records, { 'max.message.bytes': String(records.length - 1) }).code, 'MESSAGE_TOO_LARGE');
    assert.equal(validate(records, { 'max.message.bytes': String(records.length) }).batches.length, 1);
  });

  it('is refused when it has more bytes than segment.bytes', () => {
    const records = batch({ records: [record({ value: Buffer.alloc(1_048_576) })] });
    const settings = { 'segment.bytes': '1048576', 'max.message.bytes': '2000000' };
    assert.equal(refusal(records, settings).code, 'RECORD_LIST_TOO_LARGE');
  });

  it('is refused when it is a control batch', () => {
    const marker = encodeEndTransactionBatch({
      type: 'COMMIT',
      coordinatorEpoch: 0,
      producerId: 1n,
      producerEpoch: 0,
      timestamp: BigInt(NOW_MS),
    });
    assert.equal(refusal(marker).code, 'INVALID_RECORD');
    assert.equal(validate(marker, {}, 'coordinator').batches.length, 1);
  });

  it('is refused when an idempotent producer gives it no sequence', () => {
    assert.equal(refusal(batch({ producerId: 1n, producerEpoch: 0, baseSequence: -1 })).code, 'INVALID_RECORD');
  });
});

describe('timestamps of an append', () => {
  const future = batch({ records: [record(), record({ timestamp: BigInt(NOW_MS + HOUR_MS + 1) })] });

  it('are refused when they are too far ahead, with the records that are', () => {
    const error = refusal(future);
    assert.equal(error.code, 'INVALID_TIMESTAMP');
    assert.ok(error instanceof InvalidRecordBatchError);
    assert.deepEqual(
      error.recordErrors.map(({ batchIndex }) => batchIndex),
      [1],
    );
    assert.equal(validate(future, { 'message.timestamp.after.max.ms': String(HOUR_MS + 1) }).batches.length, 1);
  });

  it('are refused when they are too old and the topic minds', () => {
    const old = batch({ records: [record({ timestamp: BigInt(NOW_MS - 11) })] });
    assert.equal(refusal(old, { 'message.timestamp.before.max.ms': '10' }).code, 'INVALID_TIMESTAMP');
    assert.equal(validate(old).batches.length, 1);
  });

  it('become the time of the append where the topic says so', () => {
    const { records, batches, logAppendTimeMs } = validate(future, { 'message.timestamp.type': 'LogAppendTime' });
    const header = readBatchHeader(records);
    assert.equal(header.timestampType, 'LogAppendTime');
    assert.equal(header.maxTimestamp, BigInt(NOW_MS));
    assert.equal(batches[0]?.maxTimestamp, BigInt(NOW_MS));
    assert.equal(logAppendTimeMs, BigInt(NOW_MS));
    // The CRC is that of the changed header.
    assert.equal(validate(records).batches.length, 1);
  });

  it('may not claim to be those of an append', () => {
    const records = batch();
    setMaxTimestampAndLogAppendTime(records, 0, BigInt(NOW_MS));
    assert.equal(refusal(records, { 'message.timestamp.type': 'LogAppendTime' }).code, 'INVALID_TIMESTAMP');
  });

  it('are put right in a header that claims an append time on a CreateTime topic', () => {
    const records = batch();
    setMaxTimestampAndLogAppendTime(records, 0, BigInt(NOW_MS));
    assert.equal(validate(records).batches[0]?.timestampType, 'CreateTime');
  });
});

describe('an append to a compacted topic', () => {
  const compacted = { 'cleanup.policy': 'compact' };

  it('is refused when a record has no key, with the records that have none', () => {
    for (const compression of ['none', 'zstd'] satisfies CompressionType[]) {
      const records = [record(), record({ key: null }), record({ key: null })];
      const error = refusal(batch({ records, compression }), compacted);
      assert.equal(error.code, 'INVALID_RECORD');
      assert.ok(error instanceof InvalidRecordBatchError);
      assert.deepEqual(
        error.recordErrors.map(({ batchIndex }) => batchIndex),
        [1, 2],
      );
    }
  });

  it('is taken when all records have keys', () => {
    assert.equal(validate(batch({ compression: 'lz4' }), compacted).batches[0]?.recordCount, 3);
  });
});

describe('an append that inflates far', () => {
  const MIB = 1024 * 1024;
  const inflatingTo = (bytes: number) =>
    encodeBatch({ records: [record({ value: Buffer.alloc(bytes) })], compression: 'zstd' });

  it('is refused where it must be looked into, as far as max.message.bytes lets it inflate', () => {
    for (const settings of [{ 'cleanup.policy': 'compact' }, { 'compression.type': 'gzip' }]) {
      assert.equal(refusal(inflatingTo(33 * MIB), settings).code, 'MESSAGE_TOO_LARGE');
      const wider = { ...settings, 'max.message.bytes': String(2 * MIB) };
      assert.equal(validate(inflatingTo(33 * MIB), wider).batches.length, 1);
      assert.equal(
        refusal(inflatingTo(9 * MIB), { ...settings, 'max.message.bytes': '50000' }).code,
        'MESSAGE_TOO_LARGE',
      );
      assert.equal(
        refusal(inflatingTo(129 * MIB), { ...settings, 'max.message.bytes': String(64 * MIB) }).code,
        'MESSAGE_TOO_LARGE',
      );
    }
  });

  it('is taken where nobody looks into it', () => {
    assert.equal(validate(inflatingTo(33 * MIB)).batches.length, 1);
  });
});

describe('the compression of a topic', () => {
  it('recompresses what differs and keeps everything else of the batch', () => {
    const headers = [['trace', Buffer.from('1')]] as const;
    const records = [record({ headers }), record({ key: null, value: null, timestamp: BigInt(NOW_MS - 5) })];
    const original = batch({ records, compression: 'gzip', producerId: 9n, producerEpoch: 2, baseSequence: 40 });
    for (const type of ['uncompressed', 'snappy', 'lz4', 'zstd']) {
      const { records: rewritten, batches } = validate(Buffer.from(original), { 'compression.type': type });
      const header = readBatchHeader(rewritten);
      assert.equal(compressionOf(header.attributes), type === 'uncompressed' ? 'none' : type);
      assert.deepEqual(batches, [header]);
      assert.deepEqual([header.producerId, header.producerEpoch, header.baseSequence], [9n, 2, 40]);
      assert.deepEqual([...readRecords(rewritten, header)], [...readRecords(original, readBatchHeader(original))]);
    }
  });

  it('leaves a batch alone that has it already', () => {
    const records = batch({ compression: 'lz4' });
    assert.equal(validate(records, { 'compression.type': 'lz4' }).records.buffer, records.buffer);
  });

  it('refuses a batch that gets too large by it', () => {
    const records = batch({ records: [record({ value: Buffer.alloc(100_000) })], compression: 'zstd' });
    const settings = { 'compression.type': 'uncompressed', 'max.message.bytes': '50000' };
    assert.equal(refusal(records, settings).code, 'MESSAGE_TOO_LARGE');
  });
});

describe('an append of a coordinator', () => {
  it('may have several batches, control batches and any offsets', () => {
    const records = Buffer.concat([batch({ baseOffset: 8n }), batch({ isControl: true })]);
    assert.deepEqual(
      validate(records, {}, 'coordinator').batches.map(({ position }) => position),
      [0, batch().length],
    );
  });

  it('is refused when a batch is too large, and when there is none', () => {
    assert.equal(refusal(batch(), { 'max.message.bytes': '70' }, 'coordinator').code, 'MESSAGE_TOO_LARGE');
    assert.equal(refusal(Buffer.alloc(0), {}, 'coordinator').code, 'INVALID_RECORD');
  });
});
