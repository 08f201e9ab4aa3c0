// What a member of a consumer group is to own.

import { array, int32, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const consumerGroupTargetAssignmentMemberRecord = coordinatorRecord({
  type: 7,
  name: 'ConsumerGroupTargetAssignmentMember',
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

export type ConsumerGroupTargetAssignmentMemberKey = KeyOf<typeof consumerGroupTargetAssignmentMemberRecord>;
export type ConsumerGroupTargetAssignmentMemberValue = ValueOf<typeof consumerGroupTargetAssignmentMemberRecord>;
