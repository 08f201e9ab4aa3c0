// Changes the start offsets of a share group without members.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';

export const alterShareGroupOffsets = api({
  key: 91,
  name: 'AlterShareGroupOffsets',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    topics: array(
      struct({ topicName: string(), partitions: array(struct({ partitionIndex: int32(), startOffset: int64() })) }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    responses: array(
      struct({
        topicName: string(),
        topicId: uuid(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            errorMessage: string({ nullable: '0+', default: null }),
          }),
        ),
      }),
    ),
  },
});

export type AlterShareGroupOffsetsRequest = RequestOf<typeof alterShareGroupOffsets>;
export type AlterShareGroupOffsetsResponse = ResponseOf<typeof alterShareGroupOffsets>;
