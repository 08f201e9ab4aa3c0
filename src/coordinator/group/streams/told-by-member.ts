// What a heartbeat says about its member: whether it may speak for it, what is new about it, and the tasks that it has.

import { KafkaError, type StreamsGroupHeartbeatRequest } from '../../../protocol/index.ts';
import type { RequestContext } from '../group-context.ts';
import type { StreamsMember } from './streams-member.ts';
import { type SubtopologyTasks, type Tasks, toTaskIds } from './tasks.ts';

/** The epoch before is accepted too: the answer that told the new one may have been lost. Throws FENCED_MEMBER_EPOCH. */
export function requireEpoch(member: StreamsMember, request: StreamsGroupHeartbeatRequest): void {
  const { memberEpoch, activeTasks, standbyTasks, warmupTasks } = request;
  if (memberEpoch === 0 || memberEpoch === member.memberEpoch) return;
  const { active, standby, warmup } = member.assigned;
  const isPrevious =
    memberEpoch === member.previousMemberEpoch &&
    memberEpoch < member.memberEpoch &&
    isWithin(activeTasks, active) &&
    isWithin(standbyTasks, standby) &&
    isWithin(warmupTasks, warmup);
  if (isPrevious) return;
  const relation = memberEpoch > member.memberEpoch ? 'greater' : 'smaller';
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    `The streams group member has a ${relation} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  );
}

/** What is null in a request stays as it is. */
export function withRequest(
  member: StreamsMember,
  request: StreamsGroupHeartbeatRequest,
  { clientId, clientHost }: RequestContext,
): StreamsMember {
  const { clientTags } = request;
  return {
    ...member,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    topologyEpoch: request.topology?.epoch ?? member.topologyEpoch,
    processId: request.processId ?? member.processId,
    userEndpoint: request.userEndpoint ?? member.userEndpoint,
    clientTags: clientTags === null ? member.clientTags : new Map(clientTags.map(({ key, value }) => [key, value])),
    clientId,
    clientHost,
  };
}

/** Undefined where the member does not say. */
export function ownedTasks({
  activeTasks,
  standbyTasks,
  warmupTasks,
}: StreamsGroupHeartbeatRequest): Tasks | undefined {
  if (activeTasks === null || standbyTasks === null || warmupTasks === null) return undefined;
  return { active: toTaskIds(activeTasks), standby: toTaskIds(standbyTasks), warmup: toTaskIds(warmupTasks) };
}

function isWithin(
  tasks: readonly SubtopologyTasks[] | null,
  known: ReadonlyMap<string, { has(partition: number): boolean }>,
): boolean {
  return tasks?.every((of) => of.partitions.every((index) => known.get(of.subtopologyId)?.has(index))) ?? false;
}
