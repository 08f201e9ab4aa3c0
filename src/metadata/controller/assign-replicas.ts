// Replicas that a request assigns by hand, checked as Kafka checks them.

import { KafkaError } from '../../protocol/index.ts';
import type { BrokersImage } from '../image/brokers-image.ts';
import type { PartitionImage } from '../image/partition-image.ts';
import { newPartition } from './place-replicas.ts';

/** The partition that the assignment describes. `replicationFactor` is that of the partitions before it, if there are any. */
export function assignPartition(
  brokers: BrokersImage,
  partitionId: number,
  brokerIds: readonly number[],
  replicationFactor: number | undefined,
): PartitionImage {
  checkAssignment(brokers, brokerIds, replicationFactor);
  if (!brokerIds.some((id) => brokers.isActive(id))) {
    throw invalid(
      `All brokers specified in the manual partition assignment for partition ${partitionId} are fenced or in controlled shutdown.`,
    );
  }
  return newPartition(brokers, brokerIds);
}

/** Throws INVALID_REPLICA_ASSIGNMENT unless the brokers are registered and named once. */
export function checkAssignment(
  brokers: BrokersImage,
  brokerIds: readonly number[],
  replicationFactor: number | undefined,
): void {
  if (brokerIds.length === 0) throw invalid('The manual partition assignment includes an empty replica list.');
  const seen = new Set<number>();
  for (const id of [...brokerIds].sort((first, second) => first - second)) {
    if (!brokers.byId.has(id)) {
      throw invalid(`The manual partition assignment includes broker ${id}, but no such broker is registered.`);
    }
    if (seen.has(id)) throw invalid(`The manual partition assignment includes the broker ${id} more than once.`);
    seen.add(id);
  }
  if (replicationFactor !== undefined && brokerIds.length !== replicationFactor) {
    throw invalid(
      `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is not consistent with ` +
        `previous partitions, which have ${replicationFactor} replica(s).`,
    );
  }
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REPLICA_ASSIGNMENT', message);
}
