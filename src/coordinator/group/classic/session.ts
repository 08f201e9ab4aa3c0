// The session of a classic group's member: it ends, and the member with it, when nothing is heard from it for its session timeout.

import { classicGroup } from '../find-group.ts';
import { applied, type GroupContext, type GroupResult } from '../group-context.ts';
import type { GroupRecord } from '../group-record.ts';
import type { ClassicGroup } from './classic-group.ts';
import { type ClassicMember, isAliveWithoutHeartbeat } from './classic-member.ts';
import { completeJoinPhase, rebalance } from './rebalance.ts';

/** Kafka's bound for a JoinGroup of a new member that waits: it may have gone, and cannot be asked. */
export const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000;

export function restartSession(
  context: GroupContext,
  group: ClassicGroup,
  member: ClassicMember,
  timeoutMs: number = member.sessionTimeoutMs,
): void {
  startSession(context, group.groupId, member.memberId, timeoutMs);
}

/** Also for ids that were given out and have not joined. */
export function startSession(context: GroupContext, groupId: string, memberId: string, timeoutMs: number): void {
  restartSessionTimer(context, groupId, memberId, timeoutMs, () =>
    applied(expireSession(context, groupId, memberId), undefined),
  );
}

/** A member has one session, whichever kind of group its group is or becomes. */
export function restartSessionTimer(
  context: GroupContext,
  groupId: string,
  memberId: string,
  timeoutMs: number,
  expire: () => GroupResult<undefined>,
): void {
  context.shard.timers.schedule(sessionKey(groupId, memberId), timeoutMs, expire);
}

export function endSession(context: GroupContext, groupId: string, memberId: string): void {
  context.shard.timers.cancel(sessionKey(groupId, memberId));
}

export function sessionKey(groupId: string, memberId: string): string {
  return `session-${groupId}-${memberId}`;
}

function expireSession(context: GroupContext, groupId: string, memberId: string): readonly GroupRecord[] {
  const group = classicGroup(context, groupId);
  if (group === undefined) return [];
  const member = group.member(memberId);
  if (group.pendingMemberIds.has(memberId)) {
    context.logger.info({ groupId, memberId }, 'a member did not come back to join with its id');
    group.remove(memberId);
    return completeJoinPhaseIfAllJoined(context, group);
  }
  if (member === undefined || isAliveWithoutHeartbeat(member)) return [];
  context.logger.info({ groupId, memberId }, 'removed a member whose session timed out');
  group.remove(memberId);
  if (group.state === 'PreparingRebalance') return completeJoinPhaseIfAllJoined(context, group);
  return rebalance(context, group, `the session of ${memberId} timed out`);
}

function completeJoinPhaseIfAllJoined(context: GroupContext, group: ClassicGroup): readonly GroupRecord[] {
  return group.state === 'PreparingRebalance' && group.haveAllJoined ? completeJoinPhase(context, group) : [];
}
