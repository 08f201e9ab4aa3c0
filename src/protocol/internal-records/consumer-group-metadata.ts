// A consumer group: its epoch.

import { int32, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const consumerGroupMetadataRecord = coordinatorRecord({
  type: 3,
  name: 'ConsumerGroupMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    epoch: int32(),
    metadataHash: int64({ default: 0n, tag: 0 }),
  },
});

export type ConsumerGroupMetadataKey = KeyOf<typeof consumerGroupMetadataRecord>;
export type ConsumerGroupMetadataValue = ValueOf<typeof consumerGroupMetadataRecord>;
