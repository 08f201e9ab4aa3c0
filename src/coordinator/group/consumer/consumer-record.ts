// The records of consumer groups, in the versions and with the contents that Apache Kafka 4.3 writes.

import {
  type ConsumerGroupCurrentMemberAssignmentValue,
  consumerGroupCurrentMemberAssignmentRecord,
  consumerGroupMemberMetadataRecord,
  consumerGroupMetadataRecord,
  consumerGroupPartitionMetadataRecord,
  consumerGroupRegularExpressionRecord,
  consumerGroupTargetAssignmentMemberRecord,
  consumerGroupTargetAssignmentMetadataRecord,
} from '../../../protocol/index.ts';
import { type RecordOf, RecordTable } from '../record-table.ts';
import { type Assignment, type OwnedPartitions, toTopicPartitions } from './assigned-partitions.ts';
import type { ConsumerMember } from './consumer-member.ts';

export const consumerGroupRecords = new RecordTable({
  'consumer-group': consumerGroupMetadataRecord,
  'consumer-partition-metadata': consumerGroupPartitionMetadataRecord,
  'consumer-member': consumerGroupMemberMetadataRecord,
  'consumer-target': consumerGroupTargetAssignmentMetadataRecord,
  'consumer-target-member': consumerGroupTargetAssignmentMemberRecord,
  'consumer-current-member': consumerGroupCurrentMemberAssignmentRecord,
  'consumer-regex': consumerGroupRegularExpressionRecord,
});

export type ConsumerGroupRecord = RecordOf<typeof consumerGroupRecords>;

/** The topics that a regular expression stood for. */
export interface ResolvedRegex {
  readonly topics: ReadonlySet<string>;
  /** Of the metadata that it was held against. */
  readonly version: bigint;
  readonly timestampMs: bigint;
}

export function groupEpochRecord(groupId: string, epoch: number, metadataHash: bigint): ConsumerGroupRecord {
  return { kind: 'consumer-group', key: { groupId }, value: { epoch, metadataHash } };
}

export function groupEpochTombstone(groupId: string): ConsumerGroupRecord {
  return { kind: 'consumer-group', key: { groupId }, value: null };
}

export function partitionMetadataTombstone(groupId: string): ConsumerGroupRecord {
  return { kind: 'consumer-partition-metadata', key: { groupId }, value: null };
}

export function memberRecord(groupId: string, member: ConsumerMember): ConsumerGroupRecord {
  return {
    kind: 'consumer-member',
    key: { groupId, memberId: member.memberId },
    value: {
      instanceId: member.instanceId,
      rackId: member.rackId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...member.subscribedTopicNames].sort(),
      subscribedTopicRegex: member.subscribedTopicRegex,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      serverAssignor: member.serverAssignor,
      classicMemberMetadata: member.classic,
    },
  };
}

export function memberTombstone(groupId: string, memberId: string): ConsumerGroupRecord {
  return { kind: 'consumer-member', key: { groupId, memberId }, value: null };
}

export function targetRecord(groupId: string, assignmentEpoch: number, timestampMs: bigint): ConsumerGroupRecord {
  return { kind: 'consumer-target', key: { groupId }, value: { assignmentEpoch, assignmentTimestamp: timestampMs } };
}

export function targetTombstone(groupId: string): ConsumerGroupRecord {
  return { kind: 'consumer-target', key: { groupId }, value: null };
}

export function targetMemberRecord(groupId: string, memberId: string, assignment: Assignment): ConsumerGroupRecord {
  const topicPartitions = toTopicPartitions(assignment);
  return { kind: 'consumer-target-member', key: { groupId, memberId }, value: { topicPartitions } };
}

export function targetMemberTombstone(groupId: string, memberId: string): ConsumerGroupRecord {
  return { kind: 'consumer-target-member', key: { groupId, memberId }, value: null };
}

export function currentMemberRecord(groupId: string, member: ConsumerMember): ConsumerGroupRecord {
  return {
    kind: 'consumer-current-member',
    key: { groupId, memberId: member.memberId },
    value: {
      memberEpoch: member.memberEpoch,
      previousMemberEpoch: member.previousMemberEpoch,
      state: member.state,
      assignedPartitions: withEpochs(member.assigned),
      partitionsPendingRevocation: withEpochs(member.pendingRevocation),
    },
  };
}

export function currentMemberTombstone(groupId: string, memberId: string): ConsumerGroupRecord {
  return { kind: 'consumer-current-member', key: { groupId, memberId }, value: null };
}

export function regexRecord(groupId: string, regularExpression: string, regex: ResolvedRegex): ConsumerGroupRecord {
  return {
    kind: 'consumer-regex',
    key: { groupId, regularExpression },
    value: { topics: [...regex.topics].sort(), version: regex.version, timestamp: regex.timestampMs },
  };
}

export function regexTombstone(groupId: string, regularExpression: string): ConsumerGroupRecord {
  return { kind: 'consumer-regex', key: { groupId, regularExpression }, value: null };
}

function withEpochs(owned: OwnedPartitions): ConsumerGroupCurrentMemberAssignmentValue['assignedPartitions'] {
  return Array.from(owned, ([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions.keys()],
    assignmentEpochs: [...partitions.values()],
  }));
}
