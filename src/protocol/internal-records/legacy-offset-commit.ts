// The oldest form of a committed offset. Read, never written.

import { int32, int64, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const legacyOffsetCommitRecord = coordinatorRecord({
  type: 0,
  name: 'LegacyOffsetCommit',
  versions: '0',
  key: {
    group: string(),
    topic: string(),
    partition: int32(),
  },
  value: {
    offset: int64(),
    metadata: string(),
    commitTimestamp: int64(),
  },
});

export type LegacyOffsetCommitKey = KeyOf<typeof legacyOffsetCommitRecord>;
export type LegacyOffsetCommitValue = ValueOf<typeof legacyOffsetCommitRecord>;
