// The records of the metadata log, with the three varints before each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, Fields } from '../schema/field.ts';
import { layOut } from '../schema/layout.ts';
import { MalformedMessageError } from '../schema/malformed-message-error.ts';
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  METADATA_RECORDS,
  type MetadataRecord,
  noOpRecord,
  topicRecord,
} from './index.ts';

const TOPIC_ID = 'mQ_vbWyZQ4i2x9SZ7XEcPg';

test('every record survives in every version, with all its fields set', () => {
  for (const record of Object.values(METADATA_RECORDS) as unknown as MetadataRecord[]) {
    const { min, max } = record.message.versions;
    for (let version = min; version <= max; version++) {
      const value = sampleStruct(record.message.fields, version);
      const decoded = decodeMetadataRecord(METADATA_RECORDS, encodeMetadataRecord(record, version, value));
      assert.deepEqual([decoded.type, decoded.version], [record.type, version]);
      assert.deepEqual({ ...decoded.value, ...value }, decoded.value, record.message.name);
    }
  }
});

test('a topic record has the bytes that Apache Kafka gives it', () => {
  const bytes = encodeMetadataRecord(topicRecord, 0, { name: 'orders', topicId: TOPIC_ID });
  const expected = ['01', '02', '00', '07', Buffer.from('orders').toString('hex')];
  expected.push(Buffer.from(TOPIC_ID, 'base64url').toString('hex'), '00');
  assert.equal(bytes.toString('hex'), expected.join(''));
});

test('another frame version, an unknown type and bytes left over are refused', () => {
  const bytes = encodeMetadataRecord(noOpRecord, 0, {});
  assert.equal(bytes.toString('hex'), '01140000');
  for (const hex of ['00140000', '02140000', '01630000', '0114000000', '011400', '']) {
    assert.throws(() => decodeMetadataRecord(METADATA_RECORDS, Buffer.from(hex, 'hex')), MalformedMessageError);
  }
});

function sampleStruct(fields: Fields, version: number): Record<string, unknown> {
  const layout = layOut(fields, version, true).filter(({ place }) => place !== 'absent');
  return Object.fromEntries(layout.map(({ name, field }) => [name, sampleValue(field, version)]));
}

function sampleValue(field: Field, version: number): unknown {
  switch (field.kind) {
    case 'array':
      return [sampleValue(field.element, version), sampleValue(field.element, version)];
    case 'struct':
      return sampleStruct(field.fields, version);
    case 'boolean':
      return true;
    case 'int64':
      return 1n << 40n;
    case 'string':
      return 'sample';
    case 'uuid':
      return TOPIC_ID;
    case 'bytes':
    case 'records':
      return Buffer.from('sample');
    default:
      return 99;
  }
}
