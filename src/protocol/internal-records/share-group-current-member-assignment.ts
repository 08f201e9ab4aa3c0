// What a member of a share group is assigned.

import { array, int8, int32, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const topicPartitions = struct({ topicId: uuid(), partitions: array(int32()) });

export const shareGroupCurrentMemberAssignmentRecord = coordinatorRecord({
  type: 14,
  name: 'ShareGroupCurrentMemberAssignment',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    memberId: string(),
  },
  value: {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    assignedPartitions: array(topicPartitions),
  },
});

export type ShareGroupCurrentMemberAssignmentKey = KeyOf<typeof shareGroupCurrentMemberAssignmentRecord>;
export type ShareGroupCurrentMemberAssignmentValue = ValueOf<typeof shareGroupCurrentMemberAssignmentRecord>;
