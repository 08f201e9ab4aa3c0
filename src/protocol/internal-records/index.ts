// The records of the internal topics, by topic and type.

import { consumerGroupCurrentMemberAssignmentRecord } from './consumer-group-current-member-assignment.ts';
import { consumerGroupMemberMetadataRecord } from './consumer-group-member-metadata.ts';
import { consumerGroupMetadataRecord } from './consumer-group-metadata.ts';
import { consumerGroupPartitionMetadataRecord } from './consumer-group-partition-metadata.ts';
import { consumerGroupRegularExpressionRecord } from './consumer-group-regular-expression.ts';
import { consumerGroupTargetAssignmentMemberRecord } from './consumer-group-target-assignment-member.ts';
import { consumerGroupTargetAssignmentMetadataRecord } from './consumer-group-target-assignment-metadata.ts';
import { groupMetadataRecord } from './group-metadata.ts';
import { legacyOffsetCommitRecord } from './legacy-offset-commit.ts';
import { offsetCommitRecord } from './offset-commit.ts';
import { shareGroupCurrentMemberAssignmentRecord } from './share-group-current-member-assignment.ts';
import { shareGroupMemberMetadataRecord } from './share-group-member-metadata.ts';
import { shareGroupMetadataRecord } from './share-group-metadata.ts';
import { shareGroupStatePartitionMetadataRecord } from './share-group-state-partition-metadata.ts';
import { shareGroupTargetAssignmentMemberRecord } from './share-group-target-assignment-member.ts';
import { shareGroupTargetAssignmentMetadataRecord } from './share-group-target-assignment-metadata.ts';
import { shareSnapshotRecord } from './share-snapshot.ts';
import { shareUpdateRecord } from './share-update.ts';
import { streamsGroupCurrentMemberAssignmentRecord } from './streams-group-current-member-assignment.ts';
import { streamsGroupMemberMetadataRecord } from './streams-group-member-metadata.ts';
import { streamsGroupMetadataRecord } from './streams-group-metadata.ts';
import { streamsGroupTargetAssignmentMemberRecord } from './streams-group-target-assignment-member.ts';
import { streamsGroupTargetAssignmentMetadataRecord } from './streams-group-target-assignment-metadata.ts';
import { streamsGroupTopologyRecord } from './streams-group-topology.ts';
import { transactionLogRecord } from './transaction-log.ts';

/** Records of `__consumer_offsets`, by type: classic, consumer, share and streams groups and their offsets. */
export const GROUP_RECORDS = {
  0: legacyOffsetCommitRecord,
  1: offsetCommitRecord,
  2: groupMetadataRecord,
  3: consumerGroupMetadataRecord,
  4: consumerGroupPartitionMetadataRecord,
  5: consumerGroupMemberMetadataRecord,
  6: consumerGroupTargetAssignmentMetadataRecord,
  7: consumerGroupTargetAssignmentMemberRecord,
  8: consumerGroupCurrentMemberAssignmentRecord,
  10: shareGroupMemberMetadataRecord,
  11: shareGroupMetadataRecord,
  12: shareGroupTargetAssignmentMetadataRecord,
  13: shareGroupTargetAssignmentMemberRecord,
  14: shareGroupCurrentMemberAssignmentRecord,
  15: shareGroupStatePartitionMetadataRecord,
  16: consumerGroupRegularExpressionRecord,
  17: streamsGroupMetadataRecord,
  19: streamsGroupMemberMetadataRecord,
  20: streamsGroupTargetAssignmentMetadataRecord,
  21: streamsGroupTargetAssignmentMemberRecord,
  22: streamsGroupCurrentMemberAssignmentRecord,
  23: streamsGroupTopologyRecord,
} as const;

/** Records of `__transaction_state`, by type. */
export const TRANSACTION_RECORDS = {
  0: transactionLogRecord,
} as const;

/** Records of `__share_group_state`, by type. */
export const SHARE_RECORDS = {
  0: shareSnapshotRecord,
  1: shareUpdateRecord,
} as const;

export * from './consumer-group-current-member-assignment.ts';
export * from './consumer-group-member-metadata.ts';
export * from './consumer-group-metadata.ts';
export * from './consumer-group-partition-metadata.ts';
export * from './consumer-group-regular-expression.ts';
export * from './consumer-group-target-assignment-member.ts';
export * from './consumer-group-target-assignment-metadata.ts';
export * from './coordinator-record.ts';
export * from './group-metadata.ts';
export * from './legacy-offset-commit.ts';
export * from './offset-commit.ts';
export * from './share-group-current-member-assignment.ts';
export * from './share-group-member-metadata.ts';
export * from './share-group-metadata.ts';
export * from './share-group-state-partition-metadata.ts';
export * from './share-group-target-assignment-member.ts';
export * from './share-group-target-assignment-metadata.ts';
export * from './share-snapshot.ts';
export * from './share-update.ts';
export * from './streams-group-current-member-assignment.ts';
export * from './streams-group-member-metadata.ts';
export * from './streams-group-metadata.ts';
export * from './streams-group-target-assignment-member.ts';
export * from './streams-group-target-assignment-metadata.ts';
export * from './streams-group-topology.ts';
export * from './transaction-log.ts';
