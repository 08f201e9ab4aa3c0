// Elects leaders of partitions, the preferred ones or any.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, string, struct } from '../schema/field.ts';

export const electLeaders = api({
  key: 43,
  name: 'ElectLeaders',
  versions: '0-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    electionType: int8({ versions: '1+' }),
    topicPartitions: array(struct({ topic: string(), partitions: array(int32()) }), { nullable: '0+' }),
    timeoutMs: int32({ default: 60000 }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '1+' }),
    replicaElectionResults: array(
      struct({
        topic: string(),
        partitionResult: array(
          struct({ partitionId: int32(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) }),
        ),
      }),
    ),
  },
});

export type ElectLeadersRequest = RequestOf<typeof electLeaders>;
export type ElectLeadersResponse = ResponseOf<typeof electLeaders>;
