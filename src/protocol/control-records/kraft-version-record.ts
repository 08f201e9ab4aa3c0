// The version of the metadata quorum's own protocol, in the metadata log.

import { int16 } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const kraftVersionRecord = message({
  name: 'KRaftVersionRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    version: int16(),
    kRaftVersion: int16(),
  },
});

export type KRaftVersionRecord = MessageOf<typeof kraftVersionRecord>;
