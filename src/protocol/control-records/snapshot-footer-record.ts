// The last record of a snapshot of the metadata log.

import { int16 } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const snapshotFooterRecord = message({
  name: 'SnapshotFooterRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    version: int16(),
  },
});

export type SnapshotFooterRecord = MessageOf<typeof snapshotFooterRecord>;
