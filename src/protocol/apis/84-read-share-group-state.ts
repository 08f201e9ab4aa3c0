// Reads the kept state of share partitions.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';

export const readShareGroupState = api({
  key: 84,
  name: 'ReadShareGroupState',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    topics: array(struct({ topicId: uuid(), partitions: array(struct({ partition: int32(), leaderEpoch: int32() })) })),
  },
  response: {
    results: array(
      struct({
        topicId: uuid(),
        partitions: array(
          struct({
            partition: int32(),
            errorCode: int16(),
            errorMessage: string({ nullable: '0+', default: null }),
            stateEpoch: int32(),
            startOffset: int64(),
            stateBatches: array(
              struct({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
            ),
          }),
        ),
      }),
    ),
  },
});

export type ReadShareGroupStateRequest = RequestOf<typeof readShareGroupState>;
export type ReadShareGroupStateResponse = ResponseOf<typeof readShareGroupState>;
