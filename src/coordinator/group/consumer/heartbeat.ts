// ConsumerGroupHeartbeat: a member joins (epoch 0), tells what changed, learns its assignment, and leaves (negative epochs).
// v1+ has regular expressions, and member ids made by the client (KIP-1082).

import {
  type ConsumerGroupHeartbeatRequest,
  type ErrorName,
  errorCode,
  type consumerGroupHeartbeat as heartbeatApi,
  KafkaError,
  randomUuid,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import type { GroupContext, GroupResult, RequestContext } from '../group-context.ts';
import { groupSetting } from '../group-settings.ts';
import { isWithin, sameOwned, toTopicPartitions } from './assigned-partitions.ts';
import type { ConsumerDraft } from './consumer-draft.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import {
  type ConsumerMember,
  LEAVE_EPOCH,
  LEAVE_STATIC_EPOCH,
  MEMBER_STATE,
  newConsumerMember,
  ownsSame,
  toldSame,
} from './consumer-member.ts';
import { currentMemberRecord, memberRecord } from './consumer-record.ts';
import { startRevocationTimer, startSession, stopRevocationTimer } from './consumer-timers.ts';
import { leaveConsumerGroup } from './leave.ts';
import { type ReconcileInput, reconcile } from './reconcile.ts';
import { replaceStaticMember } from './replace-static-member.ts';
import { sameSet } from './same-set.ts';
import { updateRegexes, updateSubscriptionMetadata } from './subscription.ts';
import { subscribedTopicIds, updateTargetAssignment } from './target-assignment.ts';
import { draftForHeartbeat } from './upgrade.ts';

export type ConsumerHeartbeatAnswer = Answer<typeof heartbeatApi>;

/** Throws what is wrong with the request. */
export function consumerHeartbeat(
  context: GroupContext,
  request: ConsumerGroupHeartbeatRequest,
  requestContext: RequestContext,
): GroupResult<ConsumerHeartbeatAnswer> {
  const { groupId, memberEpoch } = request;
  if (memberEpoch === LEAVE_EPOCH || memberEpoch === LEAVE_STATIC_EPOCH) return leaveConsumerGroup(context, request);

  const draft = draftForHeartbeat(context, groupId, memberEpoch === 0);
  requireRoom(draft, request.memberId);
  const memberId = request.memberId === '' ? randomUuid(context.random) : request.memberId;
  const member = findMember(draft, request, memberId);
  const told = withRequest(member, request, requestContext);
  const updated = updateMember(draft, member, told, request.topicPartitions, requestContext);
  draft.effect(() => startSession(context, groupId, updated));

  const isFullRequest =
    request.rebalanceTimeoutMs !== -1 &&
    (request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null) &&
    request.topicPartitions !== null;
  const tellsAssignment = memberEpoch === 0 || isFullRequest || !sameOwned(member.assigned, updated.assigned);
  return draft.finish<ConsumerHeartbeatAnswer>({
    errorCode: 0,
    memberId: updated.memberId,
    memberEpoch: updated.memberEpoch,
    heartbeatIntervalMs: groupSetting(context, groupId, 'consumer', 'heartbeat.interval.ms'),
    assignment: tellsAssignment ? { topicPartitions: toTopicPartitions(updated.assigned) } : null,
  });
}

export function failedConsumerHeartbeat(error: ErrorName, errorMessage: string | null): ConsumerHeartbeatAnswer {
  return { errorCode: errorCode(error), errorMessage, memberEpoch: 0, heartbeatIntervalMs: 0 };
}

/** Takes over what a member told, and everything that follows from it. `member` is what was known before. */
export function updateMember(
  draft: ConsumerDraft,
  member: ConsumerMember,
  told: ConsumerMember,
  owned: ReconcileInput['owned'],
  requestContext: RequestContext,
): ConsumerMember {
  const hasSubscriptionChanged = takeOver(draft, member, told, requestContext);
  updateTargetAssignment(draft);
  return reconcileMember(draft, told, hasSubscriptionChanged, owned);
}

/** The member's record, its regular expression and the group's epoch. Whether its subscription changed. */
export function takeOver(
  draft: ConsumerDraft,
  member: ConsumerMember,
  told: ConsumerMember,
  { maySeeTopic = () => true }: RequestContext,
): boolean {
  if (!toldSame(member, told)) draft.write(memberRecord(draft.group.groupId, told));
  const hasNamesChanged = !sameSet(member.subscribedTopicNames, told.subscribedTopicNames);
  const regexChange = updateRegexes(draft, member, told, maySeeTopic);
  // A classic member has no heartbeat to be told later that its regular expression is gone.
  const mustBump =
    hasNamesChanged || regexChange === 'changed-and-resolved' || (told.classic !== null && regexChange !== 'none');
  if (mustBump || draft.group.needsMetadataRefresh) updateSubscriptionMetadata(draft, mustBump);
  return hasNamesChanged || regexChange !== 'none';
}

export function reconcileMember(
  draft: ConsumerDraft,
  member: ConsumerMember,
  hasSubscriptionChanged: boolean,
  owned: ReconcileInput['owned'],
): ConsumerMember {
  const { context, group } = draft;
  const { groupId } = group;
  const updated = reconcile(member, {
    target: group.target(member.memberId),
    targetEpoch: group.assignmentEpoch,
    hasSubscriptionChanged,
    subscribedTopicIds: subscribedTopicIds(group, member, context.topics()),
    owned,
    isOwned: (topicId, partition) => group.isOwned(topicId, partition),
  });
  if (ownsSame(member, updated)) return member;
  draft.write(currentMemberRecord(groupId, updated));
  if (updated.classic === null) {
    draft.effect(() => {
      if (updated.state === MEMBER_STATE.unrevokedPartitions) startRevocationTimer(context, groupId, updated);
      else stopRevocationTimer(context, groupId, updated.memberId);
    });
  }
  return updated;
}

function requireRoom({ context, group }: ConsumerDraft, memberId: string): void {
  const limit = context.config['group.consumer.max.size'];
  if (group.size < limit || (memberId !== '' && group.member(memberId) !== undefined)) return;
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The consumer group has reached its maximum capacity of ${limit} members.`,
  );
}

function findMember(draft: ConsumerDraft, request: ConsumerGroupHeartbeatRequest, memberId: string): ConsumerMember {
  const { group } = draft;
  const { instanceId, memberEpoch } = request;
  const isJoining = memberEpoch === 0;
  if (instanceId === null) {
    const member = isJoining ? (group.member(memberId) ?? newConsumerMember(memberId)) : group.requireMember(memberId);
    requireEpoch(member, request);
    return member;
  }
  const current = group.staticMember(instanceId);
  if (!isJoining) {
    const member = requireStaticMember(group, instanceId, memberId);
    requireEpoch(member, request);
    return member;
  }
  if (current === undefined) return group.member(memberId) ?? newConsumerMember(memberId);
  if (current.classic === null && current.memberEpoch !== LEAVE_STATIC_EPOCH) {
    throw new KafkaError(
      'UNRELEASED_INSTANCE_ID',
      `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${current.memberId} member.`,
    );
  }
  return replaceStaticMember(draft, current, memberId);
}

/** Throws UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another member has the instance id. */
export function requireStaticMember(group: ConsumerGroup, instanceId: string, memberId: string): ConsumerMember {
  const member = group.staticMember(instanceId);
  if (member === undefined) throw new KafkaError('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`);
  if (member.memberId === memberId) return member;
  throw new KafkaError(
    'FENCED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${member.memberId}.`,
  );
}

/** The epoch before is accepted too: the answer that told the new one may have been lost. */
function requireEpoch(member: ConsumerMember, { memberEpoch, topicPartitions }: ConsumerGroupHeartbeatRequest): void {
  if (memberEpoch === 0 || memberEpoch === member.memberEpoch) return;
  const isPrevious =
    memberEpoch < member.memberEpoch &&
    memberEpoch === member.previousMemberEpoch &&
    topicPartitions !== null &&
    isWithin(topicPartitions, member.assigned);
  if (isPrevious) return;
  const relation = memberEpoch > member.memberEpoch ? 'greater' : 'smaller';
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    `The consumer group member has a ${relation} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  );
}

/** What is null in a request stays as it is. */
function withRequest(
  member: ConsumerMember,
  request: ConsumerGroupHeartbeatRequest,
  { clientId, clientHost }: RequestContext,
): ConsumerMember {
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    subscribedTopicNames:
      request.subscribedTopicNames === null ? member.subscribedTopicNames : new Set(request.subscribedTopicNames),
    subscribedTopicRegex: request.subscribedTopicRegex ?? member.subscribedTopicRegex,
    clientId,
    clientHost,
    classic: null,
  };
}
