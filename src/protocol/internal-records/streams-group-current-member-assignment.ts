// The tasks that a member of a streams group has, and those that it still has to give up.

import { array, int8, int32, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const taskIds = struct({
  subtopologyId: string(),
  partitions: array(int32()),
  assignmentEpochs: array(int32(), { nullable: '0+', tag: 0 }),
});

export const streamsGroupCurrentMemberAssignmentRecord = coordinatorRecord({
  type: 22,
  name: 'StreamsGroupCurrentMemberAssignment',
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
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
    activeTasksPendingRevocation: array(taskIds),
    standbyTasksPendingRevocation: array(taskIds),
    warmupTasksPendingRevocation: array(taskIds),
  },
});

export type StreamsGroupCurrentMemberAssignmentKey = KeyOf<typeof streamsGroupCurrentMemberAssignmentRecord>;
export type StreamsGroupCurrentMemberAssignmentValue = ValueOf<typeof streamsGroupCurrentMemberAssignmentRecord>;
