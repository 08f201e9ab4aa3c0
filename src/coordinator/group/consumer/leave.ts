// How a member leaves its consumer group: for good (epoch -1), or as a static member that will be back (epoch -2).

import { type ConsumerGroupHeartbeatRequest, KafkaError } from '../../../protocol/index.ts';
import { consumerGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { NO_PARTITIONS, type OwnedPartitions } from './assigned-partitions.ts';
import { draftConsumerGroup } from './consumer-draft.ts';
import { type ConsumerMember, LEAVE_STATIC_EPOCH } from './consumer-member.ts';
import { currentMemberRecord } from './consumer-record.ts';
import { fenceMembers } from './fence.ts';
import { type ConsumerHeartbeatAnswer, requireStaticMember } from './heartbeat.ts';

export function leaveConsumerGroup(
  context: GroupContext,
  request: ConsumerGroupHeartbeatRequest,
): GroupResult<ConsumerHeartbeatAnswer> {
  const { groupId, memberId, instanceId, memberEpoch } = request;
  const group = requireConsumerGroup(context, groupId);
  const response: ConsumerHeartbeatAnswer = { errorCode: 0, memberId, memberEpoch, heartbeatIntervalMs: 0 };
  const draft = draftConsumerGroup(context, groupId, group);
  if (instanceId === null) return fenceMembers(draft, [group.requireMember(memberId)], response);
  const member = requireStaticMember(group, instanceId, memberId);
  if (memberEpoch !== LEAVE_STATIC_EPOCH) return fenceMembers(draft, [member], response);
  draft.write(currentMemberRecord(groupId, awayFor(member)));
  return draft.finish(response);
}

/** Throws GROUP_ID_NOT_FOUND. */
export function requireConsumerGroup(context: GroupContext, groupId: string) {
  const group = consumerGroup(context, groupId);
  if (group !== undefined) return group;
  const isThere = context.groups.has(groupId);
  throw new KafkaError(
    'GROUP_ID_NOT_FOUND',
    isThere ? `Group ${groupId} is not a consumer group.` : `Group ${groupId} not found.`,
  );
}

/** It keeps its partitions while it is away; its session goes on. */
function awayFor(member: ConsumerMember): ConsumerMember {
  const assigned: OwnedPartitions = new Map(
    Array.from(member.assigned, ([topicId, partitions]) => [
      topicId,
      new Map(Array.from(partitions.keys(), (partition) => [partition, 0])),
    ]),
  );
  return { ...member, memberEpoch: LEAVE_STATIC_EPOCH, assigned, pendingRevocation: NO_PARTITIONS };
}
