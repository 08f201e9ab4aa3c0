// A static member that comes back under another id takes over the place, the target and the partitions of the one before.

import type { ConsumerDraft } from './consumer-draft.ts';
import type { ConsumerMember } from './consumer-member.ts';
import { currentMemberRecord, memberRecord, targetMemberRecord } from './consumer-record.ts';
import { stopMemberTimers } from './consumer-timers.ts';
import { memberTombstones } from './tombstones.ts';

export function replaceStaticMember(draft: ConsumerDraft, old: ConsumerMember, memberId: string): ConsumerMember {
  const { context } = draft;
  const { groupId } = draft.group;
  const member: ConsumerMember = { ...old, memberId, memberEpoch: 0, previousMemberEpoch: 0 };
  const target = draft.group.target(old.memberId);
  for (const record of memberTombstones(groupId, old.memberId)) draft.write(record);
  draft.write(memberRecord(groupId, member));
  draft.write(targetMemberRecord(groupId, memberId, target));
  draft.write(currentMemberRecord(groupId, member));
  draft.effect(() => stopMemberTimers(context, groupId, old.memberId));
  return member;
}
