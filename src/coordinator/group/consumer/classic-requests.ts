// Members of the classic protocol in a consumer group: their SyncGroup, Heartbeat and LeaveGroup. They are told to join again where a member
// of the consumer protocol would be given a new assignment.

import {
  errorCode,
  type HeartbeatRequest,
  type heartbeat as heartbeatApi,
  KafkaError,
  type LeaveGroupRequest,
  type leaveGroup as leaveGroupApi,
  type SyncGroupRequest,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import type { SyncResponse } from '../classic/messages.ts';
import { CONSUMER_PROTOCOL_TYPE } from '../classic/subscribed-topics.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { draftConsumerGroup } from './consumer-draft.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { type ClassicMemberMetadata, type ConsumerMember, MEMBER_STATE } from './consumer-member.ts';
import { startJoinTimer, startSession, stopSyncTimer } from './consumer-timers.ts';
import { assignmentBytes } from './embedded-protocol.ts';
import { fenceMembers } from './fence.ts';
import { requireStaticMember } from './heartbeat.ts';

type LeaveGroupAnswer = Answer<typeof leaveGroupApi>;
type LeaveResult = GroupResult<LeaveGroupAnswer> & { readonly response: LeaveGroupAnswer };
type LeavingMember = LeaveGroupRequest['members'][number];

interface ClassicConsumer extends ConsumerMember {
  readonly classic: ClassicMemberMetadata;
}

export function syncClassicMember(
  context: GroupContext,
  group: ConsumerGroup,
  request: SyncGroupRequest,
): GroupResult<SyncResponse> {
  const member = requireClassicMember(group, request);
  const [chosen] = member.classic.supportedProtocols;
  const agrees =
    (request.protocolType === null || request.protocolType === CONSUMER_PROTOCOL_TYPE) &&
    (request.protocolName === null || request.protocolName === chosen?.name);
  if (!agrees || chosen === undefined) throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL');
  if (group.assignmentEpoch > member.memberEpoch && member.state !== MEMBER_STATE.unrevokedPartitions) {
    startJoinTimer(context, group.groupId, member);
    throw new KafkaError('REBALANCE_IN_PROGRESS');
  }
  stopSyncTimer(context, group.groupId, member.memberId);
  startSession(context, group.groupId, member);
  const { protocolType, protocolName } = request;
  const assignment = assignmentBytes(member.assigned, chosen.metadata, context.topics());
  return { records: [], response: { errorCode: 0, protocolType, protocolName, assignment } };
}

export function heartbeatOfClassicMember(
  context: GroupContext,
  group: ConsumerGroup,
  request: HeartbeatRequest,
): GroupResult<Answer<typeof heartbeatApi>> {
  const member = requireClassicMember(group, request);
  startSession(context, group.groupId, member);
  const mustJoin =
    member.memberEpoch < group.assignmentEpoch ||
    member.state === MEMBER_STATE.unrevokedPartitions ||
    (member.state === MEMBER_STATE.unreleasedPartitions && !waitsForOthers(group, member));
  if (mustJoin) startJoinTimer(context, group.groupId, member);
  return { records: [], response: { errorCode: mustJoin ? errorCode('REBALANCE_IN_PROGRESS') : 0 } };
}

/** Also members of the consumer protocol can be removed so, by an administrator. */
export function leaveByClassicRequest(
  context: GroupContext,
  group: ConsumerGroup,
  leaving: readonly LeavingMember[],
): LeaveResult {
  const gone = new Set<ConsumerMember>();
  const members = leaving.map(({ memberId, groupInstanceId }) => {
    try {
      gone.add(leavingMember(group, memberId, groupInstanceId));
      return { memberId, groupInstanceId, errorCode: 0 };
    } catch (error) {
      if (error instanceof KafkaError) return { memberId, groupInstanceId, errorCode: error.errorCode };
      throw error;
    }
  });
  const draft = draftConsumerGroup(context, group.groupId, group);
  const response = { errorCode: 0, members };
  return { ...fenceMembers<LeaveGroupAnswer>(draft, [...gone], response), response };
}

function leavingMember(group: ConsumerGroup, memberId: string, instanceId: string | null): ConsumerMember {
  if (instanceId === null) return group.requireMember(memberId);
  const member = memberId === '' ? group.staticMember(instanceId) : undefined;
  return member ?? requireStaticMember(group, instanceId, memberId);
}

function requireClassicMember(
  group: ConsumerGroup,
  request: Pick<HeartbeatRequest, 'memberId' | 'groupInstanceId' | 'generationId'>,
): ClassicConsumer {
  const { memberId, groupInstanceId, generationId } = request;
  const member =
    groupInstanceId === null ? group.requireMember(memberId) : requireStaticMember(group, groupInstanceId, memberId);
  const { classic } = member;
  if (classic === null)
    throw new KafkaError('UNKNOWN_MEMBER_ID', `Member ${memberId} does not use the classic protocol.`);
  if (generationId !== member.memberEpoch) throw new KafkaError('ILLEGAL_GENERATION');
  return { ...member, classic };
}

/** Whether some partition of its target still belongs to another member. */
function waitsForOthers(group: ConsumerGroup, member: ConsumerMember): boolean {
  for (const [topicId, partitions] of group.target(member.memberId))
    for (const partition of partitions)
      if (member.assigned.get(topicId)?.has(partition) !== true && group.isOwned(topicId, partition)) return true;
  return false;
}
