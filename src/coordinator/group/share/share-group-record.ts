// The records of share groups, in the versions and with the contents that Apache Kafka 4.3 writes.

import {
  type DecodedKey,
  decodeRecordValue,
  type GROUP_RECORDS,
  type ShareGroupCurrentMemberAssignmentKey,
  type ShareGroupCurrentMemberAssignmentValue,
  type ShareGroupMemberMetadataKey,
  type ShareGroupMemberMetadataValue,
  type ShareGroupMetadataKey,
  type ShareGroupMetadataValue,
  type ShareGroupStatePartitionMetadataKey,
  type ShareGroupStatePartitionMetadataValue,
  type ShareGroupTargetAssignmentMemberKey,
  type ShareGroupTargetAssignmentMemberValue,
  type ShareGroupTargetAssignmentMetadataKey,
  type ShareGroupTargetAssignmentMetadataValue,
  shareGroupCurrentMemberAssignmentRecord,
  shareGroupMemberMetadataRecord,
  shareGroupMetadataRecord,
  shareGroupStatePartitionMetadataRecord,
  shareGroupTargetAssignmentMemberRecord,
  shareGroupTargetAssignmentMetadataRecord,
} from '../../../protocol/index.ts';
import type { LogRecord } from '../../runtime/coordinator-log.ts';
import { type Assignment, toTopicPartitions } from '../consumer/assigned-partitions.ts';
import { type RecordOf, recordBytes } from '../record-bytes.ts';
import type { ShareGroup } from './share-group.ts';
import type { ShareMember } from './share-member.ts';
import { type ShareTopics, shareTopicsValue } from './share-topics.ts';

export type ShareGroupRecord =
  | RecordOf<'share-group', ShareGroupMetadataKey, ShareGroupMetadataValue>
  | RecordOf<'share-member', ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue>
  | RecordOf<'share-target', ShareGroupTargetAssignmentMetadataKey, ShareGroupTargetAssignmentMetadataValue>
  | RecordOf<'share-target-member', ShareGroupTargetAssignmentMemberKey, ShareGroupTargetAssignmentMemberValue>
  | RecordOf<'share-current-member', ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue>
  | RecordOf<'share-topics', ShareGroupStatePartitionMetadataKey, ShareGroupStatePartitionMetadataValue>;

/** The state of a member that has what it is to have; there is no other in share groups. */
const STABLE = 0;

export function shareGroupEpochRecord(groupId: string, epoch: number, metadataHash: bigint): ShareGroupRecord {
  return { kind: 'share-group', key: { groupId }, value: { epoch, metadataHash } };
}

export function shareMemberRecord(groupId: string, member: ShareMember): ShareGroupRecord {
  const { memberId, rackId, clientId, clientHost, subscribedTopicNames } = member;
  const value = { rackId, clientId, clientHost, subscribedTopicNames: [...subscribedTopicNames].sort() };
  return { kind: 'share-member', key: { groupId, memberId }, value };
}

export function shareTargetRecord(groupId: string, assignmentEpoch: number, timestampMs: bigint): ShareGroupRecord {
  return { kind: 'share-target', key: { groupId }, value: { assignmentEpoch, assignmentTimestamp: timestampMs } };
}

export function shareTargetMemberRecord(groupId: string, memberId: string, assignment: Assignment): ShareGroupRecord {
  const topicPartitions = toTopicPartitions(assignment);
  return { kind: 'share-target-member', key: { groupId, memberId }, value: { topicPartitions } };
}

export function shareCurrentMemberRecord(groupId: string, member: ShareMember): ShareGroupRecord {
  const { memberId, memberEpoch, previousMemberEpoch, assigned } = member;
  const assignedPartitions = toTopicPartitions(assigned);
  return {
    kind: 'share-current-member',
    key: { groupId, memberId },
    value: { memberEpoch, previousMemberEpoch, state: STABLE, assignedPartitions },
  };
}

export function shareTopicsRecord(groupId: string, topics: ShareTopics): ShareGroupRecord {
  return { kind: 'share-topics', key: { groupId }, value: shareTopicsValue(topics) };
}

/** The end of a member. */
export function shareMemberTombstones(groupId: string, memberId: string): ShareGroupRecord[] {
  const key = { groupId, memberId };
  return [
    { kind: 'share-current-member', key, value: null },
    { kind: 'share-target-member', key, value: null },
    { kind: 'share-member', key, value: null },
  ];
}

/** The end of the group. Who ends it has seen to it that there are no members and no state elsewhere. */
export function shareGroupTombstones({ groupId, members }: ShareGroup): ShareGroupRecord[] {
  const key = { groupId };
  return [
    ...Array.from(members, ({ memberId }) => shareMemberTombstones(groupId, memberId)).flat(),
    { kind: 'share-target', key, value: null },
    { kind: 'share-topics', key, value: null },
    { kind: 'share-group', key, value: null },
  ];
}

export function isShareGroupRecord(record: { readonly kind: string }): record is ShareGroupRecord {
  return record.kind.startsWith('share-');
}

export function serializeShareGroupRecord(record: ShareGroupRecord): LogRecord {
  switch (record.kind) {
    case 'share-group':
      return recordBytes(shareGroupMetadataRecord, record);
    case 'share-member':
      return recordBytes(shareGroupMemberMetadataRecord, record);
    case 'share-target':
      return recordBytes(shareGroupTargetAssignmentMetadataRecord, record);
    case 'share-target-member':
      return recordBytes(shareGroupTargetAssignmentMemberRecord, record);
    case 'share-current-member':
      return recordBytes(shareGroupCurrentMemberAssignmentRecord, record);
    case 'share-topics':
      return recordBytes(shareGroupStatePartitionMetadataRecord, record);
  }
}

/** Undefined for records of other kinds. */
export function deserializeShareGroupRecord(
  decoded: DecodedKey<typeof GROUP_RECORDS>,
  value: Buffer | null,
): ShareGroupRecord | undefined {
  const { key, type } = decoded;
  switch (type) {
    case 10:
      return { kind: 'share-member', key, value: value && decodeRecordValue(shareGroupMemberMetadataRecord, value) };
    case 11:
      return { kind: 'share-group', key, value: value && decodeRecordValue(shareGroupMetadataRecord, value) };
    case 12:
      return {
        kind: 'share-target',
        key,
        value: value && decodeRecordValue(shareGroupTargetAssignmentMetadataRecord, value),
      };
    case 13:
      return {
        kind: 'share-target-member',
        key,
        value: value && decodeRecordValue(shareGroupTargetAssignmentMemberRecord, value),
      };
    case 14:
      return {
        kind: 'share-current-member',
        key,
        value: value && decodeRecordValue(shareGroupCurrentMemberAssignmentRecord, value),
      };
    case 15:
      return {
        kind: 'share-topics',
        key,
        value: value && decodeRecordValue(shareGroupStatePartitionMetadataRecord, value),
      };
    default:
      return undefined;
  }
}
