// What a client knows of a cluster: brokers, and topics with the leaders of their partitions. A value that is replaced, never changed.

import type { Address } from '../platform/index.ts';
import { type KafkaError, type MetadataResponse, ZERO_UUID } from '../protocol/index.ts';
import { type AclOperation, readAuthorizedOperations } from './admin/authorized-operations.ts';
import { responseError } from './response-error.ts';

/** A broker, and where to reach it. */
export interface BrokerNode extends Address {
  readonly id: number;
  readonly rack: string | null;
}

/** A partition, with its leader and its replicas by their node ids. */
export interface PartitionMetadata {
  readonly partition: number;
  /** Node id; -1 while there is none. */
  readonly leader: number;
  /** -1 when the broker is too old to say. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  readonly offlineReplicas: readonly number[];
  readonly error: KafkaError | undefined;
}

/** A topic with its partitions. */
export interface TopicMetadata {
  readonly name: string;
  /** Undefined when the broker is too old to know ids. */
  readonly topicId: string | undefined;
  readonly isInternal: boolean;
  /** What this client may do with it; undefined where that was not asked for, or the broker is too old to say. */
  readonly authorizedOperations: readonly AclOperation[] | undefined;
  /** By partition number, without gaps unless the broker left some out. */
  readonly partitions: readonly PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly clusterId: string | null;
  /** Node id; -1 when there is none. */
  readonly controllerId: number;
  readonly brokers: ReadonlyMap<number, BrokerNode>;
}

export function readClusterMetadata(response: MetadataResponse): ClusterMetadata {
  return {
    clusterId: response.clusterId,
    controllerId: response.controllerId,
    brokers: new Map(
      response.brokers.map((broker) => [
        broker.nodeId,
        { id: broker.nodeId, host: broker.host, port: broker.port, rack: broker.rack },
      ]),
    ),
  };
}

/** The topics of a response, each with its metadata or the error that stands in its place. */
export function readTopics(response: MetadataResponse): Map<string, TopicMetadata | KafkaError> {
  const topics = new Map<string, TopicMetadata | KafkaError>();
  for (const topic of response.topics) {
    const name = topic.name;
    if (name === null) continue;
    const error = responseError(topic.errorCode, `use topic ${name}`);
    topics.set(name, error ?? readTopic(name, topic));
  }
  return topics;
}

/** The metadata of one topic that was answered without an error. */
export function readTopic(name: string, topic: MetadataResponse['topics'][number]): TopicMetadata {
  const partitions = topic.partitions.map((partition) => ({
    partition: partition.partitionIndex,
    leader: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: partition.replicaNodes,
    inSyncReplicas: partition.isrNodes,
    offlineReplicas: partition.offlineReplicas,
    error: responseError(partition.errorCode, `use partition ${name}-${partition.partitionIndex}`),
  }));
  return {
    name,
    topicId: topic.topicId === ZERO_UUID ? undefined : topic.topicId,
    isInternal: topic.isInternal,
    authorizedOperations: readAuthorizedOperations(topic.topicAuthorizedOperations),
    partitions: partitions.sort((left, right) => left.partition - right.partition),
  };
}
