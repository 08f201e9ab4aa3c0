// The records that end members of a consumer group, and the group itself, in an order in which no record is left without what it hangs on.

import type { ConsumerGroup } from './consumer-group.ts';
import {
  type ConsumerGroupRecord,
  currentMemberTombstone,
  groupEpochTombstone,
  memberTombstone,
  partitionMetadataTombstone,
  regexTombstone,
  targetMemberTombstone,
  targetTombstone,
} from './consumer-record.ts';

/** The end of a member. */
export function memberTombstones(groupId: string, memberId: string): ConsumerGroupRecord[] {
  return [
    currentMemberTombstone(groupId, memberId),
    targetMemberTombstone(groupId, memberId),
    memberTombstone(groupId, memberId),
  ];
}

/** The end of the group and of all its members. */
export function consumerGroupTombstones(group: ConsumerGroup): ConsumerGroupRecord[] {
  const { groupId } = group;
  const memberIds = Array.from(group.members, ({ memberId }) => memberId);
  return [
    ...memberIds.map((memberId) => currentMemberTombstone(groupId, memberId)),
    ...memberIds.map((memberId) => targetMemberTombstone(groupId, memberId)),
    targetTombstone(groupId),
    ...memberIds.map((memberId) => memberTombstone(groupId, memberId)),
    ...Array.from(group.resolvedRegexes.keys(), (regex) => regexTombstone(groupId, regex)),
    partitionMetadataTombstone(groupId),
    groupEpochTombstone(groupId),
  ];
}
