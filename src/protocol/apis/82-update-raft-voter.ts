// A voter tells the leader of the metadata quorum its endpoints and versions.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';

export const updateRaftVoter = api({
  key: 82,
  name: 'UpdateRaftVoter',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    clusterId: string({ nullable: '0+' }),
    currentLeaderEpoch: int32(),
    voterId: int32(),
    voterDirectoryId: uuid(),
    listeners: array(struct({ name: string(), host: string(), port: uint16() })),
    kRaftVersionFeature: struct({ minSupportedVersion: int16(), maxSupportedVersion: int16() }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    currentLeader: struct(
      { leaderId: int32({ default: -1 }), leaderEpoch: int32({ default: -1 }), host: string(), port: int32() },
      { tag: 0 },
    ),
  },
});

export type UpdateRaftVoterRequest = RequestOf<typeof updateRaftVoter>;
export type UpdateRaftVoterResponse = ResponseOf<typeof updateRaftVoter>;
