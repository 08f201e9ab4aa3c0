// Finds the partition that a request means, with the error that Kafka gives where there is none.

import { KafkaError } from '../protocol/index.ts';
import type { HostedPartition, Partition } from '../storage/index.ts';
import type { RequestContext } from './handler.ts';
import type { BrokerServices } from './services.ts';

/** From here on Produce and Fetch name topics by their ids only. */
export const FIRST_VERSION_WITH_TOPIC_IDS = 13;

/** A topic as Produce and Fetch name it. */
export interface TopicReference {
  readonly name: string;
  readonly topicId: string;
}

/** The name of the topic, whether there is one or not. Throws UNKNOWN_TOPIC_ID for an id that nothing has. */
export function topicName({ services, apiVersion }: RequestContext, reference: TopicReference): string {
  if (apiVersion < FIRST_VERSION_WITH_TOPIC_IDS) return reference.name;
  const topic = services.metadata.image.topics.byId.get(reference.topicId);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID');
  return topic.name;
}

/** The partition, whether its log is loaded or not. Throws UNKNOWN_TOPIC_OR_PARTITION, or NOT_LEADER_OR_FOLLOWER while it is being made. */
export function hostedPartition(services: BrokerServices, topic: string, index: number): HostedPartition {
  const hosted = services.storage.partition(topic, index);
  if (hosted !== undefined) return hosted;
  const known = services.metadata.image.topics.partition(topic, index);
  throw new KafkaError(known === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'NOT_LEADER_OR_FOLLOWER');
}

/**
 * The partition, ready to be used: at once where its log is loaded, which is nearly always, else when it is. Throws as `hostedPartition`, and
 * KAFKA_STORAGE_ERROR where its log directory is offline or its log could not be loaded; rejects with that where the log cannot be loaded now.
 */
export function leaderPartition(
  services: BrokerServices,
  topic: string,
  index: number,
): Partition | Promise<Partition> {
  const hosted = hostedPartition(services, topic, index);
  if (hosted.error !== undefined) throw hosted.error;
  return hosted.loaded ?? hosted.load();
}

/** Refuses a client whose idea of the leader is older (FENCED_LEADER_EPOCH) or newer (UNKNOWN_LEADER_EPOCH) than ours; -1 is no idea (KIP-320). */
export function checkLeaderEpoch(partition: Partition, currentLeaderEpoch: number): void {
  if (currentLeaderEpoch === -1 || currentLeaderEpoch === partition.leaderEpoch) return;
  throw new KafkaError(currentLeaderEpoch < partition.leaderEpoch ? 'FENCED_LEADER_EPOCH' : 'UNKNOWN_LEADER_EPOCH');
}

/** For a client whose idea of the leader is old (KIP-951); undefined where there is no such partition. */
export function currentLeader({ metadata }: BrokerServices, topic: string, index: number) {
  const partition = metadata.image.topics.partition(topic, index);
  return partition && { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch };
}
