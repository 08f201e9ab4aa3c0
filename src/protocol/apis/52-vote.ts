// A candidate asks the voters of the metadata quorum for their votes.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, int64, string, struct, uint16, uuid } from '../schema/field.ts';

export const vote = api({
  key: 52,
  name: 'Vote',
  versions: '0-2',
  flexibleVersions: '0+',
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
            replicaEpoch: int32(),
            replicaId: int32(),
            replicaDirectoryId: uuid({ versions: '1+', ignorable: true }),
            voterDirectoryId: uuid({ versions: '1+', ignorable: true }),
            lastOffsetEpoch: int32(),
            lastOffset: int64(),
            preVote: boolean({ versions: '2+' }),
          }),
        ),
      }),
    ),
  },
  response: {
    errorCode: int16(),
    topics: array(
      struct({
        topicName: string(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            leaderId: int32(),
            leaderEpoch: int32(),
            voteGranted: boolean(),
          }),
        ),
      }),
    ),
    nodeEndpoints: array(struct({ nodeId: int32(), host: string(), port: uint16() }), { versions: '1+', tag: 0 }),
  },
});

export type VoteRequest = RequestOf<typeof vote>;
export type VoteResponse = ResponseOf<typeof vote>;
