// The records of consumer groups, in the versions and with the contents that Apache Kafka 4.3 writes.

import {
  type ConsumerGroupCurrentMemberAssignmentKey,
  type ConsumerGroupCurrentMemberAssignmentValue,
  type ConsumerGroupMemberMetadataKey,
  type ConsumerGroupMemberMetadataValue,
  type ConsumerGroupMetadataKey,
  type ConsumerGroupMetadataValue,
  type ConsumerGroupPartitionMetadataKey,
  type ConsumerGroupPartitionMetadataValue,
  type ConsumerGroupRegularExpressionKey,
  type ConsumerGroupRegularExpressionValue,
  type ConsumerGroupTargetAssignmentMemberKey,
  type ConsumerGroupTargetAssignmentMemberValue,
  type ConsumerGroupTargetAssignmentMetadataKey,
  type ConsumerGroupTargetAssignmentMetadataValue,
  consumerGroupCurrentMemberAssignmentRecord,
  consumerGroupMemberMetadataRecord,
  consumerGroupMetadataRecord,
  consumerGroupPartitionMetadataRecord,
  consumerGroupRegularExpressionRecord,
  consumerGroupTargetAssignmentMemberRecord,
  consumerGroupTargetAssignmentMetadataRecord,
  type DecodedKey,
  decodeRecordValue,
  type GROUP_RECORDS,
} from '../../../protocol/index.ts';
import type { LogRecord } from '../../runtime/coordinator-log.ts';
import { type RecordOf, recordBytes } from '../record-bytes.ts';
import { type Assignment, type OwnedPartitions, toTopicPartitions } from './assigned-partitions.ts';
import type { ConsumerMember } from './consumer-member.ts';

export type ConsumerGroupRecord =
  | RecordOf<'consumer-group', ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>
  | RecordOf<'consumer-partition-metadata', ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue>
  | RecordOf<'consumer-member', ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>
  | RecordOf<'consumer-target', ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>
  | RecordOf<'consumer-target-member', ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>
  | RecordOf<
      'consumer-current-member',
      ConsumerGroupCurrentMemberAssignmentKey,
      ConsumerGroupCurrentMemberAssignmentValue
    >
  | RecordOf<'consumer-regex', ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>;

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

export function serializeConsumerRecord(record: ConsumerGroupRecord): LogRecord {
  switch (record.kind) {
    case 'consumer-group':
      return recordBytes(consumerGroupMetadataRecord, record);
    case 'consumer-partition-metadata':
      return recordBytes(consumerGroupPartitionMetadataRecord, record);
    case 'consumer-member':
      return recordBytes(consumerGroupMemberMetadataRecord, record);
    case 'consumer-target':
      return recordBytes(consumerGroupTargetAssignmentMetadataRecord, record);
    case 'consumer-target-member':
      return recordBytes(consumerGroupTargetAssignmentMemberRecord, record);
    case 'consumer-current-member':
      return recordBytes(consumerGroupCurrentMemberAssignmentRecord, record);
    case 'consumer-regex':
      return recordBytes(consumerGroupRegularExpressionRecord, record);
  }
}

type DecodedGroupKey = DecodedKey<typeof GROUP_RECORDS>;

/** Undefined for records of other kinds. */
export function deserializeConsumerRecord(
  decoded: DecodedGroupKey,
  value: Buffer | null,
): ConsumerGroupRecord | undefined {
  switch (decoded.type) {
    case 3:
      return {
        kind: 'consumer-group',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupMetadataRecord, value),
      };
    case 4:
      return {
        kind: 'consumer-partition-metadata',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupPartitionMetadataRecord, value),
      };
    case 5:
      return {
        kind: 'consumer-member',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupMemberMetadataRecord, value),
      };
    case 6:
      return {
        kind: 'consumer-target',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupTargetAssignmentMetadataRecord, value),
      };
    case 7:
      return {
        kind: 'consumer-target-member',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupTargetAssignmentMemberRecord, value),
      };
    case 8:
      return {
        kind: 'consumer-current-member',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupCurrentMemberAssignmentRecord, value),
      };
    case 16:
      return {
        kind: 'consumer-regex',
        key: decoded.key,
        value: value && decodeRecordValue(consumerGroupRegularExpressionRecord, value),
      };
    default:
      return undefined;
  }
}

function withEpochs(owned: OwnedPartitions): ConsumerGroupCurrentMemberAssignmentValue['assignedPartitions'] {
  return Array.from(owned, ([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions.keys()],
    assignmentEpochs: [...partitions.values()],
  }));
}
