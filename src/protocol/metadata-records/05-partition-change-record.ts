// A partition has changed: only what changed is given.

import { array, int8, int32, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const partitionChangeRecord = metadataRecord({
  type: 5,
  name: 'PartitionChangeRecord',
  versions: '0-2',
  flexibleVersions: '0+',
  fields: {
    partitionId: int32({ default: -1 }),
    topicId: uuid(),
    isr: array(int32(), { nullable: '0+', default: null, tag: 0 }),
    leader: int32({ default: -2, tag: 1 }),
    replicas: array(int32(), { nullable: '0+', default: null, tag: 2 }),
    removingReplicas: array(int32(), { nullable: '0+', default: null, tag: 3 }),
    addingReplicas: array(int32(), { nullable: '0+', default: null, tag: 4 }),
    leaderRecoveryState: int8({ default: -1, tag: 5 }),
    directories: array(uuid(), { versions: '1+', nullable: '1+', default: null, tag: 8 }),
    eligibleLeaderReplicas: array(int32(), { versions: '2+', nullable: '2+', default: null, tag: 6 }),
    lastKnownElr: array(int32(), { versions: '2+', nullable: '2+', default: null, tag: 7 }),
  },
});

export type PartitionChangeRecord = MetadataRecordOf<typeof partitionChangeRecord>;
