// The records of streams groups, in the versions and with the contents that Apache Kafka 4.3 writes.

import {
  type DecodedKey,
  decodeRecordValue,
  type GROUP_RECORDS,
  type StreamsGroupCurrentMemberAssignmentKey,
  type StreamsGroupCurrentMemberAssignmentValue,
  type StreamsGroupMemberMetadataKey,
  type StreamsGroupMemberMetadataValue,
  type StreamsGroupMetadataKey,
  type StreamsGroupMetadataValue,
  type StreamsGroupTargetAssignmentMemberKey,
  type StreamsGroupTargetAssignmentMemberValue,
  type StreamsGroupTargetAssignmentMetadataKey,
  type StreamsGroupTargetAssignmentMetadataValue,
  type StreamsGroupTopologyKey,
  type StreamsGroupTopologyValue,
  streamsGroupCurrentMemberAssignmentRecord,
  streamsGroupMemberMetadataRecord,
  streamsGroupMetadataRecord,
  streamsGroupTargetAssignmentMemberRecord,
  streamsGroupTargetAssignmentMetadataRecord,
  streamsGroupTopologyRecord,
} from '../../../protocol/index.ts';
import type { LogRecord } from '../../runtime/coordinator-log.ts';
import { type RecordOf, recordBytes } from '../record-bytes.ts';
import type { StreamsMember } from './streams-member.ts';
import { listTasks, type TaskIds, type TaskIdsWithEpochs, type Tasks } from './tasks.ts';

export type StreamsGroupRecord =
  | RecordOf<'streams-group', StreamsGroupMetadataKey, StreamsGroupMetadataValue>
  | RecordOf<'streams-topology', StreamsGroupTopologyKey, StreamsGroupTopologyValue>
  | RecordOf<'streams-member', StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue>
  | RecordOf<'streams-target', StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue>
  | RecordOf<'streams-target-member', StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue>
  | RecordOf<
      'streams-current-member',
      StreamsGroupCurrentMemberAssignmentKey,
      StreamsGroupCurrentMemberAssignmentValue
    >;

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

export function isStreamsRecord(record: { readonly kind: string }): record is StreamsGroupRecord {
  return record.kind.startsWith('streams-');
}

export function serializeStreamsRecord(record: StreamsGroupRecord): LogRecord {
  switch (record.kind) {
    case 'streams-group':
      return recordBytes(streamsGroupMetadataRecord, record);
    case 'streams-topology':
      return recordBytes(streamsGroupTopologyRecord, record);
    case 'streams-member':
      return recordBytes(streamsGroupMemberMetadataRecord, record);
    case 'streams-target':
      return recordBytes(streamsGroupTargetAssignmentMetadataRecord, record);
    case 'streams-target-member':
      return recordBytes(streamsGroupTargetAssignmentMemberRecord, record);
    case 'streams-current-member':
      return recordBytes(streamsGroupCurrentMemberAssignmentRecord, record);
  }
}

/** Undefined for records of other kinds. */
export function deserializeStreamsRecord(
  { type, key }: DecodedKey<typeof GROUP_RECORDS>,
  value: Buffer | null,
): StreamsGroupRecord | undefined {
  switch (type) {
    case 17:
      return { kind: 'streams-group', key, value: value && decodeRecordValue(streamsGroupMetadataRecord, value) };
    case 19:
      return {
        kind: 'streams-member',
        key,
        value: value && decodeRecordValue(streamsGroupMemberMetadataRecord, value),
      };
    case 20:
      return {
        kind: 'streams-target',
        key,
        value: value && decodeRecordValue(streamsGroupTargetAssignmentMetadataRecord, value),
      };
    case 21:
      return {
        kind: 'streams-target-member',
        key,
        value: value && decodeRecordValue(streamsGroupTargetAssignmentMemberRecord, value),
      };
    case 22:
      return {
        kind: 'streams-current-member',
        key,
        value: value && decodeRecordValue(streamsGroupCurrentMemberAssignmentRecord, value),
      };
    case 23:
      return { kind: 'streams-topology', key, value: value && decodeRecordValue(streamsGroupTopologyRecord, value) };
    default:
      return undefined;
  }
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
