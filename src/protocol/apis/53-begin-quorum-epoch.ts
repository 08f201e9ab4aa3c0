// A new leader of the metadata quorum announces itself to the voters.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';

export const beginQuorumEpoch = api({
  key: 53,
  name: 'BeginQuorumEpoch',
  versions: '0-1',
  flexibleVersions: '1+',
  listeners: ['controller'],
  request: {
    clusterId: string({ nullable: '0+', default: null }),
    voterId: int32({ versions: '1+', default: -1, ignorable: true }),
    topics: array(
      struct({
        topicName: string(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            voterDirectoryId: uuid({ versions: '1+', ignorable: true }),
            leaderId: int32(),
            leaderEpoch: int32(),
          }),
        ),
      }),
    ),
    leaderEndpoints: array(struct({ name: string(), host: string(), port: uint16() }), {
      versions: '1+',
      ignorable: true,
    }),
  },
  response: {
    errorCode: int16(),
    topics: array(
      struct({
        topicName: string(),
        partitions: array(
          struct({ partitionIndex: int32(), errorCode: int16(), leaderId: int32(), leaderEpoch: int32() }),
        ),
      }),
    ),
    nodeEndpoints: array(struct({ nodeId: int32(), host: string(), port: uint16() }), { versions: '1+', tag: 0 }),
  },
});

export type BeginQuorumEpochRequest = RequestOf<typeof beginQuorumEpoch>;
export type BeginQuorumEpochResponse = ResponseOf<typeof beginQuorumEpoch>;
