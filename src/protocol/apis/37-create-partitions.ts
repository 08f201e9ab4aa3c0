// Adds partitions to topics.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, string, struct } from '../schema/field.ts';

export const createPartitions = api({
  key: 37,
  name: 'CreatePartitions',
  versions: '0-3',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array(
      struct({
        name: string(),
        count: int32(),
        assignments: array(struct({ brokerIds: array(int32()) }), { nullable: '0+' }),
      }),
    ),
    timeoutMs: int32(),
    validateOnly: boolean(),
  },
  response: {
    throttleTimeMs: int32(),
    results: array(
      struct({ name: string(), errorCode: int16(), errorMessage: string({ nullable: '0+', default: null }) }),
    ),
  },
});

export type CreatePartitionsRequest = RequestOf<typeof createPartitions>;
export type CreatePartitionsResponse = ResponseOf<typeof createPartitions>;
