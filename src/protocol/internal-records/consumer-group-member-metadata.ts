// A member of a consumer group: its subscription and what it told about itself.

import { array, bytes, int32, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const consumerGroupMemberMetadataRecord = coordinatorRecord({
  type: 5,
  name: 'ConsumerGroupMemberMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    memberId: string(),
  },
  value: {
    instanceId: string({ nullable: '0+' }),
    rackId: string({ nullable: '0+' }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: array(string()),
    subscribedTopicRegex: string({ nullable: '0+' }),
    rebalanceTimeoutMs: int32({ default: -1 }),
    serverAssignor: string({ nullable: '0+' }),
    classicMemberMetadata: struct(
      { sessionTimeoutMs: int32(), supportedProtocols: array(struct({ name: string(), metadata: bytes() })) },
      { nullable: '0+', tag: 0 },
    ),
  },
});

export type ConsumerGroupMemberMetadataKey = KeyOf<typeof consumerGroupMemberMetadataRecord>;
export type ConsumerGroupMemberMetadataValue = ValueOf<typeof consumerGroupMemberMetadataRecord>;
