// Describes the cluster: its id, controller and nodes.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int8, int16, int32, string, struct } from '../schema/field.ts';

export const describeCluster = api({
  key: 60,
  name: 'DescribeCluster',
  versions: '0-2',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    includeClusterAuthorizedOperations: boolean(),
    endpointType: int8({ versions: '1+', default: 1 }),
    includeFencedBrokers: boolean({ versions: '2+' }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    endpointType: int8({ versions: '1+', default: 1 }),
    clusterId: string(),
    controllerId: int32({ default: -1 }),
    brokers: array(
      struct({
        brokerId: int32(),
        host: string(),
        port: int32(),
        rack: string({ nullable: '0+', default: null }),
        isFenced: boolean({ versions: '2+' }),
      }),
    ),
    clusterAuthorizedOperations: int32({ default: -2147483648 }),
  },
});

export type DescribeClusterRequest = RequestOf<typeof describeCluster>;
export type DescribeClusterResponse = ResponseOf<typeof describeCluster>;
