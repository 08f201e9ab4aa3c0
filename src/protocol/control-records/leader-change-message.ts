// A new leader of the metadata quorum, in the metadata log.

import { array, int16, int32, struct, uuid } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

const voter = struct({ voterId: int32(), voterDirectoryId: uuid({ versions: '1+' }) });

export const leaderChangeMessage = message({
  name: 'LeaderChangeMessage',
  versions: '0-1',
  flexibleVersions: '0+',
  fields: {
    version: int16(),
    leaderId: int32(),
    voters: array(voter),
    grantingVoters: array(voter),
  },
});

export type LeaderChangeMessage = MessageOf<typeof leaderChangeMessage>;
