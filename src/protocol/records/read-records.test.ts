import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { COMPRESSION_TYPES, compress } from '../compression/index.ts';
import { encodeBatch } from './batch-builder.ts';
import { BATCH_FIELD, readBatchHeader } from './batch-header.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';
import { readRecords } from './read-records.ts';

const HEADER = encodeBatch({ lastOffsetDelta: 0, records: [] });

/** A batch around these bytes, claiming `count` records. No CRC: readers of records do not look at it. */
function batchAround(records: Buffer, count: number): Buffer {
  const batch = Buffer.concat([HEADER, records]);
  batch.writeInt32BE(batch.length - 12, BATCH_FIELD.batchLength);
  batch.writeInt32BE(count, BATCH_FIELD.recordCount);
  return batch;
}

function read(batch: Buffer, maxBytes?: number): void {
  for (const _ of readRecords(batch, readBatchHeader(batch), maxBytes === undefined ? {} : { maxBytes }));
}

/** A record from the hex of its body, with the size that it has. */
function recordOf(body: string): Buffer {
  const bytes = Buffer.from(body.replaceAll(' ', ''), 'hex');
  return Buffer.concat([Buffer.from([bytes.length * 2]), bytes]);
}

// Attributes, timestamp delta, offset delta, key (null), value (one byte), headers (none).
const GOOD = recordOf('00 00 00 01 0261 00');
const LONGER = recordOf('00 00 00 01 0c616161616161 00');
const before = (hex: string) => Buffer.concat([Buffer.from(hex, 'hex'), GOOD]);

describe('the records of a batch', () => {
  it('are views on its bytes', () => {
    const batch = encodeBatch({ records: [{ timestamp: 1n, key: null, value: Buffer.from('before') }] });
    const [record] = [...readRecords(batch, readBatchHeader(batch))];
    batch.write('after!', batch.indexOf('before'));
    assert.equal(record?.value?.toString(), 'after!');
  });

  for (const [what, records, count, message] of [
    ['a count of more records than there are', LONGER, 2, /claims 2 records in 13 bytes/],
    ['a count that the bytes cannot hold', GOOD, 2 ** 31 - 1, /claims 2147483647 records/],
    ['a negative count', GOOD, -1, /claims -1 records/],
    ['a count of fewer records than there are', Buffer.concat([GOOD, GOOD]), 1, /8 bytes are left behind/],
    ['bytes without a record', GOOD, 0, /8 bytes are left behind/],
    ['a negative record size', before('01'), 1, /record 0 claims -1 bytes/],
    ['a record of no bytes', before('00'), 1, /record 0 ends too early/],
    ['a record size beyond the batch', before('7e'), 1, /claims 63 bytes, 8 are left/],
    ['a size varint of six bytes', before('ffffffffff01'), 1, /varint of more than 5 bytes/],
    ['an offset delta of six bytes', recordOf('00 00 ffffffffff01 01 01 00'), 1, /varint of more than 5 bytes/],
    ['a timestamp delta of eleven bytes', recordOf('00 ffffffffffffffffffff01 00 01 01 00'), 1, /more than 10 bytes/],
    ['a varint that the end cuts off', Buffer.concat([LONGER, Buffer.from('ff', 'hex')]), 2, /record 1 ends too early/],
    ['a key beyond the record', recordOf('00 00 00 14 61 01 00'), 1, /field of 10 bytes, 3 are left/],
    ['a value beyond the record', recordOf('00 00 00 01 14 6161 00'), 1, /field of 10 bytes, 3 are left/],
    ['a negative header count', recordOf('00 00 00 01 0261 01'), 1, /claims -1 headers/],
    ['more headers than bytes', recordOf('00 00 00 01 0261 7e'), 1, /claims 63 headers/],
    ['a header without a name', recordOf('00 00 00 01 0261 02 01 01'), 1, /header without a name/],
    ['a header name beyond the record', recordOf('00 00 00 01 0261 02 14 61 01'), 1, /field of 10 bytes, 2 are left/],
    ['a header that is not there', recordOf('00 00 00 01 0261 04 0261 01'), 1, /ends too early/],
    ['a record that ends before its size', recordOf('00 00 00 01 0261 00 0000'), 1, /2 bytes shorter/],
  ] as const) {
    it(`are refused for ${what}`, () => {
      assert.throws(
        () => read(batchAround(records, count)),
        (error) =>
          error instanceof InvalidRecordBatchError && error.code === 'INVALID_RECORD' && message.test(error.message),
      );
    });
  }

  it('take any negative length as null, and varints that are longer than they need be', () => {
    const batch = batchAround(recordOf('00 8000 8000 8300 05 8000'), 1);
    assert.deepEqual(
      [...readRecords(batch, readBatchHeader(batch))].map((record) => ({ ...record })),
      [{ offset: 0n, timestamp: -1n, key: null, value: null, headers: [] }],
    );
  });

  it('carry the widest timestamps and offsets', () => {
    const wide = encodeBatch({
      baseOffset: 2n ** 62n,
      records: [
        { timestamp: 0n, key: null, value: null },
        { timestamp: 2n ** 63n - 1n, key: null, value: null, offset: 2n ** 62n + 2n ** 31n - 1n },
      ],
    });
    const records = [...readRecords(wide, readBatchHeader(wide))];
    assert.deepEqual(
      records.map(({ offset, timestamp }) => [offset, timestamp]),
      [
        [2n ** 62n, 0n],
        [2n ** 62n + 2n ** 31n - 1n, 2n ** 63n - 1n],
      ],
    );
  });

  for (const compression of COMPRESSION_TYPES) {
    const value = Buffer.alloc(3000, 'bomb');
    const batch = encodeBatch({ compression, records: [{ timestamp: 0n, key: null, value }] });

    it(`are refused where the batch inflates beyond the limit: ${compression}`, () => {
      if (compression === 'none') read(batch, 10);
      else assert.throws(() => read(batch, 2999), { code: 'MESSAGE_TOO_LARGE', reason: 'inflates-too-far' });
    });

    it(`are refused where the batch is cut off, at every byte: ${compression}`, () => {
      for (let end = 61; end < batch.length; end++) {
        assert.throws(() => read(batch.subarray(0, end)), { code: 'CORRUPT_MESSAGE', reason: 'truncated' });
        const shorter = Buffer.from(batch.subarray(0, end));
        shorter.writeInt32BE(end - 12, BATCH_FIELD.batchLength);
        assert.throws(() => read(shorter), InvalidRecordBatchError);
      }
    });
  }

  it('are refused where their codec is unknown or their bytes are not of it', () => {
    const batch = batchAround(compress('gzip', GOOD), 1);
    batch.writeInt16BE(7, BATCH_FIELD.attributes);
    assert.throws(() => read(batch), { code: 'UNSUPPORTED_COMPRESSION_TYPE' });
    batch.writeInt16BE(4, BATCH_FIELD.attributes);
    assert.throws(() => read(batch), { code: 'CORRUPT_MESSAGE', reason: 'compressed-data' });
    batch.writeInt16BE(1, BATCH_FIELD.attributes);
    read(batch);
  });

  it('in any damaged golden batch are read or refused, nothing else', () => {
    const golden = gunzipSync(readFileSync(new URL('../../../test/fixtures/corpus-4.3.1.tsv.gz', import.meta.url)))
      .toString()
      .split('\n')
      .filter((line) => line.startsWith('-2\t'))
      .map((line) => Buffer.from(line.split('\t')[4] ?? '', 'hex'));
    fc.assert(
      fc.property(fc.nat(golden.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, where, flip) => {
        const batch = Buffer.from(golden[which] as Buffer);
        const at = where % Math.min(batch.length, 400);
        batch.writeUInt8(batch.readUInt8(at) ^ flip, at);
        try {
          read(batch, 1 << 20);
        } catch (error) {
          assert.ok(error instanceof InvalidRecordBatchError, error instanceof Error ? error.stack : String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
