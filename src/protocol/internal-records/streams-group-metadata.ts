// A streams group: its epoch, and what it was computed from.

import { array, int32, int64, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const lastAssignmentConfig = struct({ key: string(), value: string() });

export const streamsGroupMetadataRecord = coordinatorRecord({
  type: 17,
  name: 'StreamsGroupMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    epoch: int32(),
    metadataHash: int64(),
    validatedTopologyEpoch: int32({ default: -1, tag: 0 }),
    lastAssignmentConfigs: array(lastAssignmentConfig, { nullable: '0+', tag: 1 }),
  },
});

export type StreamsGroupMetadataKey = KeyOf<typeof streamsGroupMetadataRecord>;
export type StreamsGroupMetadataValue = ValueOf<typeof streamsGroupMetadataRecord>;
