// How members of a streams group go: by leaving, or because they were not heard of in time.

import type { StreamsGroupHeartbeatRequest } from '../../../protocol/index.ts';
import { streamsGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import type { StreamsHeartbeatResult } from './heartbeat.ts';
import { draftStreamsGroup, requireStreamsGroup, type StreamsDraft } from './streams-draft.ts';
import type { StreamsMember } from './streams-member.ts';
import { groupEpochRecord } from './streams-record.ts';
import { stopMemberTimers } from './streams-timers.ts';
import { memberTombstones } from './tombstones.ts';

export function leaveStreamsGroup(
  context: GroupContext,
  { groupId, memberId, memberEpoch, shutdownApplication }: StreamsGroupHeartbeatRequest,
): GroupResult<StreamsHeartbeatResult> {
  const group = requireStreamsGroup(context, groupId);
  const member = group.requireMember(memberId);
  const draft = draftStreamsGroup(context, group);
  if (shutdownApplication) draft.effect(() => requestShutdown(context, groupId, memberId));
  const result: StreamsHeartbeatResult = {
    answer: { errorCode: 0, memberId, memberEpoch, ...NOT_TOLD, status: [] },
    missingTopics: [],
  };
  return fenceMember(draft, member, result);
}

/** Answers have these fields whatever happens. The first two are for warm-ups, which no assignor gives out yet. */
export const NOT_TOLD = {
  acceptableRecoveryLag: 0,
  taskOffsetIntervalMs: 0,
  heartbeatIntervalMs: 0,
  endpointInformationEpoch: 0,
};

export function requestShutdown(context: GroupContext, groupId: string, memberId: string): void {
  const group = streamsGroup(context, groupId);
  if (group === undefined || group.shutdownMemberId !== undefined) return;
  group.shutdownMemberId = memberId;
  context.logger.info({ groupId, memberId }, 'a member wants its whole application to stop');
}

export function fenceMember<Response>(
  draft: StreamsDraft,
  { memberId }: StreamsMember,
  response: Response,
): GroupResult<Response> {
  const { context, group } = draft;
  const { groupId, groupEpoch, metadataHash, validatedTopologyEpoch, assignmentConfigs } = group;
  for (const record of memberTombstones(groupId, memberId)) draft.write(record);
  draft.write(
    groupEpochRecord(groupId, { epoch: groupEpoch + 1, metadataHash, validatedTopologyEpoch, assignmentConfigs }),
  );
  draft.effect(() => stopMemberTimers(context, groupId, memberId));
  return draft.finish(response);
}
