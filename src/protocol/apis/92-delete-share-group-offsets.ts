// Deletes the start offsets of topics of a share group.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uuid } from '../schema/field.ts';

export const deleteShareGroupOffsets = api({
  key: 92,
  name: 'DeleteShareGroupOffsets',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    topics: array(struct({ topicName: string() })),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    responses: array(
      struct({
        topicName: string(),
        topicId: uuid(),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+', default: null }),
      }),
    ),
  },
});

export type DeleteShareGroupOffsetsRequest = RequestOf<typeof deleteShareGroupOffsets>;
export type DeleteShareGroupOffsetsResponse = ResponseOf<typeof deleteShareGroupOffsets>;
