// The partitions that a consumer group knew of. Apache Kafka 4.0 and older wrote it; newer ones only delete it.

import { array, int32, string, struct, uuid } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const consumerGroupPartitionMetadataRecord = coordinatorRecord({
  type: 4,
  name: 'ConsumerGroupPartitionMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
  },
  value: {
    topics: array(
      struct({
        topicId: uuid(),
        topicName: string(),
        numPartitions: int32(),
        partitionMetadata: array(struct({ partition: int32(), racks: array(string()) })),
      }),
    ),
  },
});

export type ConsumerGroupPartitionMetadataKey = KeyOf<typeof consumerGroupPartitionMetadataRecord>;
export type ConsumerGroupPartitionMetadataValue = ValueOf<typeof consumerGroupPartitionMetadataRecord>;
