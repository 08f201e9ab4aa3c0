// The first record of a snapshot of the metadata log.

import { int16, int64 } from '../schema/field.ts';
import { type MessageOf, message } from '../schema/message.ts';

export const snapshotHeaderRecord = message({
  name: 'SnapshotHeaderRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    version: int16(),
    lastContainedLogTimestamp: int64(),
  },
});

export type SnapshotHeaderRecord = MessageOf<typeof snapshotHeaderRecord>;
