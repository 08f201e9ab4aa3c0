// Describes the producers that a partition remembers.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, string, struct } from '../schema/field.ts';

export const describeProducers = api({
  key: 61,
  name: 'DescribeProducers',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    topics: array(struct({ name: string(), partitionIndexes: array(int32()) })),
  },
  response: {
    throttleTimeMs: int32(),
    topics: array(
      struct({
        name: string(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            errorMessage: string({ nullable: '0+', default: null }),
            activeProducers: array(
              struct({
                producerId: int64(),
                producerEpoch: int32(),
                lastSequence: int32({ default: -1 }),
                lastTimestamp: int64({ default: -1n }),
                coordinatorEpoch: int32(),
                currentTxnStartOffset: int64({ default: -1n }),
              }),
            ),
          }),
        ),
      }),
    ),
  },
});

export type DescribeProducersRequest = RequestOf<typeof describeProducers>;
export type DescribeProducersResponse = ResponseOf<typeof describeProducers>;
