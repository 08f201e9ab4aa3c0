// A committed offset of a group. A null value is a tombstone: the offset was deleted or has expired.

import { int32, int64, string, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const offsetCommitRecord = coordinatorRecord({
  type: 1,
  name: 'OffsetCommit',
  versions: '0-4',
  flexibleVersions: '4+',
  key: {
    group: string(),
    topic: string(),
    partition: int32(),
  },
  value: {
    offset: int64(),
    leaderEpoch: int32({ versions: '3+', default: -1, ignorable: true }),
    metadata: string(),
    commitTimestamp: int64(),
    expireTimestamp: int64({ versions: '1', default: -1n, ignorable: true }),
    topicId: uuid({ versions: '4+', ignorable: true, tag: 0 }),
  },
});

export type OffsetCommitKey = KeyOf<typeof offsetCommitRecord>;
export type OffsetCommitValue = ValueOf<typeof offsetCommitRecord>;
