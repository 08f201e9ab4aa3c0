// The epoch of a streams group's target assignment.

import { int32, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const streamsGroupTargetAssignmentMetadataRecord = coordinatorRecord({
  type: 20,
  name: 'StreamsGroupTargetAssignmentMetadata',
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

export type StreamsGroupTargetAssignmentMetadataKey = KeyOf<typeof streamsGroupTargetAssignmentMetadataRecord>;
export type StreamsGroupTargetAssignmentMetadataValue = ValueOf<typeof streamsGroupTargetAssignmentMetadataRecord>;
