// Requests of the classic protocol, for whichever kind of group they are about: the members of a consumer group may speak it too.

import type {
  HeartbeatRequest,
  heartbeat as heartbeatApi,
  JoinGroupRequest,
  LeaveGroupRequest,
  leaveGroup as leaveGroupApi,
  SyncGroupRequest,
} from '../../protocol/index.ts';
import type { Answer } from './answer.ts';
import { heartbeat } from './classic/heartbeat.ts';
import { joinGroup } from './classic/join.ts';
import { leaveGroup } from './classic/leave.ts';
import { type JoinResponse, joinError, type SyncResponse } from './classic/messages.ts';
import { syncGroup } from './classic/sync.ts';
import { joinAsClassicMember } from './consumer/classic-join.ts';
import { heartbeatOfClassicMember, leaveByClassicRequest, syncClassicMember } from './consumer/classic-requests.ts';
import { consumerGroup } from './find-group.ts';
import { applied, type GroupContext, type GroupResult, type RequestContext } from './group-context.ts';
import { groupTombstones } from './group-record.ts';

const FIRST_VERSION_OF_BATCHED_LEAVE = 3;

export function joinAnyGroup(
  context: GroupContext,
  request: JoinGroupRequest,
  requestContext: RequestContext,
): GroupResult<JoinResponse> {
  const group = context.groups.get(request.groupId);
  if (group === undefined || group.type === 'classic') return joinGroup(context, request, requestContext);
  if (group.type === 'consumer' && !group.isEmpty) return joinAsClassicMember(context, group, request, requestContext);
  if (group.type === 'share' || !group.isEmpty)
    return { records: [], response: joinError('', 'INCONSISTENT_GROUP_PROTOCOL') };
  // An empty group of consumers or of streams members gives way to a classic one.
  context.groups.delete(request.groupId);
  const { records, response } = joinGroup(context, request, requestContext);
  return applied([...groupTombstones(group), ...records], response);
}

export function syncAnyGroup(context: GroupContext, request: SyncGroupRequest): GroupResult<SyncResponse> {
  const group = consumerGroup(context, request.groupId);
  return group === undefined ? syncGroup(context, request) : syncClassicMember(context, group, request);
}

export function heartbeatAnyGroup(
  context: GroupContext,
  request: HeartbeatRequest,
): GroupResult<Answer<typeof heartbeatApi>> {
  const group = consumerGroup(context, request.groupId);
  return group === undefined ? heartbeat(context, request) : heartbeatOfClassicMember(context, group, request);
}

export function leaveAnyGroup(
  context: GroupContext,
  request: LeaveGroupRequest,
  requestContext: RequestContext,
): GroupResult<Answer<typeof leaveGroupApi>> {
  const group = consumerGroup(context, request.groupId);
  if (group === undefined) return leaveGroup(context, request, requestContext);
  if (requestContext.apiVersion >= FIRST_VERSION_OF_BATCHED_LEAVE)
    return leaveByClassicRequest(context, group, request.members);
  const { memberId } = request;
  const result = leaveByClassicRequest(context, group, [{ memberId, groupInstanceId: null, reason: null }]);
  const { members } = result.response;
  return { ...result, response: { errorCode: members?.[0]?.errorCode ?? 0 } };
}
