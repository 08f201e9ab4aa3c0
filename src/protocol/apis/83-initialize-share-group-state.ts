// Begins the kept state of share partitions, at a start offset.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';

export const initializeShareGroupState = api({
  key: 83,
  name: 'InitializeShareGroupState',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    topics: array(
      struct({
        topicId: uuid(),
        partitions: array(struct({ partition: int32(), stateEpoch: int32(), startOffset: int64() })),
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

export type InitializeShareGroupStateRequest = RequestOf<typeof initializeShareGroupState>;
export type InitializeShareGroupStateResponse = ResponseOf<typeof initializeShareGroupState>;
