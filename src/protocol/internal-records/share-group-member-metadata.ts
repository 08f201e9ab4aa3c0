// A member of a share group: its subscription and what it told about itself.

import { array, string } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

export const shareGroupMemberMetadataRecord = coordinatorRecord({
  type: 10,
  name: 'ShareGroupMemberMetadata',
  versions: '0',
  flexibleVersions: '0+',
  key: {
    groupId: string(),
    memberId: string(),
  },
  value: {
    rackId: string({ nullable: '0+' }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: array(string()),
  },
});

export type ShareGroupMemberMetadataKey = KeyOf<typeof shareGroupMemberMetadataRecord>;
export type ShareGroupMemberMetadataValue = ValueOf<typeof shareGroupMemberMetadataRecord>;
