// The epoch of a share group's target assignment.

import { int32, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const shareGroupTargetAssignmentMetadataRecord = coordinatorRecord({
  type: 12,
  name: 'ShareGroupTargetAssignmentMetadata',
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

export type ShareGroupTargetAssignmentMetadataKey = KeyOf<typeof shareGroupTargetAssignmentMetadataRecord>;
export type ShareGroupTargetAssignmentMetadataValue = ValueOf<typeof shareGroupTargetAssignmentMetadataRecord>;
