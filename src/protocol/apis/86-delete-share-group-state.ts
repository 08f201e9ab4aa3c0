// Deletes the kept state of share partitions.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uuid } from '../schema/field.ts';

export const deleteShareGroupState = api({
  key: 86,
  name: 'DeleteShareGroupState',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    groupId: string(),
    topics: array(struct({ topicId: uuid(), partitions: array(struct({ partition: int32() })) })),
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

export type DeleteShareGroupStateRequest = RequestOf<typeof deleteShareGroupState>;
export type DeleteShareGroupStateResponse = ResponseOf<typeof deleteShareGroupState>;
