// JoinGroup of a member of the classic protocol to a consumer group: it becomes a member like the others, whose epoch it is told as its
// generation, and whose assignment it gets with SyncGroup, always as a follower.

import {
  type ConsumerProtocolSubscription,
  type JoinGroupRequest,
  KafkaError,
  MalformedMessageError,
  randomUuid,
} from '../../../protocol/index.ts';
import { type JoinResponse, joinError, UNKNOWN_MEMBER_ID } from '../classic/messages.ts';
import { CONSUMER_PROTOCOL_TYPE } from '../classic/subscribed-topics.ts';
import type { GroupContext, GroupResult, RequestContext } from '../group-context.ts';
import { type ConsumerDraft, draftConsumerGroup } from './consumer-draft.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { type ConsumerMember, newConsumerMember, ownedClassic } from './consumer-member.ts';
import { startSession, startSyncTimer, stopJoinTimer } from './consumer-timers.ts';
import { canDowngrade, downgrade } from './downgrade.ts';
import { readSubscription, toTopicIds } from './embedded-protocol.ts';
import { reconcileMember, requireStaticMember, takeOver } from './heartbeat.ts';
import { allowsClassicMembers } from './migration-policy.ts';
import { replaceStaticMember } from './replace-static-member.ts';
import { updateTargetAssignment } from './target-assignment.ts';

const FIRST_VERSION_WITH_KNOWN_MEMBER_ID = 4;

/** Throws what is wrong with the request. */
export function joinAsClassicMember(
  context: GroupContext,
  group: ConsumerGroup,
  request: JoinGroupRequest,
  requestContext: RequestContext,
): GroupResult<JoinResponse> {
  const { groupId, groupInstanceId: instanceId } = request;
  const isUnknown = request.memberId === UNKNOWN_MEMBER_ID;
  const memberId = isUnknown ? randomUuid(context.random) : request.memberId;
  requireWelcome(context, group, request, memberId);
  if (isUnknown && instanceId === null && requestContext.apiVersion >= FIRST_VERSION_WITH_KNOWN_MEMBER_ID)
    return { records: [], response: joinError(memberId, 'MEMBER_ID_REQUIRED') };

  const draft = draftConsumerGroup(context, groupId, group);
  const replaced = instanceId === null ? undefined : group.staticMember(instanceId);
  const member = findMember(draft, memberId, instanceId, isUnknown);
  const { told, owned } = withRequest(context, member, request, requestContext);
  const becomesClassic = replaced?.classic === null && canDowngrade(context, group, [replaced]);
  const hasChanged = takeOver(draft, member, told, requestContext);
  if (becomesClassic) {
    const isStale = draft.group.assignmentEpoch < draft.group.groupEpoch;
    const updated = isStale ? told : reconcileMember(draft, told, hasChanged, owned);
    const reason = isStale ? 'the consumer group had a stale assignment' : undefined;
    const result = downgrade(draft, { leaving: [], reason }, generation(updated));
    if (result !== undefined) return result;
  }
  updateTargetAssignment(draft);
  const updated = reconcileMember(draft, told, hasChanged, owned);
  draft.effect(() => {
    stopJoinTimer(context, groupId, memberId);
    startSession(context, groupId, updated);
    startSyncTimer(context, groupId, memberId, request.rebalanceTimeoutMs);
  });
  return draft.finish(generation(updated));
}

function requireWelcome(
  { config }: GroupContext,
  group: ConsumerGroup,
  { protocolType, protocols }: JoinGroupRequest,
  memberId: string,
): void {
  if (!allowsClassicMembers(config)) throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL');
  if (group.size >= config['group.consumer.max.size'] && group.member(memberId) === undefined)
    throw new KafkaError('GROUP_MAX_SIZE_REACHED');
  const classics = Array.from(group.members).flatMap(({ classic }) => classic ?? []);
  const isShared = (name: string) =>
    classics.every(({ supportedProtocols }) => supportedProtocols.some((protocol) => protocol.name === name));
  if (protocolType !== CONSUMER_PROTOCOL_TYPE || !protocols.some(({ name }) => isShared(name)))
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL');
}

function findMember(
  draft: ConsumerDraft,
  memberId: string,
  instanceId: string | null,
  isUnknown: boolean,
): ConsumerMember {
  const { group } = draft;
  if (instanceId === null) return group.member(memberId) ?? newConsumerMember(memberId);
  if (!isUnknown) return requireStaticMember(group, instanceId, memberId);
  const current = group.staticMember(instanceId);
  return current === undefined ? newConsumerMember(memberId) : replaceStaticMember(draft, current, memberId);
}

function withRequest(
  context: GroupContext,
  member: ConsumerMember,
  request: JoinGroupRequest,
  { clientId, clientHost }: RequestContext,
) {
  const { protocols, sessionTimeoutMs, rebalanceTimeoutMs } = request;
  const subscription = subscriptionOf(protocols);
  const { rackId } = subscription;
  const told: ConsumerMember = {
    ...member,
    instanceId: request.groupInstanceId ?? member.instanceId,
    rackId: rackId === null || rackId === '' ? member.rackId : rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    subscribedTopicNames: new Set(subscription.topics),
    subscribedTopicRegex: '',
    clientId,
    clientHost,
    classic: ownedClassic({ sessionTimeoutMs, supportedProtocols: protocols }),
  };
  return { told, owned: toTopicIds(subscription.ownedPartitions, context.topics()) };
}

function subscriptionOf([first]: JoinGroupRequest['protocols']): ConsumerProtocolSubscription {
  try {
    return readSubscription(first?.metadata ?? Buffer.alloc(0));
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    throw new KafkaError(
      'INCONSISTENT_GROUP_PROTOCOL',
      `The metadata of ${first?.name} is no subscription: ${error.message}`,
    );
  }
}

function generation({ memberId, memberEpoch, classic }: ConsumerMember): JoinResponse {
  return {
    errorCode: 0,
    generationId: memberEpoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocolName: classic?.supportedProtocols[0]?.name ?? null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}
