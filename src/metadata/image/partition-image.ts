// One partition as the cluster's metadata has it, and how records change it.

import type { PartitionChangeRecord, PartitionRecord } from '../../protocol/index.ts';

/** Broker ids in the lists. Fields and their meaning are those of Kafka's PartitionRecord. */
export interface PartitionImage {
  readonly replicas: readonly number[];
  /** The log directory of each replica, in the order of `replicas`. */
  readonly directories: readonly string[];
  readonly isr: readonly number[];
  readonly removingReplicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly eligibleLeaderReplicas: readonly number[];
  readonly lastKnownElr: readonly number[];
  /** A broker id, or `NO_LEADER`. */
  readonly leader: number;
  readonly leaderRecoveryState: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export const NO_LEADER = -1;
/** In a change record: the leader, and so its epoch, stay. */
export const NO_LEADER_CHANGE = -2;
const NO_RECOVERY_CHANGE = -1;

/** `neighbour` is a partition that is likely to be placed alike: what is equal is shared with it. */
export function partitionOf(record: PartitionRecord, neighbour?: PartitionImage): PartitionImage {
  const replicas = shared(record.replicas, neighbour?.replicas);
  return {
    replicas,
    directories: shared(record.directories, neighbour?.directories),
    isr: shared(record.isr, replicas),
    removingReplicas: shared(record.removingReplicas),
    addingReplicas: shared(record.addingReplicas),
    eligibleLeaderReplicas: shared(record.eligibleLeaderReplicas ?? []),
    lastKnownElr: shared(record.lastKnownElr ?? []),
    leader: record.leader,
    leaderRecoveryState: record.leaderRecoveryState,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
  };
}

/** A change that names a leader, even the same one, begins a new leader epoch; any change begins a new partition epoch. */
export function changedPartition(partition: PartitionImage, record: PartitionChangeRecord): PartitionImage {
  const hasElection = record.leader !== NO_LEADER_CHANGE;
  const hasRecovery = record.leaderRecoveryState !== NO_RECOVERY_CHANGE;
  return {
    replicas: record.replicas === null ? partition.replicas : shared(record.replicas),
    directories: record.directories === null ? partition.directories : shared(record.directories),
    isr: record.isr === null ? partition.isr : shared(record.isr),
    removingReplicas: record.removingReplicas === null ? partition.removingReplicas : shared(record.removingReplicas),
    addingReplicas: record.addingReplicas === null ? partition.addingReplicas : shared(record.addingReplicas),
    eligibleLeaderReplicas:
      record.eligibleLeaderReplicas === null ? partition.eligibleLeaderReplicas : shared(record.eligibleLeaderReplicas),
    lastKnownElr: record.lastKnownElr === null ? partition.lastKnownElr : shared(record.lastKnownElr),
    leader: hasElection ? record.leader : partition.leader,
    leaderRecoveryState: hasRecovery ? record.leaderRecoveryState : partition.leaderRecoveryState,
    leaderEpoch: hasElection ? partition.leaderEpoch + 1 : partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch + 1,
  };
}

export function partitionRecord(topicId: string, partitionId: number, partition: PartitionImage): PartitionRecord {
  return {
    partitionId,
    topicId,
    replicas: [...partition.replicas],
    isr: [...partition.isr],
    removingReplicas: [...partition.removingReplicas],
    addingReplicas: [...partition.addingReplicas],
    leader: partition.leader,
    leaderRecoveryState: partition.leaderRecoveryState,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    directories: [...partition.directories],
    // Tagged fields: null keeps them out of the record.
    eligibleLeaderReplicas: partition.eligibleLeaderReplicas.length > 0 ? [...partition.eligibleLeaderReplicas] : null,
    lastKnownElr: partition.lastKnownElr.length > 0 ? [...partition.lastKnownElr] : null,
  };
}

/** A change record that changes nothing but what is given. */
export function partitionChange(
  topicId: string,
  partitionId: number,
  change: Partial<PartitionChangeRecord>,
): PartitionChangeRecord {
  return {
    isr: null,
    leader: NO_LEADER_CHANGE,
    replicas: null,
    removingReplicas: null,
    addingReplicas: null,
    leaderRecoveryState: NO_RECOVERY_CHANGE,
    directories: null,
    eligibleLeaderReplicas: null,
    lastKnownElr: null,
    ...change,
    topicId,
    partitionId,
  };
}

const EMPTY: readonly never[] = Object.freeze([]);

/** The same list object for equal lists: with thousands of partitions it counts. */
function shared<T>(list: readonly T[], like: readonly T[] = EMPTY): readonly T[] {
  if (list.length === 0) return EMPTY;
  return list.length === like.length && list.every((item, index) => item === like[index]) ? like : list;
}
