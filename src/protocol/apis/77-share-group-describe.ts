// Describes share groups: members and their assignments.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, string, struct, uuid } from '../schema/field.ts';

const topicPartitions = struct({ topicId: uuid(), topicName: string(), partitions: array(int32()) });

const assignment = struct({ topicPartitions: array(topicPartitions) });

export const shareGroupDescribe = api({
  key: 77,
  name: 'ShareGroupDescribe',
  versions: '1',
  flexibleVersions: '0+',
  request: {
    groupIds: array(string()),
    includeAuthorizedOperations: boolean(),
  },
  response: {
    throttleTimeMs: int32(),
    groups: array(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+', default: null }),
        groupId: string(),
        groupState: string(),
        groupEpoch: int32(),
        assignmentEpoch: int32(),
        assignorName: string(),
        members: array(
          struct({
            memberId: string(),
            rackId: string({ nullable: '0+', default: null }),
            memberEpoch: int32(),
            clientId: string(),
            clientHost: string(),
            subscribedTopicNames: array(string()),
            assignment: assignment,
          }),
        ),
        authorizedOperations: int32({ default: -2147483648 }),
      }),
    ),
  },
});

export type ShareGroupDescribeRequest = RequestOf<typeof shareGroupDescribe>;
export type ShareGroupDescribeResponse = ResponseOf<typeof shareGroupDescribe>;
