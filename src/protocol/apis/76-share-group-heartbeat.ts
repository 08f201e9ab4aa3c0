// The whole life of a member of a share group in one API (KIP-932).

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uuid } from '../schema/field.ts';

const topicPartitions = struct({ topicId: uuid(), partitions: array(int32()) });

export const shareGroupHeartbeat = api({
  key: 76,
  name: 'ShareGroupHeartbeat',
  versions: '1',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    rackId: string({ nullable: '0+', default: null }),
    subscribedTopicNames: array(string(), { nullable: '0+', default: null }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    memberId: string({ nullable: '0+', default: null }),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    assignment: struct({ topicPartitions: array(topicPartitions) }, { nullable: '0+', default: null }),
  },
});

export type ShareGroupHeartbeatRequest = RequestOf<typeof shareGroupHeartbeat>;
export type ShareGroupHeartbeatResponse = ResponseOf<typeof shareGroupHeartbeat>;
