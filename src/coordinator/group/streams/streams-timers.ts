// The timers of a streams group: each member's session and its time to give up tasks, and the delay before the first assignment.

import { restartSessionTimer, sessionKey } from '../classic/session.ts';
import { streamsGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { groupSetting } from '../group-settings.ts';
import { fenceMember } from './leave.ts';
import { draftStreamsGroup } from './streams-draft.ts';
import type { StreamsGroup } from './streams-group.ts';
import { MEMBER_STATE, type StreamsMember } from './streams-member.ts';

export function startSession(context: GroupContext, groupId: string, memberId: string): void {
  const timeoutMs = groupSetting(context, groupId, 'streams', 'session.timeout.ms');
  restartSessionTimer(context, groupId, memberId, timeoutMs, () =>
    end(context, groupId, memberId, 'its session timed out'),
  );
}

/** After loading: everyone gets a whole session. */
export function resumeTimers(context: GroupContext, group: StreamsGroup): void {
  for (const member of group.members) {
    startSession(context, group.groupId, member.memberId);
    if (member.state === MEMBER_STATE.unrevokedTasks) startRevocationTimer(context, group.groupId, member);
  }
}

/** The member must have given up what it was told to before the time is over. */
export function startRevocationTimer(
  context: GroupContext,
  groupId: string,
  { memberId, memberEpoch, rebalanceTimeoutMs }: StreamsMember,
): void {
  context.shard.timers.schedule(revocationKey(groupId, memberId), rebalanceTimeoutMs, () => {
    const isStill = streamsGroup(context, groupId)?.member(memberId)?.memberEpoch === memberEpoch;
    return isStill ? end(context, groupId, memberId, 'it did not give up its tasks in time') : NOTHING;
  });
}

export function stopRevocationTimer(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(revocationKey(groupId, memberId));
}

export function stopMemberTimers(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(sessionKey(groupId, memberId));
  stopRevocationTimer(context, groupId, memberId);
}

/** Further members that join meanwhile do not prolong it. */
export function startInitialDelay(
  context: GroupContext,
  groupId: string,
  delayMs: number,
  assign: () => GroupResult<undefined>,
): void {
  context.shard.timers.scheduleIfAbsent(initialDelayKey(groupId), delayMs, assign);
}

export function isInitialDelayRunning(context: GroupContext, groupId: string): boolean {
  return context.shard.timers.has(initialDelayKey(groupId));
}

const NOTHING: GroupResult<undefined> = { records: [], response: undefined };

function end(context: GroupContext, groupId: string, memberId: string, reason: string): GroupResult<undefined> {
  const group = streamsGroup(context, groupId);
  const member = group?.member(memberId);
  if (group === undefined || member === undefined) return NOTHING;
  context.logger.info({ groupId, memberId, reason }, 'a member is fenced from its streams group');
  return fenceMember(draftStreamsGroup(context, group), member, undefined);
}

function revocationKey(groupId: string, memberId: string): string {
  return `streams-revocation-${groupId}-${memberId}`;
}

function initialDelayKey(groupId: string): string {
  return `streams-initial-delay-${groupId}`;
}
