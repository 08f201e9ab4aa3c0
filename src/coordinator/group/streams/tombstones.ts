// The records that end members of a streams group, and the group itself, in an order in which no record is left without what it hangs on.

import type { StreamsGroup } from './streams-group.ts';
import {
  currentMemberTombstone,
  groupEpochTombstone,
  memberTombstone,
  type StreamsGroupRecord,
  targetMemberTombstone,
  targetTombstone,
  topologyTombstone,
} from './streams-record.ts';

/** The end of a member. */
export function memberTombstones(groupId: string, memberId: string): StreamsGroupRecord[] {
  return [
    currentMemberTombstone(groupId, memberId),
    targetMemberTombstone(groupId, memberId),
    memberTombstone(groupId, memberId),
  ];
}

/** The end of the group and of all its members. */
export function streamsGroupTombstones({ groupId, members }: StreamsGroup): StreamsGroupRecord[] {
  const memberIds = Array.from(members, ({ memberId }) => memberId);
  return [
    ...memberIds.map((memberId) => currentMemberTombstone(groupId, memberId)),
    ...memberIds.map((memberId) => targetMemberTombstone(groupId, memberId)),
    targetTombstone(groupId),
    ...memberIds.map((memberId) => memberTombstone(groupId, memberId)),
    groupEpochTombstone(groupId),
    topologyTombstone(groupId),
  ];
}
