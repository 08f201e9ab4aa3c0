// The records in `__consumer_offsets`, in the versions that Apache Kafka 4.3 writes, so that its tools read what we write.

import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  GROUP_RECORDS,
  type GroupMetadataKey,
  type GroupMetadataValue,
  groupMetadataRecord as groupMetadataSchema,
  type LegacyOffsetCommitValue,
  legacyOffsetCommitRecord as legacyOffsetCommitSchema,
  type OffsetCommitKey,
  type OffsetCommitValue,
  offsetCommitRecord as offsetCommitSchema,
  ZERO_UUID,
} from '../../protocol/index.ts';
import type { LogRecord } from '../runtime/coordinator-log.ts';
import type { RecordSerde } from '../runtime/record-serde.ts';
import type { ClassicGroup } from './classic/classic-group.ts';
import { metadataFor } from './classic/classic-member.ts';
import { type ConsumerGroupRecord, consumerGroupRecords } from './consumer/consumer-record.ts';
import { consumerGroupTombstones } from './consumer/tombstones.ts';
import type { Group } from './group.ts';
import { type ShareGroupRecord, shareGroupRecords, shareGroupTombstones } from './share/share-group-record.ts';
import { type StreamsGroupRecord, streamsGroupRecords } from './streams/streams-record.ts';
import { streamsGroupTombstones } from './streams/tombstones.ts';

/** A null value is a tombstone. */
export type GroupRecord =
  | ConsumerGroupRecord
  | StreamsGroupRecord
  | ShareGroupRecord
  | { readonly kind: 'offset-commit'; readonly key: OffsetCommitKey; readonly value: OffsetCommitValue | null }
  | { readonly kind: 'group-metadata'; readonly key: GroupMetadataKey; readonly value: GroupMetadataValue | null };

/** Versions 1 to 4 have the fields; 3 is the last that every Kafka since 2.3 reads. */
const GROUP_METADATA_VERSION = 3;
const OFFSET_COMMIT_VERSION = 4;
/** The only version with an expiry of its own, which clients before OffsetCommit v5 may ask for. */
const OFFSET_COMMIT_VERSION_WITH_EXPIRY = 1;

export const groupRecordSerde: RecordSerde<GroupRecord> = { serialize, deserialize };

/** The group with its members and their assignments. */
export function groupMetadataRecord(group: ClassicGroup): GroupRecord {
  return {
    kind: 'group-metadata',
    key: { group: group.groupId },
    value: {
      protocolType: group.protocolType ?? '',
      generation: group.generationId,
      protocol: group.protocolName,
      leader: group.leaderId,
      currentStateTimestamp: group.stateTimestampMs ?? -1n,
      members: Array.from(group.members, (member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: metadataFor(member, group.protocolName),
        assignment: member.assignment,
      })),
    },
  };
}

/** A group that somebody has begun to join, before its first generation. Its members are not worth keeping yet. */
export function newGroupRecord({ groupId, stateTimestampMs }: ClassicGroup): GroupRecord {
  return {
    kind: 'group-metadata',
    key: { group: groupId },
    value: {
      protocolType: '',
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp: stateTimestampMs ?? -1n,
      members: [],
    },
  };
}

export function groupTombstone(groupId: string): GroupRecord {
  return { kind: 'group-metadata', key: { group: groupId }, value: null };
}

/** The end of a group of any kind. */
export function groupTombstones(group: Group): GroupRecord[] {
  switch (group.type) {
    case 'classic':
      return [groupTombstone(group.groupId)];
    case 'consumer':
      return consumerGroupTombstones(group);
    case 'streams':
      return streamsGroupTombstones(group);
    case 'share':
      return shareGroupTombstones(group);
  }
}

export function offsetTombstone(group: string, topic: string, partition: number): GroupRecord {
  return { kind: 'offset-commit', key: { group, topic, partition }, value: null };
}

function serialize(record: GroupRecord): LogRecord {
  if (record.kind === 'group-metadata') {
    const { key, value } = record;
    return {
      key: encodeRecordKey(groupMetadataSchema, key),
      value: value && encodeRecordValue(groupMetadataSchema, GROUP_METADATA_VERSION, value),
    };
  }
  if (consumerGroupRecords.has(record)) return consumerGroupRecords.serialize(record);
  if (streamsGroupRecords.has(record)) return streamsGroupRecords.serialize(record);
  if (shareGroupRecords.has(record)) return shareGroupRecords.serialize(record);
  const { key, value } = record;
  const hasExpiry = value !== null && value.expireTimestamp !== -1n;
  const version = hasExpiry ? OFFSET_COMMIT_VERSION_WITH_EXPIRY : OFFSET_COMMIT_VERSION;
  return {
    key: encodeRecordKey(offsetCommitSchema, key),
    value: value && encodeRecordValue(offsetCommitSchema, version, value),
  };
}

function deserialize({ key, value }: LogRecord): GroupRecord | undefined {
  if (key === null) throw new Error('A record in the offsets topic has no key');
  const decoded = decodeRecordKey(GROUP_RECORDS, key);
  switch (decoded?.type) {
    case 0:
      return {
        kind: 'offset-commit',
        key: decoded.key,
        value: value && fromLegacy(decodeRecordValue(legacyOffsetCommitSchema, value)),
      };
    case 1:
      return {
        kind: 'offset-commit',
        key: decoded.key,
        value: value && decodeRecordValue(offsetCommitSchema, value),
      };
    case 2:
      return {
        kind: 'group-metadata',
        key: decoded.key,
        value: value && decodeRecordValue(groupMetadataSchema, value),
      };
    default:
      return (
        decoded &&
        (consumerGroupRecords.deserialize(decoded.type, decoded.key, value) ??
          streamsGroupRecords.deserialize(decoded.type, decoded.key, value) ??
          shareGroupRecords.deserialize(decoded.type, decoded.key, value))
      );
  }
}

function fromLegacy(value: LegacyOffsetCommitValue): OffsetCommitValue {
  return { ...value, leaderEpoch: -1, expireTimestamp: -1n, topicId: ZERO_UUID };
}
