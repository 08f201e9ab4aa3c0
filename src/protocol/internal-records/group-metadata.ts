// A classic group: generation, protocol, leader, members with their subscriptions and assignments.

import { array, bytes, int32, int64, string, struct } from '../schema/field.ts';
import { coordinatorRecord, type KeyOf, type ValueOf } from './coordinator-record.ts';

const memberMetadata = struct({
  memberId: string(),
  groupInstanceId: string({ versions: '3+', nullable: '3+', default: null, ignorable: true }),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeout: int32({ versions: '1+', default: -1, ignorable: true }),
  sessionTimeout: int32(),
  subscription: bytes(),
  assignment: bytes(),
});

export const groupMetadataRecord = coordinatorRecord({
  type: 2,
  name: 'GroupMetadata',
  versions: '0-4',
  flexibleVersions: '4+',
  key: {
    group: string(),
  },
  value: {
    protocolType: string(),
    generation: int32(),
    protocol: string({ nullable: '0+' }),
    leader: string({ nullable: '0+' }),
    currentStateTimestamp: int64({ versions: '2+', default: -1n, ignorable: true }),
    members: array(memberMetadata),
  },
});

export type GroupMetadataKey = KeyOf<typeof groupMetadataRecord>;
export type GroupMetadataValue = ValueOf<typeof groupMetadataRecord>;
