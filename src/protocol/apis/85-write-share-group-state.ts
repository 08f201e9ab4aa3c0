// Writes the kept state of share partitions.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';

export const writeShareGroupState = api({
  key: 85,
  name: 'WriteShareGroupState',
  versions: '0-1',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    topics: array(
      struct({
        topicId: uuid(),
        partitions: array(
          struct({
            partition: int32(),
            stateEpoch: int32(),
            leaderEpoch: int32(),
            startOffset: int64(),
            deliveryCompleteCount: int32({ versions: '1+', default: -1, ignorable: true }),
            stateBatches: array(
              struct({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
            ),
          }),
        ),
      }),
    ),
  },
  response: {
    results: array(
      struct({
        topicId: uuid(),
        partitions: array(
          struct({ partition: int32(), errorCode: int16(), errorMessage: string({ nullable: '0+', default: null }) }),
        ),
      }),
    ),
  },
});

export type WriteShareGroupStateRequest = RequestOf<typeof writeShareGroupState>;
export type WriteShareGroupStateResponse = ResponseOf<typeof writeShareGroupState>;
