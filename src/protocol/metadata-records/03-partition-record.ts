// A partition was created, or appears whole in a snapshot.

import { array, int8, int32, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const partitionRecord = metadataRecord({
  type: 3,
  name: 'PartitionRecord',
  versions: '0-2',
  flexibleVersions: '0+',
  fields: {
    partitionId: int32({ default: -1 }),
    topicId: uuid(),
    replicas: array(int32()),
    isr: array(int32()),
    removingReplicas: array(int32()),
    addingReplicas: array(int32()),
    leader: int32({ default: -1 }),
    leaderRecoveryState: int8({ default: 0, tag: 0 }),
    leaderEpoch: int32({ default: -1 }),
    partitionEpoch: int32({ default: -1 }),
    directories: array(uuid(), { versions: '1+' }),
    eligibleLeaderReplicas: array(int32(), { versions: '2+', nullable: '2+', default: null, tag: 1 }),
    lastKnownElr: array(int32(), { versions: '2+', nullable: '2+', default: null, tag: 2 }),
  },
});

export type PartitionRecord = MetadataRecordOf<typeof partitionRecord>;
