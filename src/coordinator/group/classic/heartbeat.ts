// Heartbeat: a member says that it is alive, and hears whether it has to join again. v3+ has static members.

import {
  errorCode,
  type HeartbeatRequest,
  type heartbeat as heartbeatApi,
  KafkaError,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { classicGroup } from '../find-group.ts';
import { applied, type GroupContext, type GroupResult } from '../group-context.ts';
import { restartSession } from './session.ts';

/** Throws what is wrong with the request. */
export function heartbeat(context: GroupContext, request: HeartbeatRequest): GroupResult<Answer<typeof heartbeatApi>> {
  const group = classicGroup(context, request.groupId);
  if (group === undefined) throw new KafkaError('UNKNOWN_MEMBER_ID');
  const member = group.requireMember(request.memberId, request.groupInstanceId);
  if (request.generationId !== group.generationId) throw new KafkaError('ILLEGAL_GENERATION');
  restartSession(context, group, member);
  const isPreparing = group.state === 'PreparingRebalance';
  return applied([], { errorCode: isPreparing ? errorCode('REBALANCE_IN_PROGRESS') : 0 });
}
