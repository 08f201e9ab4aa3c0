// StreamsGroupHeartbeat (KIP-1071): a member joins (epoch 0) with its topology, tells the tasks that it has, learns which ones it is to have,
// and leaves (epoch -1). Internal topics that the topology needs and that are missing are for the broker to create.

import {
  type ErrorName,
  errorCode,
  KafkaError,
  type StreamsGroupHeartbeatRequest,
  type streamsGroupHeartbeat,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { isAssignedTooRecently } from '../assignment-interval.ts';
import { metadataHash } from '../consumer/metadata-hash.ts';
import { streamsGroup } from '../find-group.ts';
import type { GroupContext, GroupResult, RequestContext } from '../group-context.ts';
import { groupSetting, streamsSetting } from '../group-settings.ts';
import { type ConfiguredTopology, configureTopology, type InternalTopic } from './configure-topology.ts';
import { endpointsOf } from './endpoints.ts';
import { leaveStreamsGroup, NOT_TOLD, requestShutdown } from './leave.ts';
import { reconcile } from './reconcile.ts';
import { draftForJoin, draftStreamsGroup, requireStreamsGroup, type StreamsDraft } from './streams-draft.ts';
import {
  isReconciledTo,
  LEAVE_EPOCH,
  MEMBER_STATE,
  newStreamsMember,
  ownsSame,
  type StreamsMember,
  sameTexts,
  toldSame,
} from './streams-member.ts';
import { currentMemberRecord, groupEpochRecord, memberRecord, topologyRecord } from './streams-record.ts';
import {
  isInitialDelayRunning,
  startInitialDelay,
  startRevocationTimer,
  startSession,
  stopRevocationTimer,
} from './streams-timers.ts';
import { assignAfterDelay, assignTasks, STANDBY_REPLICAS } from './target-assignment.ts';
import { TaskOwners } from './task-owners.ts';
import { listTasks, NO_TASKS, sameOwnedTasks, sameTasks, type Tasks } from './tasks.ts';
import { ownedTasks, requireEpoch, withRequest } from './told-by-member.ts';
import { requiredTopics, sameTopology, type Topology } from './topology.ts';
import { STREAMS_STATUS, type StreamsStatus } from './topology-problem.ts';

export type StreamsHeartbeatAnswer = Answer<typeof streamsGroupHeartbeat>;

export interface StreamsHeartbeatResult {
  readonly answer: StreamsHeartbeatAnswer;
  /** To be created; the next heartbeats look whether they are there. */
  readonly missingTopics: readonly InternalTopic[];
}

/** Throws what is wrong with the request. */
export function streamsHeartbeat(
  context: GroupContext,
  request: StreamsGroupHeartbeatRequest,
  requestContext: RequestContext,
): GroupResult<StreamsHeartbeatResult> {
  const { groupId, memberId, memberEpoch } = request;
  if (memberEpoch === LEAVE_EPOCH) return leaveStreamsGroup(context, request);

  const isJoining = memberEpoch === 0;
  const draft = isJoining
    ? draftForJoin(context, groupId)
    : draftStreamsGroup(context, requireStreamsGroup(context, groupId));
  if (isJoining) requireRoom(draft);
  const member = isJoining
    ? (draft.group.member(memberId) ?? newStreamsMember(memberId))
    : draft.group.requireMember(memberId);
  requireEpoch(member, request);

  const statuses: StreamsStatus[] = [];
  const isFirst = draft.group.isEmpty;
  const told = withRequest(member, request, requestContext);
  const hasToldNews = !toldSame(member, told);
  if (hasToldNews) draft.write(memberRecord(groupId, told));
  const { configured, hash } = updateTopology(draft, request, told, statuses);
  requireKnownTasks(configured, request);
  updateEpoch(draft, configured, hash, hasToldNews);
  const target = updateTarget(draft, memberId, configured, isFirst, statuses);
  const updated = reconcileMember(draft, told, target, ownedTasks(request));
  draft.effect(() => {
    startSession(context, groupId, memberId);
    if (request.shutdownApplication) requestShutdown(context, groupId, memberId);
  });
  if (configured.problem !== undefined) statuses.push(configured.problem);
  const shutdownMemberId = draft.group.shutdownMemberId ?? (request.shutdownApplication ? memberId : undefined);
  if (shutdownMemberId !== undefined) {
    statuses.push({
      statusCode: STREAMS_STATUS.shutdownApplication,
      statusDetail: `Streams group member ${shutdownMemberId} encountered a fatal error and requested a shutdown for the entire application.`,
    });
  }
  const answer: StreamsHeartbeatAnswer = {
    ...NOT_TOLD,
    errorCode: 0,
    memberId,
    memberEpoch: updated.memberEpoch,
    heartbeatIntervalMs: groupSetting(context, groupId, 'streams', 'heartbeat.interval.ms'),
    status: statuses,
    ...tellTasks(draft, member, updated, configured, request),
  };
  return draft.finish({ answer, missingTopics: configured.missingTopics });
}

export function failedStreamsHeartbeat(error: ErrorName, errorMessage: string | null): StreamsHeartbeatResult {
  const answer = { ...NOT_TOLD, errorCode: errorCode(error), errorMessage, memberId: '', memberEpoch: 0, status: null };
  return { answer, missingTopics: [] };
}

function requireRoom({ context, group }: StreamsDraft): void {
  const limit = context.config['group.streams.max.size'];
  if (group.size < limit) return;
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The streams group has reached its maximum capacity of ${limit} members.`,
  );
}

/** The group's topology, held against the topics anew where either may have changed. */
function updateTopology(
  draft: StreamsDraft,
  { topology: told }: StreamsGroupHeartbeatRequest,
  member: StreamsMember,
  statuses: StreamsStatus[],
): { readonly configured: ConfiguredTopology; readonly hash: bigint } {
  const { context } = draft;
  const { groupId, topology: known, needsMetadataRefresh, metadataHash: knownHash } = draft.group;
  const topology = requireTopology(known, told);
  if (known === undefined) draft.write(topologyRecord(groupId, topology));
  if (member.topologyEpoch < topology.epoch) {
    statuses.push({
      statusCode: STREAMS_STATUS.staleTopology,
      statusDetail: `The member's topology epoch ${member.topologyEpoch} is behind the group's topology epoch ${topology.epoch}.`,
    });
  }
  const before = known === undefined ? undefined : draft.group.configuredTopology;
  if (before !== undefined && !needsMetadataRefresh) return { configured: before, hash: knownHash };
  const topics = context.topics();
  const hash = metadataHash(requiredTopics(topology), topics);
  const configured = before !== undefined && hash === knownHash ? before : configureTopology(topology, topics);
  draft.effect(() => {
    // A group that begins with this request does not exist before its records are replayed: the next request looks again.
    const group = streamsGroup(context, groupId);
    if (group === undefined) return;
    group.configuredTopology = configured;
    group.needsMetadataRefresh = false;
  });
  return { configured, hash };
}

/** The first member brings the topology; one of an older epoch goes on with the group's. */
function requireTopology(known: Topology | undefined, told: Topology | null): Topology {
  if (known === undefined) {
    if (told === null) throw new KafkaError('UNKNOWN_SERVER_ERROR', 'The streams group has lost its topology.');
    return told;
  }
  if (told !== null && told.epoch >= known.epoch && !sameTopology(known, told))
    throw new KafkaError('INVALID_REQUEST', 'Topology updates are not supported yet.');
  return known;
}

function requireKnownTasks(
  { problem, subtopologies }: ConfiguredTopology,
  { activeTasks, standbyTasks, warmupTasks }: StreamsGroupHeartbeatRequest,
): void {
  if (problem !== undefined) return;
  for (const { subtopologyId, partitions } of [activeTasks, standbyTasks, warmupTasks].flatMap(
    (tasks) => tasks ?? [],
  )) {
    const subtopology = subtopologies.find((candidate) => candidate.subtopologyId === subtopologyId);
    const unknown = partitions.find((partition) => partition < 0 || partition >= (subtopology?.taskCount ?? 0));
    if (subtopology === undefined || unknown !== undefined)
      throw new KafkaError('INVALID_REQUEST', `There is no task ${unknown ?? ''} of subtopology ${subtopologyId}.`);
  }
}

/** Moves the group to its next epoch when anything changed that the assignment depends on. */
function updateEpoch(draft: StreamsDraft, configured: ConfiguredTopology, hash: bigint, hasToldNews: boolean): void {
  const { context, group } = draft;
  const { groupId } = group;
  const validatedTopologyEpoch = configured.problem === undefined ? configured.topologyEpoch : -1;
  const replicas = streamsSetting(context, groupId, 'num.standby.replicas');
  const assignmentConfigs = new Map([[STANDBY_REPLICAS, String(replicas)]]);
  const isDue =
    hasToldNews ||
    hash !== group.metadataHash ||
    validatedTopologyEpoch !== group.validatedTopologyEpoch ||
    !sameTexts(assignmentConfigs, group.assignmentConfigs);
  if (!isDue) return;
  const epoch = group.groupEpoch + 1;
  draft.write(groupEpochRecord(groupId, { epoch, metadataHash: hash, validatedTopologyEpoch, assignmentConfigs }));
}

/** What the member is to have. A new group waits a little for more members, and no group computes it too often. */
function updateTarget(
  draft: StreamsDraft,
  memberId: string,
  configured: ConfiguredTopology,
  isFirst: boolean,
  statuses: StreamsStatus[],
): Tasks {
  const { context, group } = draft;
  const { groupId } = group;
  const delayMs = isFirst ? streamsSetting(context, groupId, 'initial.rebalance.delay.ms') : 0;
  if (delayMs > 0)
    draft.effect(() => startInitialDelay(context, groupId, delayMs, () => assignAfterDelay(context, groupId)));
  if (delayMs > 0 || isInitialDelayRunning(context, groupId)) {
    statuses.push(delayed('initial rebalance delay'));
    return NO_TASKS;
  }
  if (group.assignmentEpoch >= group.groupEpoch) return group.target(memberId);
  const intervalMs = groupSetting(context, groupId, 'streams', 'assignment.interval.ms');
  if (isAssignedTooRecently(group.assignmentTimestampMs, intervalMs, context.clock.now()))
    statuses.push(delayed('assignment interval'));
  else assignTasks(draft, configured);
  return draft.group.target(memberId);
}

function delayed(reason: string): StreamsStatus {
  return {
    statusCode: STREAMS_STATUS.assignmentDelayed,
    statusDetail: `Assignment delayed due to the configured ${reason}.`,
  };
}

function reconcileMember(
  draft: StreamsDraft,
  member: StreamsMember,
  target: Tasks,
  owned: Tasks | undefined,
): StreamsMember {
  const { context, group } = draft;
  const { groupId, assignmentEpoch } = group;
  if (isReconciledTo(member, assignmentEpoch)) return member;
  const owners = new TaskOwners(group.members);
  const updated = reconcile(member, { target, targetEpoch: assignmentEpoch, owned, owners });
  if (ownsSame(member, updated)) return member;
  draft.write(currentMemberRecord(groupId, updated));
  draft.effect(() => {
    if (updated.state === MEMBER_STATE.unrevokedTasks) startRevocationTimer(context, groupId, updated);
    else stopRevocationTimer(context, groupId, updated.memberId);
  });
  return updated;
}

/** Tasks where they changed, or the member tells others; endpoints where it has not heard of the last change. */
function tellTasks(
  draft: StreamsDraft,
  before: StreamsMember,
  after: StreamsMember,
  configured: ConfiguredTopology,
  request: StreamsGroupHeartbeatRequest,
): Partial<StreamsHeartbeatAnswer> {
  const { memberEpoch, endpointInformationEpoch } = request;
  const { context, group } = draft;
  const { groupId } = group;
  const { active, standby, warmup } = after.assigned;
  const areOther = memberEpoch === 0 || !sameOwnedTasks(before.assigned, after.assigned);
  const owned = ownedTasks(request);
  // The answer that told them may have been lost.
  const tellsTasks = areOther || (owned !== undefined && !sameTasks(owned, after.assigned));
  const isNewGroup = streamsGroup(context, groupId) === undefined;
  const endpointEpoch = group.endpointEpoch + (areOther && after.userEndpoint !== null ? 1 : 0);
  draft.effect(() => {
    const known = streamsGroup(context, groupId);
    if (known !== undefined) known.endpointEpoch = endpointEpoch;
  });
  return {
    ...(tellsTasks && {
      activeTasks: listTasks(active),
      standbyTasks: listTasks(standby),
      warmupTasks: listTasks(warmup),
    }),
    // It is not logged, and so begins anew with a group and with its coordinator.
    endpointInformationEpoch: isNewGroup ? 0 : endpointEpoch,
    ...(endpointEpoch !== endpointInformationEpoch && {
      partitionsByUserEndpoint: endpointsOf(group.members, configured, context.topics()),
    }),
  };
}
