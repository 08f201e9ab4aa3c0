// Members go: by leaving, or because they were not heard of in time. When only members of the classic protocol stay, the group may
// become a classic one.

import type { GroupResult } from '../group-context.ts';
import type { ConsumerDraft } from './consumer-draft.ts';
import { type ConsumerMember, regexOf } from './consumer-member.ts';
import { groupEpochRecord, regexTombstone } from './consumer-record.ts';
import { stopMemberTimers } from './consumer-timers.ts';
import { canDowngrade, downgrade } from './downgrade.ts';
import { metadataHash } from './metadata-hash.ts';
import { memberTombstones } from './tombstones.ts';

export function fenceMembers<Response>(
  draft: ConsumerDraft,
  members: readonly ConsumerMember[],
  response: Response,
): GroupResult<Response> {
  const { context, group } = draft;
  const { groupId } = group;
  if (members.length === 0) return draft.finish(response);
  if (canDowngrade(context, group, members)) {
    const result = downgrade(
      draft,
      { leaving: members, reason: 'the last member of the consumer protocol left' },
      response,
    );
    if (result !== undefined) return result;
  }
  for (const { memberId } of members) {
    for (const record of memberTombstones(groupId, memberId)) draft.write(record);
    draft.effect(() => stopMemberTimers(context, groupId, memberId));
  }
  const left = draft.group.subscribedRegexes();
  for (const regex of new Set(members.map(regexOf)))
    if (regex !== undefined && !left.has(regex)) draft.write(regexTombstone(groupId, regex));
  const hash = metadataHash(draft.group.subscribedTopics, context.topics());
  draft.write(groupEpochRecord(groupId, group.groupEpoch + 1, hash));
  return draft.finish(response);
}
