// Adds a voter to the metadata quorum.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';

export const addRaftVoter = api({
  key: 80,
  name: 'AddRaftVoter',
  versions: '0-1',
  flexibleVersions: '0+',
  listeners: ['controller', 'broker'],
  request: {
    clusterId: string({ nullable: '0+' }),
    timeoutMs: int32(),
    voterId: int32(),
    voterDirectoryId: uuid(),
    listeners: array(struct({ name: string(), host: string(), port: uint16() })),
    ackWhenCommitted: boolean({ versions: '1+', default: true }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
});

export type AddRaftVoterRequest = RequestOf<typeof addRaftVoter>;
export type AddRaftVoterResponse = ResponseOf<typeof addRaftVoter>;
