// What a member of a share group is to be assigned.

import { array, int32, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const shareGroupTargetAssignmentMemberRecord = coordinatorRecord({
  type: 13,
  name: 'ShareGroupTargetAssignmentMember',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    memberId: string(),
  },
  value: {
    topicPartitions: array(struct({ topicId: uuid(), partitions: array(int32()) })),
  },
});

export type ShareGroupTargetAssignmentMemberKey = KeyOf<typeof shareGroupTargetAssignmentMemberRecord>;
export type ShareGroupTargetAssignmentMemberValue = ValueOf<typeof shareGroupTargetAssignmentMemberRecord>;
