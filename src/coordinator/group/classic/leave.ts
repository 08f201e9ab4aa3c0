// LeaveGroup: members go at once instead of by timeout. v0-2 is about one member; v3+ about several, also static ones by their
// instance id alone, which is how an administrator removes them; v5+ tells the reason.

import {
  errorCode,
  KafkaError,
  type LeaveGroupRequest,
  type leaveGroup as leaveGroupApi,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { classicGroup } from '../find-group.ts';
import { applied, type GroupContext, type GroupResult, type RequestContext } from '../group-context.ts';
import type { ClassicGroup } from './classic-group.ts';
import { UNKNOWN_MEMBER_ID } from './messages.ts';
import { rebalance } from './rebalance.ts';
import { endSession } from './session.ts';

type LeaveGroupAnswer = Answer<typeof leaveGroupApi>;
type LeavingMember = Omit<LeaveGroupRequest['members'][number], 'reason'> & { readonly reason?: string | null };
type MemberResult = NonNullable<LeaveGroupAnswer['members']>[number];

export function leaveGroup(
  context: GroupContext,
  request: LeaveGroupRequest,
  { apiVersion }: RequestContext,
): GroupResult<LeaveGroupAnswer> {
  const leaving: readonly LeavingMember[] =
    apiVersion < 3 ? [{ memberId: request.memberId, groupInstanceId: null }] : request.members;
  const group = classicGroup(context, request.groupId);
  const results = leaving.map((member): MemberResult => {
    const { memberId, groupInstanceId } = member;
    return {
      memberId,
      groupInstanceId,
      errorCode: group === undefined ? unknownMember() : leave(context, group, member),
    };
  });
  const gone = results.filter((result) => result.errorCode === 0);
  const records =
    group === undefined || gone.length === 0 || group.isEmpty
      ? []
      : rebalance(context, group, `${gone.map(({ memberId }) => memberId).join(', ')} left`);
  const response: LeaveGroupAnswer =
    apiVersion < 3 ? { errorCode: results[0]?.errorCode ?? 0 } : { errorCode: 0, members: results };
  return applied(records, response);
}

/** The error code for this member. */
function leave(
  context: GroupContext,
  group: ClassicGroup,
  { memberId, groupInstanceId, reason }: LeavingMember,
): number {
  const { groupId } = group;
  if (group.pendingMemberIds.has(memberId)) {
    group.remove(memberId);
    endSession(context, groupId, memberId);
    return 0;
  }
  const byInstance = groupInstanceId === null ? undefined : group.staticMemberId(groupInstanceId);
  const leavingId = memberId === UNKNOWN_MEMBER_ID ? byInstance : memberId;
  if (leavingId === undefined) return unknownMember();
  try {
    group.requireMember(leavingId, groupInstanceId);
    context.logger.info({ groupId, memberId: leavingId, reason: reason ?? 'not provided' }, 'a member left');
    endSession(context, groupId, leavingId);
    group.remove(leavingId);
    return 0;
  } catch (error) {
    if (error instanceof KafkaError) return error.errorCode;
    throw error;
  }
}

function unknownMember(): number {
  return errorCode('UNKNOWN_MEMBER_ID');
}
