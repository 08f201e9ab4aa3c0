// Removes a voter from the metadata quorum.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { int16, int32, string, uuid } from '../schema/field.ts';

export const removeRaftVoter = api({
  key: 81,
  name: 'RemoveRaftVoter',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['controller', 'broker'],
  request: {
    clusterId: string({ nullable: '0+' }),
    voterId: int32(),
    voterDirectoryId: uuid(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
});

export type RemoveRaftVoterRequest = RequestOf<typeof removeRaftVoter>;
export type RemoveRaftVoterResponse = ResponseOf<typeof removeRaftVoter>;
