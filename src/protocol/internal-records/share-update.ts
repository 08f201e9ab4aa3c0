// What has changed in the kept state of a share partition since its snapshot.

import { array, int8, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const shareUpdateRecord = coordinatorRecord({
  type: 1,
  name: 'ShareUpdate',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    topicId: uuid(),
    partition: int32(),
  },
  value: {
    snapshotEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32({ default: -1, tag: 0 }),
    stateBatches: array(
      struct({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
    ),
  },
});

export type ShareUpdateKey = KeyOf<typeof shareUpdateRecord>;
export type ShareUpdateValue = ValueOf<typeof shareUpdateRecord>;
