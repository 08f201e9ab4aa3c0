// Deletes committed offsets of topics that a group is not subscribed to.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct } from '../schema/field.ts';

export const offsetDelete = api({
  key: 47,
  name: 'OffsetDelete',
  versions: '0',
  request: {
    groupId: string(),
    topics: array(struct({ name: string(), partitions: array(struct({ partitionIndex: int32() })) })),
  },
  response: {
    errorCode: int16(),
    throttleTimeMs: int32(),
    topics: array(
      struct({ name: string(), partitions: array(struct({ partitionIndex: int32(), errorCode: int16() })) }),
    ),
  },
});

export type OffsetDeleteRequest = RequestOf<typeof offsetDelete>;
export type OffsetDeleteResponse = ResponseOf<typeof offsetDelete>;
