// StreamsGroupDescribe: one group with its topology and its members, the tasks that they have and those that they are to have.

import type { ErrorName, streamsGroupDescribe } from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { undescribedGroup } from '../describe-group.ts';
import type { GroupContext } from '../group-context.ts';
import { requireStreamsGroup } from './streams-draft.ts';
import type { StreamsGroup } from './streams-group.ts';
import type { StreamsMember } from './streams-member.ts';
import { listTasks, type OwnedTasks, type Tasks } from './tasks.ts';

export type DescribedStreamsGroup = Answer<typeof streamsGroupDescribe>['groups'][number];
type DescribedTopology = NonNullable<DescribedStreamsGroup['topology']>;
type DescribedMember = DescribedStreamsGroup['members'][number];

/** Throws GROUP_ID_NOT_FOUND. */
export function describeStreamsGroup(context: GroupContext, groupId: string): DescribedStreamsGroup {
  const group = requireStreamsGroup(context, groupId);
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    topology: describeTopology(group),
    members: Array.from(group.members, (member) => describeMember(member, group.target(member.memberId))),
  };
}

export function describedStreamsGroupError(
  groupId: string,
  error: ErrorName,
  errorMessage: string | null = null,
): DescribedStreamsGroup {
  return { ...undescribedGroup(groupId, error, errorMessage), topology: null };
}

/** With the partitions of internal topics where all topics are there. */
function describeTopology({ topology, configuredTopology }: StreamsGroup): DescribedTopology | null {
  if (topology === undefined) return null;
  const subtopologies =
    configuredTopology !== undefined && configuredTopology.problem === undefined
      ? configuredTopology.subtopologies
      : topology.subtopologies;
  return {
    epoch: topology.epoch,
    subtopologies: [...subtopologies].sort(by(({ subtopologyId }) => subtopologyId)).map((subtopology) => ({
      subtopologyId: subtopology.subtopologyId,
      sourceTopics: [...subtopology.sourceTopics].sort(),
      repartitionSinkTopics: [...subtopology.repartitionSinkTopics].sort(),
      stateChangelogTopics: [...subtopology.stateChangelogTopics].sort(by(({ name }) => name)),
      repartitionSourceTopics: [...subtopology.repartitionSourceTopics].sort(by(({ name }) => name)),
    })),
  };
}

function describeMember(member: StreamsMember, target: Tasks): DescribedMember {
  const { memberId, memberEpoch, instanceId, rackId, clientId, clientHost, topologyEpoch, processId } = member;
  return {
    ...{ memberId, memberEpoch, instanceId, rackId, clientId, clientHost, topologyEpoch, processId },
    userEndpoint: member.userEndpoint,
    clientTags: Array.from(member.clientTags, ([key, value]) => ({ key, value })),
    taskOffsets: [],
    taskEndOffsets: [],
    assignment: listAll(member.assigned),
    targetAssignment: listAll(target),
    isClassic: false,
  };
}

function listAll({ active, standby, warmup }: Tasks | OwnedTasks): DescribedMember['assignment'] {
  return { activeTasks: listTasks(active), standbyTasks: listTasks(standby), warmupTasks: listTasks(warmup) };
}

function by<T>(key: (item: T) => string): (one: T, other: T) => number {
  return (one, other) => (key(one) < key(other) ? -1 : 1);
}
