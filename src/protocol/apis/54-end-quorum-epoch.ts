// A leader of the metadata quorum resigns and names its preferred successors.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';

export const endQuorumEpoch = api({
  key: 54,
  name: 'EndQuorumEpoch',
  versions: '0-1',
  flexibleVersions: '1+',
  listeners: ['controller'],
  request: {
    clusterId: string({ nullable: '0+', default: null }),
    topics: array(
      struct({
        topicName: string(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            leaderId: int32(),
            leaderEpoch: int32(),
            preferredSuccessors: array(int32(), { versions: '0', ignorable: true }),
            preferredCandidates: array(struct({ candidateId: int32(), candidateDirectoryId: uuid() }), {
              versions: '1+',
              ignorable: true,
            }),
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

export type EndQuorumEpochRequest = RequestOf<typeof endQuorumEpoch>;
export type EndQuorumEpochResponse = ResponseOf<typeof endQuorumEpoch>;
