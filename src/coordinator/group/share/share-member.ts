// One member of a share group. A change makes a new object.

import type { ShareGroupCurrentMemberAssignmentValue, ShareGroupMemberMetadataValue } from '../../../protocol/index.ts';
import { type Assignment, NO_PARTITIONS, toAssignment } from '../consumer/assigned-partitions.ts';
import { sameSet } from '../consumer/same-set.ts';

export interface ShareMember {
  readonly memberId: string;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: ReadonlySet<string>;
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly assigned: Assignment;
}

export const LEAVE_EPOCH = -1;
export const JOIN_EPOCH = 0;

export function newShareMember(memberId: string): ShareMember {
  return {
    memberId,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: new Set(),
    memberEpoch: 0,
    previousMemberEpoch: -1,
    assigned: NO_PARTITIONS,
  };
}

export function withMetadata(member: ShareMember, value: ShareGroupMemberMetadataValue): ShareMember {
  const { rackId, clientId, clientHost, subscribedTopicNames } = value;
  return { ...member, rackId, clientId, clientHost, subscribedTopicNames: new Set(subscribedTopicNames) };
}

export function withAssignment(member: ShareMember, value: ShareGroupCurrentMemberAssignmentValue): ShareMember {
  const { memberEpoch, previousMemberEpoch, assignedPartitions } = value;
  return { ...member, memberEpoch, previousMemberEpoch, assigned: toAssignment(assignedPartitions) };
}

export function withoutAssignment(member: ShareMember): ShareMember {
  return { ...member, memberEpoch: LEAVE_EPOCH, previousMemberEpoch: LEAVE_EPOCH, assigned: NO_PARTITIONS };
}

/** Whether both have told the same about themselves. */
export function toldSame(one: ShareMember, other: ShareMember): boolean {
  return (
    one.rackId === other.rackId &&
    one.clientId === other.clientId &&
    one.clientHost === other.clientHost &&
    sameSet(one.subscribedTopicNames, other.subscribedTopicNames)
  );
}
