// Starts or cancels the move of partitions to other replicas.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, string, struct } from '../schema/field.ts';

export const alterPartitionReassignments = api({
  key: 45,
  name: 'AlterPartitionReassignments',
  versions: '0-1',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    timeoutMs: int32({ default: 60000 }),
    allowReplicationFactorChange: boolean({ versions: '1+', default: true }),
    topics: array(
      struct({
        name: string(),
        partitions: array(
          struct({ partitionIndex: int32(), replicas: array(int32(), { nullable: '0+', default: null }) }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    allowReplicationFactorChange: boolean({ versions: '1+', default: true, ignorable: true }),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    responses: array(
      struct({
        name: string(),
        partitions: array(
          struct({ partitionIndex: int32(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) }),
        ),
      }),
    ),
  },
});

export type AlterPartitionReassignmentsRequest = RequestOf<typeof alterPartitionReassignments>;
export type AlterPartitionReassignmentsResponse = ResponseOf<typeof alterPartitionReassignments>;
