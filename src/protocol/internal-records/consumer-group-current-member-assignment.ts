// What a member of a consumer group owns, and what it still has to give up.

import { array, int8, int32, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const topicPartitions = struct({
  topicId: uuid(),
  partitions: array(int32()),
  assignmentEpochs: array(int32(), { nullable: '0+', tag: 0 }),
});

export const consumerGroupCurrentMemberAssignmentRecord = coordinatorRecord({
  type: 8,
  name: 'ConsumerGroupCurrentMemberAssignment',
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
    partitionsPendingRevocation: array(topicPartitions),
  },
});

export type ConsumerGroupCurrentMemberAssignmentKey = KeyOf<typeof consumerGroupCurrentMemberAssignmentRecord>;
export type ConsumerGroupCurrentMemberAssignmentValue = ValueOf<typeof consumerGroupCurrentMemberAssignmentRecord>;
