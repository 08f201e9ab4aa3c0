// The epoch of a consumer group's target assignment.

import { int32, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const consumerGroupTargetAssignmentMetadataRecord = coordinatorRecord({
  type: 6,
  name: 'ConsumerGroupTargetAssignmentMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ default: 0n, tag: 0 }),
  },
});

export type ConsumerGroupTargetAssignmentMetadataKey = KeyOf<typeof consumerGroupTargetAssignmentMetadataRecord>;
export type ConsumerGroupTargetAssignmentMetadataValue = ValueOf<typeof consumerGroupTargetAssignmentMetadataRecord>;
