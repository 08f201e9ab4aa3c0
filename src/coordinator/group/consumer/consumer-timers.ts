// The timers of a consumer group's members: the session; the time to give up partitions; and for members of the classic protocol the times
// to join and to sync. Each of them ends the member when it runs out.

import { restartSessionTimer, sessionKey } from '../classic/session.ts';
import { consumerGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { groupSetting } from '../group-settings.ts';
import { draftConsumerGroup } from './consumer-draft.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { type ConsumerMember, MEMBER_STATE } from './consumer-member.ts';
import { fenceMembers } from './fence.ts';

/** What the timer holds on to is there once for each member: no more than the ids. */
export function startSession(context: GroupContext, groupId: string, { memberId, classic }: ConsumerMember): void {
  const timeoutMs = classic?.sessionTimeoutMs ?? groupSetting(context, groupId, 'consumer', 'session.timeout.ms');
  restartSessionTimer(context, groupId, memberId, timeoutMs, () =>
    end(context, groupId, memberId, 'its session timed out'),
  );
}

/** After loading: everyone gets a whole session. */
export function resumeTimers(context: GroupContext, group: ConsumerGroup): void {
  for (const member of group.members) {
    startSession(context, group.groupId, member);
    if (member.classic === null && member.state === MEMBER_STATE.unrevokedPartitions)
      startRevocationTimer(context, group.groupId, member);
  }
}

/** The member must have given up what it was told to before the time is over. */
export function startRevocationTimer(
  context: GroupContext,
  groupId: string,
  { memberId, memberEpoch, rebalanceTimeoutMs }: ConsumerMember,
): void {
  context.shard.timers.schedule(revocationKey(groupId, memberId), rebalanceTimeoutMs, () => {
    const isStill = consumerGroup(context, groupId)?.member(memberId)?.memberEpoch === memberEpoch;
    return isStill ? end(context, groupId, memberId, 'it did not give up its partitions in time') : NOTHING;
  });
}

export function stopRevocationTimer(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(revocationKey(groupId, memberId));
}

/** Runs from the first time that a classic member is told to join again. */
export function startJoinTimer(context: GroupContext, groupId: string, member: ConsumerMember): void {
  context.shard.timers.scheduleIfAbsent(joinKey(groupId, member.memberId), member.rebalanceTimeoutMs, () =>
    end(context, groupId, member.memberId, 'it did not join in time'),
  );
}

export function stopJoinTimer(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(joinKey(groupId, memberId));
}

export function startSyncTimer(context: GroupContext, groupId: string, memberId: string, timeoutMs: number): void {
  context.shard.timers.schedule(syncKey(groupId, memberId), timeoutMs, () =>
    end(context, groupId, memberId, 'it did not sync in time'),
  );
}

export function stopSyncTimer(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(syncKey(groupId, memberId));
}

export function stopMemberTimers(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(sessionKey(groupId, memberId));
  stopRevocationTimer(context, groupId, memberId);
  stopJoinTimer(context, groupId, memberId);
  stopSyncTimer(context, groupId, memberId);
}

const NOTHING: GroupResult<undefined> = { records: [], response: undefined };

function end(context: GroupContext, groupId: string, memberId: string, reason: string): GroupResult<undefined> {
  const group = consumerGroup(context, groupId);
  const member = group?.member(memberId);
  if (group === undefined || member === undefined) return NOTHING;
  context.logger.info({ groupId, memberId, reason }, 'a member is fenced from its consumer group');
  return fenceMembers(draftConsumerGroup(context, groupId, group), [member], undefined);
}

function revocationKey(groupId: string, memberId: string): string {
  return `revocation-${groupId}-${memberId}`;
}

function joinKey(groupId: string, memberId: string): string {
  return `consumer-join-${groupId}-${memberId}`;
}

function syncKey(groupId: string, memberId: string): string {
  return `consumer-sync-${groupId}-${memberId}`;
}
