// A share group: its epoch.

import { int32, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const shareGroupMetadataRecord = coordinatorRecord({
  type: 11,
  name: 'ShareGroupMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    epoch: int32(),
    metadataHash: int64(),
  },
});

export type ShareGroupMetadataKey = KeyOf<typeof shareGroupMetadataRecord>;
export type ShareGroupMetadataValue = ValueOf<typeof shareGroupMetadataRecord>;
