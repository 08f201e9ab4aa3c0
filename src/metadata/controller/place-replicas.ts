// Which brokers hold the replicas of new partitions: round robin from a random start, so that leaders spread.

import type { Random } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { BrokersImage } from '../image/brokers-image.ts';
import type { PartitionImage } from '../image/partition-image.ts';
import { UNASSIGNED_DIRECTORY } from './assign-directories.ts';

/** `count` new partitions. Throws INVALID_REPLICATION_FACTOR where the brokers are too few. */
export function placePartitions(
  brokers: BrokersImage,
  count: number,
  replicationFactor: number,
  random: Random,
): PartitionImage[] {
  const known = [...brokers.byId.keys()].filter((id) => brokers.hasOpenDirectory(id));
  const active = known.filter((id) => brokers.isActive(id)).sort((first, second) => first - second);
  checkReplicationFactor(replicationFactor, active.length, known.length);
  const start = random.integer(active.length);
  return Array.from({ length: count }, (_, partition) => {
    const first = start + partition;
    const replicas = Array.from({ length: replicationFactor }, (_, replica) => at(active, first + replica));
    return newPartition(brokers, replicas);
  });
}

/** A new partition with replicas on these brokers; those that are active are in sync. */
export function newPartition(brokers: BrokersImage, replicas: readonly number[]): PartitionImage {
  const isr = replicas.filter((id) => brokers.isActive(id));
  const [leader] = isr;
  if (leader === undefined) throw new Error('Cannot make a partition without an active replica');
  return {
    replicas,
    directories: replicas.map((id) => onlyDirectoryOf(brokers, id)),
    isr: isr.length === replicas.length ? replicas : isr,
    removingReplicas: [],
    addingReplicas: [],
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    leader,
    leaderRecoveryState: 0,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
}

/** A broker with one log directory has no choice; with several it decides itself. */
function onlyDirectoryOf(brokers: BrokersImage, brokerId: number): string {
  const directories = brokers.byId.get(brokerId)?.logDirs ?? [];
  return directories.length === 1 ? at(directories, 0) : UNASSIGNED_DIRECTORY;
}

function checkReplicationFactor(replicationFactor: number, active: number, registered: number): void {
  if (active === 0) {
    throw invalid('All brokers are currently fenced, or have all their log directories cordoned.');
  }
  if (replicationFactor > registered) {
    throw invalid(
      `The target replication factor of ${replicationFactor} cannot be reached because only ${registered} broker(s) are registered ` +
        'or some brokers have all their log directories cordoned.',
    );
  }
  if (replicationFactor > active) {
    throw invalid(
      `The target replication factor of ${replicationFactor} cannot be reached because only ${active} broker(s) are active.`,
    );
  }
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REPLICATION_FACTOR', message);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('There is nothing to choose from');
  return item;
}
