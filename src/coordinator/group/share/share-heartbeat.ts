// ShareGroupHeartbeat: a member joins (epoch 0), tells what it subscribes to, learns its assignment, and leaves (epoch -1).

import {
  type ErrorName,
  errorCode,
  type shareGroupHeartbeat as heartbeatApi,
  KafkaError,
  type ShareGroupHeartbeatRequest,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { isAssignedTooRecently } from '../assignment-interval.ts';
import { endSession, restartSessionTimer } from '../classic/session.ts';
import { type Assignment, NO_PARTITIONS, sameAssignment, toTopicPartitions } from '../consumer/assigned-partitions.ts';
import { topicIdsOf } from '../consumer/group-topics.ts';
import { metadataHash } from '../consumer/metadata-hash.ts';
import { sameSet } from '../consumer/same-set.ts';
import { shareGroup } from '../find-group.ts';
import type { GroupContext, GroupResult, RequestContext } from '../group-context.ts';
import type { GroupRecord } from '../group-record.ts';
import { groupSetting } from '../group-settings.ts';
import { requireShareGroup } from './require-share-group.ts';
import { ShareGroup } from './share-group.ts';
import {
  shareCurrentMemberRecord,
  shareGroupEpochRecord,
  shareMemberRecord,
  shareMemberTombstones,
  shareTargetMemberRecord,
  shareTargetRecord,
  shareTopicsRecord,
} from './share-group-record.ts';
import { JOIN_EPOCH, LEAVE_EPOCH, newShareMember, type ShareMember, toldSame } from './share-member.ts';
import { type InitializingTopic, missingTopics, withInitializing } from './share-topics.ts';
import { assignSimple } from './simple-assignor.ts';

export type ShareHeartbeatAnswer = Answer<typeof heartbeatApi>;

export interface ShareHeartbeatResult {
  readonly answer: ShareHeartbeatAnswer;
  /** Partitions whose state is to be begun, by topic id, and the epoch of the group to begin it with. */
  readonly toInitialize: ReadonlyMap<string, InitializingTopic>;
  readonly groupEpoch: number;
}

/** Throws INVALID_REQUEST. */
export function validateShareHeartbeat(request: ShareGroupHeartbeatRequest): void {
  const { memberId, groupId, rackId, memberEpoch, subscribedTopicNames } = request;
  require(memberId.trim() !== '', "MemberId can't be empty.");
  require(groupId.trim() !== '', "GroupId can't be empty.");
  require(rackId === null || rackId.trim() !== '', "RackId can't be empty.");
  require(memberEpoch >= LEAVE_EPOCH, 'MemberEpoch is invalid.');
  const hasTopics = subscribedTopicNames !== null && subscribedTopicNames.length > 0;
  require(memberEpoch !== JOIN_EPOCH || hasTopics, 'SubscribedTopicNames must be set in first request.');
}

/** Throws what is wrong with the request. */
export function shareHeartbeat(
  context: GroupContext,
  request: ShareGroupHeartbeatRequest,
  { clientId, clientHost }: RequestContext,
): GroupResult<ShareHeartbeatResult> {
  const { groupId, memberId, memberEpoch } = request;
  if (memberEpoch === LEAVE_EPOCH) return leave(context, groupId, memberId);
  const isJoining = memberEpoch === JOIN_EPOCH;
  const group =
    isJoining && !context.groups.has(groupId) ? new ShareGroup(groupId) : requireShareGroup(context, groupId);
  requireRoom(context, group, memberId);
  const member = isJoining ? (group.member(memberId) ?? newShareMember(memberId)) : group.requireMember(memberId);
  requireEpoch(member, memberEpoch);
  const told: ShareMember = {
    ...member,
    rackId: request.rackId ?? member.rackId,
    subscribedTopicNames: new Set(request.subscribedTopicNames ?? member.subscribedTopicNames),
    clientId,
    clientHost,
  };

  const records: GroupRecord[] = [];
  if (group.member(memberId) === undefined || !toldSame(member, told)) records.push(shareMemberRecord(groupId, told));
  const subscription = updateSubscription(context, group, member, told, records);
  const target = updateTarget(context, group, subscription.groupEpoch, told, records);
  const updated = reconcile(context, told, target, subscription.isNew);
  if (updated !== told) records.push(shareCurrentMemberRecord(groupId, updated));
  const toInitialize = beginMissing(context, group, subscription.names, records);

  // Nothing can fail any more.
  if (subscription.isChecked) group.needsMetadataRefresh = false;
  startShareSession(context, groupId, memberId);
  const tellsAssignment =
    isJoining || request.subscribedTopicNames !== null || !sameAssignment(member.assigned, updated.assigned);
  const answer: ShareHeartbeatAnswer = {
    errorCode: 0,
    memberId,
    memberEpoch: updated.memberEpoch,
    heartbeatIntervalMs: groupSetting(context, groupId, 'share', 'heartbeat.interval.ms'),
    assignment: tellsAssignment ? { topicPartitions: toTopicPartitions(updated.assigned) } : null,
  };
  return { records, response: { answer, toInitialize, groupEpoch: subscription.groupEpoch } };
}

export function failedShareHeartbeat(error: ErrorName, errorMessage: string | null): ShareHeartbeatAnswer {
  return { errorCode: errorCode(error), errorMessage, memberEpoch: 0, heartbeatIntervalMs: 0 };
}

/** The member has its session timeout to be heard of again. */
export function startShareSession(context: GroupContext, groupId: string, memberId: string): void {
  const timeoutMs = groupSetting(context, groupId, 'share', 'session.timeout.ms');
  restartSessionTimer(context, groupId, memberId, timeoutMs, () => {
    const group = shareGroup(context, groupId);
    if (group?.member(memberId) === undefined) return { records: [], response: undefined };
    context.logger.info({ groupId, memberId }, 'removed a member of a share group whose session timed out');
    return { records: removalRecords(context, group, memberId), response: undefined };
  });
}

function leave(context: GroupContext, groupId: string, memberId: string): GroupResult<ShareHeartbeatResult> {
  const group = requireShareGroup(context, groupId);
  group.requireMember(memberId);
  const records = removalRecords(context, group, memberId);
  endSession(context, groupId, memberId);
  const answer = { errorCode: 0, memberId, memberEpoch: LEAVE_EPOCH, heartbeatIntervalMs: 0 };
  return { records, response: { answer, toInitialize: new Map(), groupEpoch: group.groupEpoch + 1 } };
}

function removalRecords(context: GroupContext, group: ShareGroup, memberId: string): GroupRecord[] {
  const { groupId } = group;
  const hash = metadataHash(subscribedTopicsWith(group, memberId, undefined), context.topics());
  return [...shareMemberTombstones(groupId, memberId), shareGroupEpochRecord(groupId, group.groupEpoch + 1, hash)];
}

interface Subscription {
  readonly groupEpoch: number;
  readonly names: ReadonlySet<string>;
  readonly isNew: boolean;
  readonly isChecked: boolean;
}

/** Moves the group to its next epoch when the assignment has to change. */
function updateSubscription(
  context: GroupContext,
  group: ShareGroup,
  member: ShareMember,
  told: ShareMember,
  records: GroupRecord[],
): Subscription {
  const names = subscribedTopicsWith(group, told.memberId, told);
  const isAssigned = group.assignmentEpoch >= group.groupEpoch;
  const hasChanged =
    !sameSet(member.subscribedTopicNames, told.subscribedTopicNames) || (isAssigned && group.hasUnassignedPartitions);
  if (!hasChanged && !group.needsMetadataRefresh)
    return { groupEpoch: group.groupEpoch, names, isNew: false, isChecked: false };
  const hash = metadataHash(names, context.topics());
  if (!hasChanged && hash === group.metadataHash)
    return { groupEpoch: group.groupEpoch, names, isNew: false, isChecked: true };
  const groupEpoch = group.groupEpoch + 1;
  records.push(shareGroupEpochRecord(group.groupId, groupEpoch, hash));
  return { groupEpoch, names, isNew: true, isChecked: true };
}

/** Computes the assignment when the group's epoch is ahead of it, but not more often than the assignment interval allows. */
function updateTarget(
  context: GroupContext,
  group: ShareGroup,
  groupEpoch: number,
  told: ShareMember,
  records: GroupRecord[],
): { readonly epoch: number; readonly assignment: Assignment } {
  const { groupId, assignmentEpoch } = group;
  const nowMs = context.clock.now();
  const intervalMs = groupSetting(context, groupId, 'share', 'assignment.interval.ms');
  if (assignmentEpoch >= groupEpoch || isAssignedTooRecently(group.assignmentTimestampMs, intervalMs, nowMs))
    return { epoch: assignmentEpoch, assignment: group.target(told.memberId) };

  const topics = context.topics();
  const others = [...group.members].filter(({ memberId }) => memberId !== told.memberId);
  const assignments = assignSimple(
    [...others, told].map(({ memberId, subscribedTopicNames }) => ({
      memberId,
      topicIds: topicIdsOf(subscribedTopicNames, topics),
      assignment: group.target(memberId),
    })),
    new Map(Array.from(group.topics.initialized, ([topicId, { partitions }]) => [topicId, partitions])),
  );
  for (const [memberId, assignment] of assignments) {
    if (!group.hasTarget(memberId) || !sameAssignment(assignment, group.target(memberId)))
      records.push(shareTargetMemberRecord(groupId, memberId, assignment));
  }
  records.push(shareTargetRecord(groupId, groupEpoch, BigInt(nowMs)));
  context.logger.info({ groupId, groupEpoch }, 'computed a new assignment of a share group');
  return { epoch: groupEpoch, assignment: assignments.get(told.memberId) ?? NO_PARTITIONS };
}

/** Nothing has to be given up first in share groups: a member takes over its target at once. */
function reconcile(
  context: GroupContext,
  member: ShareMember,
  target: { readonly epoch: number; readonly assignment: Assignment },
  hasSubscriptionChanged: boolean,
): ShareMember {
  if (target.epoch === member.memberEpoch && !hasSubscriptionChanged) return member;
  const topicIds = topicIdsOf(member.subscribedTopicNames, context.topics());
  const assigned = new Map([...target.assignment].filter(([topicId]) => topicIds.has(topicId)));
  if (target.epoch !== member.memberEpoch)
    return { ...member, assigned, memberEpoch: target.epoch, previousMemberEpoch: member.memberEpoch };
  return sameAssignment(member.assigned, assigned) ? member : { ...member, assigned };
}

function beginMissing(
  context: GroupContext,
  group: ShareGroup,
  names: ReadonlySet<string>,
  records: GroupRecord[],
): ReadonlyMap<string, InitializingTopic> {
  const retryMs = context.config['group.share.initialize.retry.interval.ms'];
  const missing = missingTopics(group.topics, names, context.topics(), context.clock.now(), retryMs);
  if (missing.size > 0) records.push(shareTopicsRecord(group.groupId, withInitializing(group.topics, missing)));
  return missing;
}

/** The group's topics when the member subscribes to what it tells, or has gone. */
function subscribedTopicsWith(group: ShareGroup, memberId: string, told: ShareMember | undefined): ReadonlySet<string> {
  const known = group.member(memberId);
  if (known !== undefined && told !== undefined && sameSet(known.subscribedTopicNames, told.subscribedTopicNames))
    return group.subscribedTopics;
  const names = new Set(told?.subscribedTopicNames);
  for (const member of group.members)
    if (member.memberId !== memberId) for (const name of member.subscribedTopicNames) names.add(name);
  return names;
}

function requireRoom(context: GroupContext, group: ShareGroup, memberId: string): void {
  const limit = context.config['group.share.max.size'];
  if (group.size < limit || group.member(memberId) !== undefined) return;
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The share group has reached its maximum capacity of ${limit} members.`,
  );
}

/** The epoch before is accepted too: the answer that told the new one may have been lost. */
function requireEpoch(member: ShareMember, memberEpoch: number): void {
  if (memberEpoch === JOIN_EPOCH || memberEpoch === member.memberEpoch) return;
  if (memberEpoch < member.memberEpoch && memberEpoch === member.previousMemberEpoch) return;
  const relation = memberEpoch > member.memberEpoch ? 'greater' : 'smaller';
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    `The share group member has a ${relation} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  );
}

function require(isTrue: boolean, message: string): void {
  if (!isTrue) throw new KafkaError('INVALID_REQUEST', message);
}
