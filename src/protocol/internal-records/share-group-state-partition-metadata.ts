// Which share partitions of a group have kept state, are getting it, or are losing it.

import { array, int32, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const topicPartitionsInfo = struct({ topicId: uuid(), topicName: string(), partitions: array(int32()) });

const topicInfo = struct({ topicId: uuid(), topicName: string() });

export const shareGroupStatePartitionMetadataRecord = coordinatorRecord({
  type: 15,
  name: 'ShareGroupStatePartitionMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array(topicInfo),
  },
});

export type ShareGroupStatePartitionMetadataKey = KeyOf<typeof shareGroupStatePartitionMetadataRecord>;
export type ShareGroupStatePartitionMetadataValue = ValueOf<typeof shareGroupStatePartitionMetadataRecord>;
