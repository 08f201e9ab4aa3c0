// The voters of the metadata quorum, in the metadata log.

import { array, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const votersRecord = message({
  name: 'VotersRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    version: int16(),
    voters: array(
      struct({
        voterId: int32(),
        voterDirectoryId: uuid(),
        endpoints: array(struct({ name: string(), host: string(), port: uint16() })),
        kRaftVersionFeature: struct({ minSupportedVersion: int16(), maxSupportedVersion: int16() }),
      }),
    ),
  },
});

export type VotersRecord = MessageOf<typeof votersRecord>;
