// The records of streams groups, in the versions and with the contents that Apache Kafka 4.3 writes.

import {
  type StreamsGroupCurrentMemberAssignmentValue,
  type StreamsGroupTopologyValue,
  streamsGroupCurrentMemberAssignmentRecord,
  streamsGroupMemberMetadataRecord,
  streamsGroupMetadataRecord,
  streamsGroupTargetAssignmentMemberRecord,
  streamsGroupTargetAssignmentMetadataRecord,
  streamsGroupTopologyRecord,
} from '../../../protocol/index.ts';
import { type RecordOf, RecordTable } from '../record-table.ts';
import type { StreamsMember } from './streams-member.ts';
import { listTasks, type TaskIds, type TaskIdsWithEpochs, type Tasks } from './tasks.ts';

export const streamsGroupRecords = new RecordTable({
  'streams-group': streamsGroupMetadataRecord,
  'streams-topology': streamsGroupTopologyRecord,
  'streams-member': streamsGroupMemberMetadataRecord,
  'streams-target': streamsGroupTargetAssignmentMetadataRecord,
  'streams-target-member': streamsGroupTargetAssignmentMemberRecord,
  'streams-current-member': streamsGroupCurrentMemberAssignmentRecord,
});

export type StreamsGroupRecord = RecordOf<typeof streamsGroupRecords>;

/** What a group's epoch stands for. */
export interface StreamsGroupEpoch {
  readonly epoch: number;
  readonly metadataHash: bigint;
  /** -1 while its topics are not as the topology needs them. */
  readonly validatedTopologyEpoch: number;
  readonly assignmentConfigs: ReadonlyMap<string, string>;
}

type TasksInRecord = StreamsGroupCurrentMemberAssignmentValue['activeTasks'];

export function groupEpochRecord(groupId: string, of: StreamsGroupEpoch): StreamsGroupRecord {
  const { epoch, metadataHash, validatedTopologyEpoch, assignmentConfigs } = of;
  const lastAssignmentConfigs = Array.from(assignmentConfigs, ([key, value]) => ({ key, value }));
  return {
    kind: 'streams-group',
    key: { groupId },
    value: { epoch, metadataHash, validatedTopologyEpoch, lastAssignmentConfigs },
  };
}

export function groupEpochTombstone(groupId: string): StreamsGroupRecord {
  return { kind: 'streams-group', key: { groupId }, value: null };
}

export function topologyRecord(groupId: string, topology: StreamsGroupTopologyValue): StreamsGroupRecord {
  return { kind: 'streams-topology', key: { groupId }, value: topology };
}

export function topologyTombstone(groupId: string): StreamsGroupRecord {
  return { kind: 'streams-topology', key: { groupId }, value: null };
}

export function memberRecord(groupId: string, member: StreamsMember): StreamsGroupRecord {
  const { memberId, instanceId, rackId, clientId, clientHost, rebalanceTimeoutMs, topologyEpoch, processId } = member;
  const clientTags = [...member.clientTags.keys()]
    .sort()
    .map((key) => ({ key, value: member.clientTags.get(key) ?? '' }));
  const about = { instanceId, rackId, clientId, clientHost, rebalanceTimeoutMs, topologyEpoch, processId };
  return {
    kind: 'streams-member',
    key: { groupId, memberId },
    value: { ...about, userEndpoint: member.userEndpoint, clientTags },
  };
}

export function memberTombstone(groupId: string, memberId: string): StreamsGroupRecord {
  return { kind: 'streams-member', key: { groupId, memberId }, value: null };
}

export function targetRecord(groupId: string, assignmentEpoch: number, timestampMs: bigint): StreamsGroupRecord {
  return { kind: 'streams-target', key: { groupId }, value: { assignmentEpoch, assignmentTimestamp: timestampMs } };
}

export function targetTombstone(groupId: string): StreamsGroupRecord {
  return { kind: 'streams-target', key: { groupId }, value: null };
}

export function targetMemberRecord(groupId: string, memberId: string, tasks: Tasks): StreamsGroupRecord {
  return {
    kind: 'streams-target-member',
    key: { groupId, memberId },
    value: {
      activeTasks: listTasks(tasks.active),
      standbyTasks: listTasks(tasks.standby),
      warmupTasks: listTasks(tasks.warmup),
    },
  };
}

export function targetMemberTombstone(groupId: string, memberId: string): StreamsGroupRecord {
  return { kind: 'streams-target-member', key: { groupId, memberId }, value: null };
}

export function currentMemberRecord(groupId: string, member: StreamsMember): StreamsGroupRecord {
  const { memberId, memberEpoch, previousMemberEpoch, state, assigned, pendingRevocation } = member;
  return {
    kind: 'streams-current-member',
    key: { groupId, memberId },
    value: {
      memberEpoch,
      previousMemberEpoch,
      state,
      activeTasks: withEpochs(assigned.active),
      standbyTasks: withoutEpochs(assigned.standby),
      warmupTasks: withoutEpochs(assigned.warmup),
      activeTasksPendingRevocation: withEpochs(pendingRevocation.active),
      standbyTasksPendingRevocation: withoutEpochs(pendingRevocation.standby),
      warmupTasksPendingRevocation: withoutEpochs(pendingRevocation.warmup),
    },
  };
}

export function currentMemberTombstone(groupId: string, memberId: string): StreamsGroupRecord {
  return { kind: 'streams-current-member', key: { groupId, memberId }, value: null };
}

function withEpochs(tasks: TaskIdsWithEpochs): TasksInRecord {
  return listTasks(tasks).map(({ subtopologyId, partitions }) => ({
    subtopologyId,
    partitions,
    assignmentEpochs: partitions.map((partition) => tasks.get(subtopologyId)?.get(partition) ?? 0),
  }));
}

function withoutEpochs(tasks: TaskIds): TasksInRecord {
  return listTasks(tasks).map((listed) => ({ ...listed, assignmentEpochs: null }));
}
