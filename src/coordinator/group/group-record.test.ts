import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZERO_UUID } from '../../protocol/index.ts';
import { ClassicGroup } from './classic/classic-group.ts';
import { createMember } from './classic/classic-member.ts';
import { groupFromRecord } from './classic/classic-replay.ts';
import { type GroupRecord, groupMetadataRecord, groupRecordSerde } from './group-record.ts';

const { serialize, deserialize } = groupRecordSerde;

function hex(...parts: string[]): Buffer {
  return Buffer.from(parts.join(''), 'hex');
}

const key = { group: 'g', topic: 't', partition: 3 };
const value = {
  offset: 7n,
  leaderEpoch: 5,
  metadata: 'm',
  commitTimestamp: 9n,
  expireTimestamp: -1n,
  topicId: ZERO_UUID,
};

describe('the records of groups', () => {
  it('are those of Apache Kafka: offsets in version 4', () => {
    const record: GroupRecord = { kind: 'offset-commit', key, value };
    const bytes = serialize(record);
    // Type 1, group, topic, partition; version 4, offset, leader epoch, metadata, commit timestamp, no tagged fields.
    assert.deepEqual(bytes.key, hex('0001', '0001', '67', '0001', '74', '00000003'));
    assert.deepEqual(bytes.value, hex('0004', '0000000000000007', '00000005', '026d', '0000000000000009', '00'));
    assert.deepEqual(deserialize(bytes), record);
  });

  it('are those of Apache Kafka: offsets with an expiry of their own in version 1', () => {
    const record: GroupRecord = {
      kind: 'offset-commit',
      key,
      value: { ...value, leaderEpoch: -1, expireTimestamp: 11n },
    };
    const bytes = serialize(record);
    assert.deepEqual(
      bytes.value,
      hex('0001', '0000000000000007', '0001', '6d', '0000000000000009', '000000000000000b'),
    );
    assert.deepEqual(deserialize(bytes), record);
  });

  it('are those of Apache Kafka: groups in version 3', () => {
    const member = createMember({
      memberId: 'm',
      groupInstanceId: 'i',
      clientId: 'c',
      clientHost: '/h',
      protocolType: 'consumer',
      rebalanceTimeoutMs: 2,
      sessionTimeoutMs: 1,
      protocols: [
        { name: 'other', metadata: hex('00') },
        { name: 'p', metadata: hex('aa') },
      ],
    });
    member.assignment = hex('bb');
    const group = new ClassicGroup(
      'g',
      {
        state: 'Stable',
        generationId: 4,
        protocolType: 'consumer',
        protocolName: 'p',
        leaderId: 'm',
        stateTimestampMs: 9n,
      },
      [member],
    );
    const record = groupMetadataRecord(group);
    const bytes = serialize(record);
    assert.deepEqual(bytes.key, hex('0002', '0001', '67'));
    const head = [
      '0003',
      '0008',
      Buffer.from('consumer').toString('hex'),
      '00000004',
      '0001',
      '70',
      '0001',
      '6d',
      '0000000000000009',
    ];
    const body = ['00000001', '0001', '6d', '0001', '69', '0001', '63', '0002', '2f68', '00000002', '00000001'];
    assert.deepEqual(bytes.value, hex(...head, ...body, '00000001', 'aa', '00000001', 'bb'));
    const again = deserialize(bytes);
    assert.deepEqual(again, record);
    assert.ok(again?.kind === 'group-metadata' && again.value !== null);
    assert.deepEqual(groupMetadataRecord(groupFromRecord('g', again.value)), record);
  });

  it('of versions that are not written any more are read', () => {
    const legacyKey = hex('0000', '0001', '67', '0001', '74', '00000003');
    const legacyValue = hex('0000', '0000000000000007', '0001', '6d', '0000000000000009');
    const expected = { kind: 'offset-commit', key, value: { ...value, leaderEpoch: -1 } };
    assert.deepEqual(deserialize({ key: legacyKey, value: legacyValue }), expected);
    const groupKey = hex('0002', '0001', '67');
    const groupValue = hex(
      '0000',
      '0008',
      Buffer.from('consumer').toString('hex'),
      '00000004',
      '0001',
      '70',
      '0001',
      '6d',
    );
    const members = hex(
      '00000001',
      '0001',
      '6d',
      '0001',
      '63',
      '0002',
      '2f68',
      '00000001',
      '00000001',
      'aa',
      '00000001',
      'bb',
    );
    const record = deserialize({ key: groupKey, value: Buffer.concat([groupValue, members]) });
    assert.ok(record?.kind === 'group-metadata' && record.value !== null);
    const group = groupFromRecord('g', record.value);
    assert.equal(group.stateTimestampMs, null);
    assert.equal(group.member('m')?.rebalanceTimeoutMs, 1);
  });

  it('of kinds that are not known are passed over, and of versions that are not known refused', () => {
    assert.equal(deserialize({ key: hex('7fff', '0001', '67'), value: null }), undefined);
    assert.throws(() => deserialize({ key: hex('0002', '0001', '67'), value: hex('0009') }));
    assert.throws(() => deserialize({ key: null, value: null }));
  });
});
