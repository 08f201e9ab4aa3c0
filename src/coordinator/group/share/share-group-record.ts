// The records of share groups, in the versions and with the contents that Apache Kafka 4.3 writes.

import {
  shareGroupCurrentMemberAssignmentRecord,
  shareGroupMemberMetadataRecord,
  shareGroupMetadataRecord,
  shareGroupStatePartitionMetadataRecord,
  shareGroupTargetAssignmentMemberRecord,
  shareGroupTargetAssignmentMetadataRecord,
} from '../../../protocol/index.ts';
import { type Assignment, toTopicPartitions } from '../consumer/assigned-partitions.ts';
import { type RecordOf, RecordTable } from '../record-table.ts';
import type { ShareGroup } from './share-group.ts';
import type { ShareMember } from './share-member.ts';
import { type ShareTopics, shareTopicsValue } from './share-topics.ts';

export const shareGroupRecords = new RecordTable({
  'share-group': shareGroupMetadataRecord,
  'share-member': shareGroupMemberMetadataRecord,
  'share-target': shareGroupTargetAssignmentMetadataRecord,
  'share-target-member': shareGroupTargetAssignmentMemberRecord,
  'share-current-member': shareGroupCurrentMemberAssignmentRecord,
  'share-topics': shareGroupStatePartitionMetadataRecord,
});

export type ShareGroupRecord = RecordOf<typeof shareGroupRecords>;

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
