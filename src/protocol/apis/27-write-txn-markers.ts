// The transaction coordinator has the end of transactions written into partitions.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int8, int16, int32, int64, string, struct } from '../schema/field.ts';

export const writeTxnMarkers = api({
  key: 27,
  name: 'WriteTxnMarkers',
  versions: '1-2',
  flexibleVersions: '1+',
  request: {
    markers: array(
      struct({
        producerId: int64(),
        producerEpoch: int16(),
        transactionResult: boolean(),
        topics: array(struct({ name: string(), partitionIndexes: array(int32()) })),
        coordinatorEpoch: int32(),
        transactionVersion: int8({ versions: '2+', default: 0, ignorable: true }),
      }),
    ),
  },
  response: {
    markers: array(
      struct({
        producerId: int64(),
        topics: array(
          struct({ name: string(), partitions: array(struct({ partitionIndex: int32(), errorCode: int16() })) }),
        ),
      }),
    ),
  },
});

export type WriteTxnMarkersRequest = RequestOf<typeof writeTxnMarkers>;
export type WriteTxnMarkersResponse = ResponseOf<typeof writeTxnMarkers>;
