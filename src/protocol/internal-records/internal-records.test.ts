// The keys and values of internal topics, with the two bytes before each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerProtocolSubscription } from '../data-messages/index.ts';
import { KafkaError } from '../errors.ts';
import { decodeVersioned, encodeVersioned } from '../schema/versioned.ts';
import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  GROUP_RECORDS,
  groupMetadataRecord,
  offsetCommitRecord,
  SHARE_RECORDS,
  TRANSACTION_RECORDS,
} from './index.ts';

test('a key tells what record it belongs to', () => {
  const bytes = encodeRecordKey(offsetCommitRecord, { group: 'g', topic: 't', partition: 5 });
  assert.equal(bytes.toString('hex'), '0001' + '000167' + '000174' + '00000005');
  const decoded = decodeRecordKey(GROUP_RECORDS, bytes);
  assert.ok(decoded?.type === 1);
  assert.equal(decoded.record, offsetCommitRecord);
  assert.deepEqual(decoded.key, { group: 'g', topic: 't', partition: 5 });
});

test('a value carries its version', () => {
  const value = { offset: 9n, metadata: '', commitTimestamp: 1n };
  for (const version of [0, 1, 2, 3, 4]) {
    const bytes = encodeRecordValue(
      offsetCommitRecord,
      version,
      version === 1 ? { ...value, expireTimestamp: 5n } : value,
    );
    assert.equal(bytes.readInt16BE(0), version);
    const decoded = decodeRecordValue(offsetCommitRecord, bytes);
    assert.deepEqual([decoded.offset, decoded.expireTimestamp], [9n, version === 1 ? 5n : -1n]);
  }
});

test('a key of an unknown type is undefined, so that its record can be passed over', () => {
  assert.equal(decodeRecordKey(GROUP_RECORDS, Buffer.from('7fff0000', 'hex')), undefined);
  assert.equal(decodeRecordKey(TRANSACTION_RECORDS, Buffer.from('ffff', 'hex')), undefined);
});

test('a value of an unknown version is refused', () => {
  assert.throws(
    () => decodeRecordValue(groupMetadataRecord, Buffer.from('0063', 'hex')),
    (error) => error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION',
  );
});

test('every record is listed under its type', () => {
  for (const table of [GROUP_RECORDS, SHARE_RECORDS, TRANSACTION_RECORDS]) {
    for (const [type, record] of Object.entries(table)) assert.equal(String(record.type), type);
  }
});

test('a consumer subscription of a version to come is read as the latest known', () => {
  const bytes = encodeVersioned(consumerProtocolSubscription, 3, {
    topics: ['orders'],
    userData: null,
    ownedPartitions: [],
    generationId: 4,
    rackId: 'r1',
  });
  bytes.writeInt16BE(9, 0);
  const newer = Buffer.concat([bytes, Buffer.from('what version 9 added')]);
  const decoded = decodeVersioned(consumerProtocolSubscription, newer, { newer: 'as-latest' });
  assert.deepEqual([decoded.topics, decoded.generationId, decoded.rackId], [['orders'], 4, 'r1']);
  assert.throws(() => decodeVersioned(consumerProtocolSubscription, newer), KafkaError);
});
