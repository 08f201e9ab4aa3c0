// The whole kept state of a share partition.

import { array, int8, int16, int32, int64, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const shareSnapshotRecord = coordinatorRecord({
  type: 0,
  name: 'ShareSnapshot',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    topicId: uuid(),
    partition: int32(),
  },
  value: {
    snapshotEpoch: int32(),
    stateEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32({ default: -1, tag: 0 }),
    createTimestamp: int64(),
    writeTimestamp: int64(),
    stateBatches: array(
      struct({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
    ),
  },
});

export type ShareSnapshotKey = KeyOf<typeof shareSnapshotRecord>;
export type ShareSnapshotValue = ValueOf<typeof shareSnapshotRecord>;
