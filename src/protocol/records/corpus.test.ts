// The golden batches: written by Apache Kafka's own classes in every magic and compression, with what Kafka reads in them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { compressionOf, isControl, isTransactional, timestampTypeOf } from './attributes.ts';
import { encodeBatch } from './batch-builder.ts';
import type { BatchHeader } from './batch-header.ts';
import { readEndTransactionMarker } from './control-records.ts';
import { iterateBatches } from './iterate-batches.ts';
import { readLegacyBaseOffset } from './legacy-records.ts';
import { DEFAULT_MAX_INFLATED_BYTES, readRecords } from './read-records.ts';
import { validateBatch } from './validate-batch.ts';

const lines = gunzipSync(readFileSync(new URL('../../../test/fixtures/corpus-4.3.1.tsv.gz', import.meta.url)))
  .toString()
  .split('\n')
  .map((line) => line.split('\t'))
  .filter((fields) => fields[0] === '-2')
  .map(([, magic, , name, hex, json, variant]) => ({
    title: `${name} of magic ${magic}, ${variant}`,
    bytes: Buffer.from(hex ?? '', 'hex'),
    expected: JSON.parse(json ?? '') as unknown,
    isRewritable: magic === '2' && name === 'RecordBatch-none',
    isMarker: variant?.endsWith('-marker') === true,
  }));

describe('the golden record batches of Apache Kafka 4.3.1', () => {
  it('are all there', () => {
    assert.equal(lines.length, 71);
    assert.equal(lines.filter((line) => line.isRewritable).length, 11);
  });

  for (const { title, bytes, expected, isRewritable, isMarker } of lines) {
    it(`${title}: is read as Kafka reads it`, () => {
      for (const { position } of iterateBatches(bytes)) validateBatch(bytes, position);
      assert.deepEqual({ batches: [...iterateBatches(bytes)].map((header) => describeBatch(bytes, header)) }, expected);
    });

    if (isRewritable) {
      it(`${title}: is written byte for byte as Kafka writes it`, () => {
        assert.equal(
          Buffer.concat([...iterateBatches(bytes)].map((header) => rewrite(bytes, header))).compare(bytes),
          0,
        );
      });
    }

    if (isMarker) {
      it(`${title}: holds an end of transaction`, () => {
        const [header] = [...iterateBatches(bytes)];
        assert.ok(header);
        const [record] = [...readRecords(bytes, header)];
        assert.ok(record);
        const isCommit = title.includes('commit');
        assert.deepEqual(readEndTransactionMarker(record), {
          type: isCommit ? 'COMMIT' : 'ABORT',
          coordinatorEpoch: isCommit ? 9 : -1,
        });
      });
    }
  }
});

function describeBatch(bytes: Buffer, header: BatchHeader): object {
  const isOld = header.magic < 2;
  return {
    magic: header.magic,
    codec: compressionOf(header.attributes),
    baseOffset: String(isOld ? readLegacyBaseOffset(bytes, header, DEFAULT_MAX_INFLATED_BYTES) : header.baseOffset),
    lastOffset: String(header.lastOffset),
    timestampType: header.timestampType,
    maxTimestamp: String(header.maxTimestamp),
    producerId: String(header.producerId),
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    transactional: isTransactional(header.attributes),
    control: isControl(header.attributes),
    leaderEpoch: header.partitionLeaderEpoch,
    sizeInBytes: header.sizeInBytes,
    crc: isOld ? '' : String(header.crc),
    records: [...readRecords(bytes, header)].map((record) => ({
      offset: String(record.offset),
      timestamp: String(record.timestamp),
      key: record.key?.toString('base64') ?? null,
      value: record.value?.toString('base64') ?? null,
      headers: record.headers.map(([key, value]) => ({ key, value: value?.toString('base64') ?? null })),
    })),
  };
}

function rewrite(bytes: Buffer, header: BatchHeader): Buffer {
  const timestampType = timestampTypeOf(header.attributes);
  return encodeBatch({
    baseOffset: header.baseOffset,
    partitionLeaderEpoch: header.partitionLeaderEpoch,
    compression: compressionOf(header.attributes),
    timestampType: timestampType === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    ...(timestampType === 'LogAppendTime' && { maxTimestamp: header.maxTimestamp }),
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    isTransactional: isTransactional(header.attributes),
    isControl: isControl(header.attributes),
    records: readRecords(bytes, header, { timestamps: 'stored' }),
  });
}
