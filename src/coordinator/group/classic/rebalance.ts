// How a classic group comes from one generation to the next: all members are waited for (prepare), the generation starts and its
// leader learns who is in it (complete), and those who do not ask for their assignment in time are removed (sync timeout).

import { classicGroup } from '../find-group.ts';
import { applied, type GroupContext } from '../group-context.ts';
import { type GroupRecord, groupMetadataRecord } from '../group-record.ts';
import type { ClassicGroup } from './classic-group.ts';
import { type ClassicMember, metadataFor, NO_ASSIGNMENT } from './classic-member.ts';
import { type JoinResponse, syncError } from './messages.ts';
import { endSession, restartSession } from './session.ts';

/** Starts a rebalance where the group can have one; where one is being prepared, sees whether all have joined. */
export function rebalance(context: GroupContext, group: ClassicGroup, reason: string): readonly GroupRecord[] {
  return group.canRebalance ? prepareRebalance(context, group, reason) : completeJoinPhaseIfDue(context, group);
}

export function prepareRebalance(context: GroupContext, group: ClassicGroup, reason: string): readonly GroupRecord[] {
  const { clock, config, logger, shard } = context;
  if (group.state === 'CompletingRebalance') refuseSyncs(context, group);
  group.pendingSyncIds.clear();
  shard.timers.cancel(syncKey(group.groupId));

  const isInitial = group.isEmpty;
  group.moveTo('PreparingRebalance', clock.now());
  logger.info({ groupId: group.groupId, generationId: group.generationId, reason }, 'preparing to rebalance');
  if (isInitial) {
    const delayMs = config['group.initial.rebalance.delay.ms'];
    group.hasNewMember = false;
    waitForMoreMembers(context, group, delayMs, Math.max(group.rebalanceTimeoutMs - delayMs, 0));
    return [];
  }
  if (group.haveAllJoined) return completeJoinPhase(context, group);
  scheduleJoinTimeout(context, group);
  return [];
}

/** Ends the join phase if everyone has joined. The first rebalance of a group always takes its whole initial delay. */
export function completeJoinPhaseIfDue(context: GroupContext, group: ClassicGroup): readonly GroupRecord[] {
  const isDue = group.state === 'PreparingRebalance' && group.previousState !== 'Empty' && group.haveAllJoined;
  return isDue ? completeJoinPhase(context, group) : [];
}

/**
 * Starts the next generation with those who have joined. Dynamic members who have not are removed; static ones stay until their session
 * ends. The answer to each member's JoinGroup names the generation; the leader's also lists the members.
 */
export function completeJoinPhase(context: GroupContext, group: ClassicGroup): readonly GroupRecord[] {
  const { clock, logger, shard } = context;
  shard.timers.cancel(joinKey(group.groupId));
  for (const member of [...group.members]) {
    if (member.awaitingJoin !== null || member.groupInstanceId !== null) continue;
    logger.info({ groupId: group.groupId, memberId: member.memberId }, 'removed a member that did not join in time');
    group.remove(member.memberId);
    endSession(context, group.groupId, member.memberId);
  }
  if (group.size > 0 && !group.electJoinedLeader()) {
    // Only static members are left, none of which has joined: wait until one does or their sessions end.
    scheduleJoinTimeout(context, group);
    return [];
  }
  group.startGeneration(clock.now());
  if (group.isEmpty) {
    logger.info({ groupId: group.groupId, generationId: group.generationId }, 'the group is empty now');
    return [groupMetadataRecord(group)];
  }
  for (const member of group.members) {
    group.completeJoin(member, generationResponse(group, member));
    restartSession(context, group, member);
    member.isNew = false;
    group.pendingSyncIds.add(member.memberId);
  }
  scheduleSyncTimeout(context, group);
  return [];
}

/** What a member of the current generation learns from JoinGroup. */
export function generationResponse(group: ClassicGroup, member: ClassicMember): JoinResponse {
  return {
    errorCode: 0,
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    skipAssignment: false,
    memberId: member.memberId,
    members: group.isLeader(member.memberId) ? joinedMembers(group) : [],
  };
}

export function joinedMembers(group: ClassicGroup): JoinResponse['members'] {
  return Array.from(group.members, (member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: metadataFor(member, group.protocolName),
  }));
}

export function syncCompleted(context: GroupContext, group: ClassicGroup, memberId: string): void {
  group.pendingSyncIds.delete(memberId);
  if (group.pendingSyncIds.size === 0) context.shard.timers.cancel(syncKey(group.groupId));
}

function refuseSyncs(context: GroupContext, group: ClassicGroup): void {
  for (const member of group.members) {
    member.assignment = NO_ASSIGNMENT;
    const wasWaiting = group.completeSync(member, syncError('REBALANCE_IN_PROGRESS'));
    if (wasWaiting) restartSession(context, group, member);
  }
}

/** New groups start with many members at nearly the same time. While they come, the first rebalance waits, up to the rebalance timeout. */
function waitForMoreMembers(context: GroupContext, group: ClassicGroup, delayMs: number, remainingMs: number): void {
  const { groupId } = group;
  withTimer(context, joinKey(groupId), groupId, delayMs, (current) => {
    if (!current.hasNewMember || remainingMs === 0) return completeJoinPhase(context, current);
    current.hasNewMember = false;
    const nextDelayMs = Math.min(context.config['group.initial.rebalance.delay.ms'], remainingMs);
    waitForMoreMembers(context, current, nextDelayMs, Math.max(remainingMs - delayMs, 0));
    return [];
  });
}

function scheduleJoinTimeout(context: GroupContext, { groupId, rebalanceTimeoutMs }: ClassicGroup): void {
  withTimer(context, joinKey(groupId), groupId, rebalanceTimeoutMs, (group) => completeJoinPhase(context, group));
}

function scheduleSyncTimeout(context: GroupContext, { groupId, rebalanceTimeoutMs, generationId }: ClassicGroup): void {
  withTimer(context, syncKey(groupId), groupId, rebalanceTimeoutMs, (group) => {
    if (group.generationId !== generationId || !group.canRebalance || group.pendingSyncIds.size === 0) return [];
    const late = [...group.pendingSyncIds];
    for (const memberId of late) {
      group.remove(memberId);
      endSession(context, groupId, memberId);
    }
    return prepareRebalance(context, group, `${late.join(', ')} did not sync in time`);
  });
}

function withTimer(
  context: GroupContext,
  key: string,
  groupId: string,
  delayMs: number,
  fire: (group: ClassicGroup) => readonly GroupRecord[],
): void {
  context.shard.timers.schedule(key, delayMs, () => {
    const group = classicGroup(context, groupId);
    return applied(group === undefined ? [] : fire(group), undefined);
  });
}

function joinKey(groupId: string): string {
  return `join-${groupId}`;
}

function syncKey(groupId: string): string {
  return `sync-${groupId}`;
}
