// The tasks that a member of a streams group is to have.

import { array, int32, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const taskIds = struct({ subtopologyId: string(), partitions: array(int32()) });

export const streamsGroupTargetAssignmentMemberRecord = coordinatorRecord({
  type: 21,
  name: 'StreamsGroupTargetAssignmentMember',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    memberId: string(),
  },
  value: {
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
  },
});

export type StreamsGroupTargetAssignmentMemberKey = KeyOf<typeof streamsGroupTargetAssignmentMemberRecord>;
export type StreamsGroupTargetAssignmentMemberValue = ValueOf<typeof streamsGroupTargetAssignmentMemberRecord>;
