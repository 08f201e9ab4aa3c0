// Leader and replicas of a partition as clients are told: without a leader while it is being made, or where its log or disk has failed.

import type { PartitionImage } from '../metadata/index.ts';
import type { BrokerServices } from './services.ts';

export interface PartitionState {
  /** -1 for none. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly replicaNodes: readonly number[];
  readonly isrNodes: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export function partitionState(
  services: BrokerServices,
  topic: string,
  index: number,
  image: PartitionImage,
): PartitionState {
  const hosted = services.storage.partition(topic, index);
  const isServed = hosted !== undefined && hosted.error === undefined;
  return {
    leaderId: isServed ? image.leader : -1,
    leaderEpoch: image.leaderEpoch,
    replicaNodes: image.replicas,
    isrNodes: image.isr,
    offlineReplicas: isServed ? [] : image.replicas.filter((replica) => replica === services.nodeId),
  };
}
