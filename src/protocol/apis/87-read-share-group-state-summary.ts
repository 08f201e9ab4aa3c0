// Reads the start offset and the epochs of the kept state of share partitions, without the batches.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';

export const readShareGroupStateSummary = api({
  key: 87,
  name: 'ReadShareGroupStateSummary',
  versions: '0-1',
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
            leaderEpoch: int32(),
            startOffset: int64(),
            deliveryCompleteCount: int32({ versions: '1+', default: -1, ignorable: true }),
          }),
        ),
      }),
    ),
  },
});

export type ReadShareGroupStateSummaryRequest = RequestOf<typeof readShareGroupStateSummary>;
export type ReadShareGroupStateSummaryResponse = ResponseOf<typeof readShareGroupStateSummary>;
