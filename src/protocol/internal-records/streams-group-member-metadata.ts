// A member of a streams group: process, endpoint, tags, topology epoch.

import { array, int32, string, struct, uint16 } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const endpointFields = { host: string(), port: uint16() };

const keyValue = struct({ key: string(), value: string() });

export const streamsGroupMemberMetadataRecord = coordinatorRecord({
  type: 19,
  name: 'StreamsGroupMemberMetadata',
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
    rebalanceTimeoutMs: int32({ default: -1 }),
    topologyEpoch: int32(),
    processId: string(),
    userEndpoint: struct(endpointFields, { nullable: '0+', default: null }),
    clientTags: array(keyValue),
  },
});

export type StreamsGroupMemberMetadataKey = KeyOf<typeof streamsGroupMemberMetadataRecord>;
export type StreamsGroupMemberMetadataValue = ValueOf<typeof streamsGroupMemberMetadataRecord>;
