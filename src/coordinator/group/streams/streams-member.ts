// One member of a streams group, which is a thread of a Kafka Streams application. A change makes a new object.

import type {
  StreamsGroupCurrentMemberAssignmentValue,
  StreamsGroupMemberMetadataValue,
} from '../../../protocol/index.ts';
import { NO_TASKS, type OwnedTasks, sameOwnedTasks, type TaskIdsWithEpochs, toTaskIds } from './tasks.ts';

/** Kafka's values in the records. A value that we do not know makes the member start over. */
export const MEMBER_STATE = { stable: 1, unrevokedTasks: 2, unreleasedTasks: 3 } as const;

export const LEAVE_EPOCH = -1;
export const LEAVE_STATIC_EPOCH = -2;

export interface StreamsMember {
  readonly memberId: string;
  /** Records have room for one; no member may have one yet. */
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly topologyEpoch: number;
  /** Threads of one process share its state directory. */
  readonly processId: string;
  /** Where the application answers interactive queries. */
  readonly userEndpoint: StreamsGroupMemberMetadataValue['userEndpoint'];
  readonly clientTags: ReadonlyMap<string, string>;
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: number;
  readonly assigned: OwnedTasks;
  readonly pendingRevocation: OwnedTasks;
}

export function newStreamsMember(memberId: string): StreamsMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    rebalanceTimeoutMs: -1,
    topologyEpoch: -1,
    processId: '',
    userEndpoint: null,
    clientTags: new Map(),
    memberEpoch: 0,
    previousMemberEpoch: 0,
    state: MEMBER_STATE.stable,
    assigned: NO_TASKS,
    pendingRevocation: NO_TASKS,
  };
}

export function isReconciledTo({ state, memberEpoch }: StreamsMember, assignmentEpoch: number): boolean {
  return state === MEMBER_STATE.stable && memberEpoch === assignmentEpoch;
}

/** Whether both have told the same about themselves. */
export function toldSame(one: StreamsMember, other: StreamsMember): boolean {
  return (
    one.rackId === other.rackId &&
    one.clientId === other.clientId &&
    one.clientHost === other.clientHost &&
    one.rebalanceTimeoutMs === other.rebalanceTimeoutMs &&
    one.topologyEpoch === other.topologyEpoch &&
    one.processId === other.processId &&
    one.userEndpoint?.host === other.userEndpoint?.host &&
    one.userEndpoint?.port === other.userEndpoint?.port &&
    sameTexts(one.clientTags, other.clientTags)
  );
}

export function ownsSame(one: StreamsMember, other: StreamsMember): boolean {
  return (
    one.memberEpoch === other.memberEpoch &&
    one.previousMemberEpoch === other.previousMemberEpoch &&
    one.state === other.state &&
    sameOwnedTasks(one.assigned, other.assigned) &&
    sameOwnedTasks(one.pendingRevocation, other.pendingRevocation)
  );
}

export function sameTexts(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** The member with what its metadata record says. */
export function withMetadata(member: StreamsMember, value: StreamsGroupMemberMetadataValue): StreamsMember {
  return { ...member, ...value, clientTags: new Map(value.clientTags.map((tag) => [tag.key, tag.value])) };
}

/** The member with what its assignment record says. */
export function withOwnership(member: StreamsMember, value: StreamsGroupCurrentMemberAssignmentValue): StreamsMember {
  const { memberEpoch, previousMemberEpoch, state } = value;
  return {
    ...member,
    memberEpoch,
    previousMemberEpoch,
    state,
    assigned: {
      active: readEpochs(value.activeTasks, memberEpoch),
      standby: toTaskIds(value.standbyTasks),
      warmup: toTaskIds(value.warmupTasks),
    },
    pendingRevocation: {
      active: readEpochs(value.activeTasksPendingRevocation, memberEpoch),
      standby: toTaskIds(value.standbyTasksPendingRevocation),
      warmup: toTaskIds(value.warmupTasksPendingRevocation),
    },
  };
}

/** The member after its assignment record is gone, which is the first step of its end. */
export function withoutOwnership(member: StreamsMember): StreamsMember {
  return {
    ...member,
    memberEpoch: LEAVE_EPOCH,
    previousMemberEpoch: LEAVE_EPOCH,
    assigned: NO_TASKS,
    pendingRevocation: NO_TASKS,
  };
}

/** Records of Kafka before 4.3 lack the epochs: the tasks count as assigned in the epoch of the record. */
function readEpochs(
  tasks: StreamsGroupCurrentMemberAssignmentValue['activeTasks'],
  memberEpoch: number,
): TaskIdsWithEpochs {
  return new Map(
    tasks.map(({ subtopologyId, partitions, assignmentEpochs }) => {
      const epochs = assignmentEpochs?.length === partitions.length ? assignmentEpochs : [];
      return [subtopologyId, new Map(partitions.map((partition, index) => [partition, epochs[index] ?? memberEpoch]))];
    }),
  );
}
