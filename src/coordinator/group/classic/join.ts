// JoinGroup: becoming a member, or telling the group something new and being there for its next generation.
// v1+ has a rebalance timeout of its own; v4+ gives an id first and lets the member in when it comes back with it (KIP-394); v5+ has
// static members (KIP-345); v7+ names the protocol type in the answer; v9+ may tell the leader not to assign (KIP-814).

import { type JoinGroupRequest, KafkaError } from '../../../protocol/index.ts';
import { classicGroup } from '../find-group.ts';
import { applied, type GroupContext, type GroupResult, type RequestContext } from '../group-context.ts';
import { newGroupRecord } from '../group-record.ts';
import { ClassicGroup } from './classic-group.ts';
import { type ClassicMember, createMember, memberChanges, offersSame } from './classic-member.ts';
import { generateMemberId } from './member-id.ts';
import { type JoinOutcome, type JoinResponse, joinError, UNKNOWN_MEMBER_ID } from './messages.ts';
import { generationResponse, rebalance } from './rebalance.ts';
import { NEW_MEMBER_JOIN_TIMEOUT_MS, restartSession, startSession } from './session.ts';
import { rejoinStaticMember } from './static-rejoin.ts';

const FIRST_VERSION_WITH_KNOWN_MEMBER_ID = 4;

export function joinGroup(
  context: GroupContext,
  request: JoinGroupRequest,
  requestContext: RequestContext,
): GroupResult<JoinResponse> {
  const { groupId, memberId } = request;
  const existing = classicGroup(context, groupId);
  if (existing === undefined && memberId !== UNKNOWN_MEMBER_ID) {
    return applied<JoinResponse>([], joinError(memberId, 'UNKNOWN_MEMBER_ID'));
  }
  const group = existing ?? createGroup(context, groupId);
  const { records, response } = join(context, group, request, requestContext);
  // A group of which nothing was logged would be gone after a crash, although someone was told about it.
  const isUnlogged = existing === undefined && records.length === 0;
  return applied(isUnlogged ? [newGroupRecord(group)] : records, response);
}

function createGroup(context: GroupContext, groupId: string): ClassicGroup {
  const group = new ClassicGroup(groupId, {
    state: 'Empty',
    generationId: 0,
    protocolType: null,
    protocolName: null,
    leaderId: null,
    stateTimestampMs: BigInt(context.clock.now()),
  });
  context.groups.set(groupId, group);
  return group;
}

function join(
  context: GroupContext,
  group: ClassicGroup,
  request: JoinGroupRequest,
  requestContext: RequestContext,
): JoinOutcome {
  const { memberId, groupInstanceId } = request;
  if (!hasRoomFor(context, group, memberId)) {
    group.remove(memberId);
    return answer(joinError(UNKNOWN_MEMBER_ID, 'GROUP_MAX_SIZE_REACHED'));
  }
  if (!group.supports(request.protocolType, request.protocols)) {
    return answer(joinError(memberId, 'INCONSISTENT_GROUP_PROTOCOL'));
  }
  if (memberId === UNKNOWN_MEMBER_ID) return joinAsNewMember(context, group, request, requestContext);
  if (group.pendingMemberIds.has(memberId)) {
    if (groupInstanceId !== null) return answer(joinError(memberId, 'UNKNOWN_SERVER_ERROR'));
    return addMember(context, group, request, requestContext, memberId);
  }
  return joinAsMember(context, group, request);
}

function joinAsNewMember(
  context: GroupContext,
  group: ClassicGroup,
  request: JoinGroupRequest,
  requestContext: RequestContext,
): JoinOutcome {
  const { groupInstanceId } = request;
  const memberId = generateMemberId(groupInstanceId ?? requestContext.clientId, context.random);
  if (groupInstanceId !== null) {
    const oldId = group.staticMemberId(groupInstanceId);
    const old = oldId === undefined ? undefined : group.member(oldId);
    if (old !== undefined) return rejoinStaticMember(context, group, old, memberId, request, requestContext.apiVersion);
  } else if (requestContext.apiVersion >= FIRST_VERSION_WITH_KNOWN_MEMBER_ID) {
    group.pendingMemberIds.add(memberId);
    startSession(context, group.groupId, memberId, request.sessionTimeoutMs);
    return answer(joinError(memberId, 'MEMBER_ID_REQUIRED'));
  }
  return addMember(context, group, request, requestContext, memberId);
}

function joinAsMember(context: GroupContext, group: ClassicGroup, request: JoinGroupRequest): JoinOutcome {
  const { memberId } = request;
  let member: ClassicMember;
  try {
    member = group.requireMember(memberId, request.groupInstanceId);
  } catch (error) {
    if (error instanceof KafkaError) return answer(joinError(memberId, error.code));
    throw error;
  }
  if (group.isEmpty) return answer(joinError(memberId, 'UNKNOWN_MEMBER_ID'));
  // The same again means that the answer was lost. A leader of a stable group asks for a rebalance by it.
  const isSame = offersSame(member, request.protocols);
  const asksForRebalance = group.state === 'Stable' && group.isLeader(memberId);
  if (group.state !== 'PreparingRebalance' && isSame && !asksForRebalance) {
    return answer(generationResponse(group, member));
  }
  const awaiting = context.shard.awaitResponse<JoinResponse>();
  group.update(member, memberChanges(request), awaiting);
  const records = rebalance(context, group, `${memberId} joins again: ${request.reason ?? 'not provided'}`);
  return { records, response: awaiting };
}

function addMember(
  context: GroupContext,
  group: ClassicGroup,
  request: JoinGroupRequest,
  { clientId, clientHost }: RequestContext,
  memberId: string,
): JoinOutcome {
  const { groupInstanceId, protocolType } = request;
  const member = createMember({
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    protocolType,
    ...memberChanges(request),
  });
  member.isNew = true;
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.hasNewMember = true;
  const awaiting = context.shard.awaitResponse<JoinResponse>();
  group.add(member, awaiting);
  restartSession(context, group, member, NEW_MEMBER_JOIN_TIMEOUT_MS);
  const records = rebalance(context, group, `${memberId} joins: ${request.reason ?? 'not provided'}`);
  return { records, response: awaiting };
}

/**
 * While the group prepares, those who wait count, so that the last to rejoin are the ones left out when the limit was lowered. Afterwards
 * the members count.
 */
function hasRoomFor(context: GroupContext, group: ClassicGroup, memberId: string): boolean {
  const limit = context.config['group.max.size'];
  const member = group.member(memberId);
  if (group.isEmpty) return true;
  if (group.state === 'PreparingRebalance')
    return (member?.awaitingJoin ?? null) !== null || group.awaitingJoins < limit;
  return member !== undefined || group.size < limit;
}

function answer(response: JoinResponse): JoinOutcome {
  return { records: [], response };
}
