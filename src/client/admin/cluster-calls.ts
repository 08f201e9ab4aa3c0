// The calls of `Admin` about the cluster itself: its brokers and controllers, their settings, disks and features, and where replicas are.

import type { RetryScope } from '../cluster.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { AccessCalls } from './access-calls.ts';
import { type AlterConfigsOptions, type AlteredConfig, alterConfigs, type ConfigChanges } from './alter-configs.ts';
import type { DescribeOptions } from './authorized-operations.ts';
import type { ConfigResource, ConfigResourceType } from './config-resource.ts';
import { type DescribedVersions, describeApiVersions } from './describe-api-versions.ts';
import { type ClusterDescription, describeCluster } from './describe-cluster.ts';
import { type DescribeConfigsOptions, type DescribedConfig, describeConfigs } from './describe-configs.ts';
import { describeLogDirs, type LogDirDescription } from './describe-log-dirs.ts';
import {
  describeFeatures,
  type FeatureLevels,
  type FeatureUpdate,
  type UpdateFeaturesOptions,
  updateFeatures,
} from './features.ts';
import { listConfigResources } from './list-config-resources.ts';
import {
  addRaftVoter,
  describeMetadataQuorum,
  type MetadataQuorum,
  type NewRaftVoter,
  type RaftVoter,
  type RaftVoterOptions,
  removeRaftVoter,
  unregisterBroker,
} from './quorum.ts';
import {
  alterPartitionReassignments,
  type ElectionType,
  electLeaders,
  listPartitionReassignments,
  type NewReassignment,
  type PartitionReassignment,
  type PartitionResult,
} from './reassignments.ts';
import {
  alterReplicaLogDirs,
  describeReplicaLogDirs,
  type Replica,
  type ReplicaLogDirs,
  type ReplicaMove,
  type ReplicaResult,
} from './replica-log-dirs.ts';

/** What `Admin` can do with the cluster itself. */
export class ClusterCalls extends AccessCalls {
  /**
   * The brokers, the controller and the id of the cluster, as one of its brokers knows them (KIP-700).
   *
   * @example
   * const { clusterId, brokers } = await admin.describeCluster();
   * console.log(clusterId, brokers.map(({ host, port }) => `${host}:${port}`));
   */
  describeCluster(options?: DescribeOptions): Promise<ClusterDescription> {
    return describeCluster(this.cluster, options);
  }

  /**
   * What one broker serves: its APIs with their versions, and its features (KIP-35). Rejects with BROKER_NOT_AVAILABLE when there is none of this node id.
   *
   * @example
   * const { apis } = await admin.describeApiVersions(1);
   * console.log(apis.find(({ apiKey }) => apiKey === 78) ? 'serves queues' : 'has no queues');
   */
  describeApiVersions(nodeId: number, options?: RetryScope): Promise<DescribedVersions> {
    return describeApiVersions(this.cluster, nodeId, options);
  }

  /**
   * All settings of topics, brokers, loggers of brokers, client metrics and groups, by name, with where each value comes from (KIP-133, KIP-226). Secret
   * values are null. Errors of a resource: UNKNOWN_TOPIC_OR_PARTITION, INVALID_REQUEST, TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED,
   * CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const [{ entries } = {}] = await admin.describeConfigs([{ type: 'topic', name: 'orders' }]);
   * for (const { name, value, source } of entries ?? []) if (source !== 'default') console.log(name, value);
   */
  describeConfigs(resources: readonly ConfigResource[], options?: DescribeConfigsOptions): Promise<DescribedConfig[]> {
    return describeConfigs(this.cluster, resources, options);
  }

  /**
   * Sets and removes single settings; all others stay as they are (KIP-339). The changes of a resource are made together, or with an error none of them:
   * INVALID_CONFIG, POLICY_VIOLATION, INVALID_REQUEST for one setting twice, UNKNOWN_TOPIC_OR_PARTITION, TOPIC_AUTHORIZATION_FAILED,
   * GROUP_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED. Making the same changes again is harmless.
   *
   * @example
   * const changes = [{ name: 'retention.ms', operation: 'set' as const, value: '60000' }];
   * const [altered] = await admin.alterConfigs([{ resource: { type: 'topic', name: 'orders' }, changes }]);
   * if (altered?.error) throw altered.error;
   */
  alterConfigs(resources: readonly ConfigChanges[], options?: AlterConfigsOptions): Promise<AlteredConfig[]> {
    return alterConfigs(this.cluster, resources, options);
  }

  /**
   * What has settings of its own, of these types or of all (KIP-1142). Before Kafka 4.1 only client metrics can be listed. Rejects with
   * CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * console.log(await admin.listConfigResources(['client-metrics', 'group']));
   */
  listConfigResources(types?: readonly ConfigResourceType[], options?: RetryScope): Promise<ConfigResource[]> {
    return listConfigResources(this.cluster, types, options);
  }

  /**
   * What lies in the log directories of brokers, and how large the disks are, in bytes (KIP-113, KIP-827). KAFKA_STORAGE_ERROR: the directory is out of
   * order. Rejects with BROKER_NOT_AVAILABLE for a broker that is not there, and with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * for (const { path, usableBytes, totalBytes } of await admin.describeLogDirs([1]))
   *   console.log(path, (usableBytes * 100n) / totalBytes, '% free');
   */
  describeLogDirs(brokerIds: readonly number[], options?: RetryScope): Promise<LogDirDescription[]> {
    return describeLogDirs(this.cluster, brokerIds, options);
  }

  /**
   * In which log directories replicas lie, and whereto they are on the move (KIP-113): one answer for each, in their order, with no path where the broker
   * has no such replica. Rejects as `describeLogDirs`.
   *
   * @example
   * const [{ path, future } = {}] = await admin.describeReplicaLogDirs([{ topic: 'orders', partition: 0, brokerId: 1 }]);
   * console.log(path, future ? `${future.offsetLag} records to go to ${future.path}` : 'stays');
   */
  describeReplicaLogDirs(replicas: readonly Replica[], options?: RetryScope): Promise<ReplicaLogDirs[]> {
    return describeReplicaLogDirs(this.cluster, replicas, options);
  }

  /**
   * Moves replicas between a broker's log directories while they are written and read (KIP-113); resolves when the moves have begun. A broker without the
   * replica makes it there when it gets it. Errors of a replica: LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR for a directory out of order,
   * REPLICA_NOT_AVAILABLE, INVALID_TOPIC_EXCEPTION, CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const [, spare] = await admin.describeLogDirs([1]);
   * if (spare) await admin.alterReplicaLogDirs([{ topic: 'orders', partition: 0, brokerId: 1, path: spare.path }]);
   */
  alterReplicaLogDirs(moves: readonly ReplicaMove[], options?: RetryScope): Promise<ReplicaResult[]> {
    return alterReplicaLogDirs(this.cluster, moves, options);
  }

  /**
   * Moves replicas to other brokers, or calls that off with null (KIP-455); resolves when the moves have begun. Errors of a partition:
   * INVALID_REPLICA_ASSIGNMENT, NO_REASSIGNMENT_IN_PROGRESS where there is nothing to call off, UNKNOWN_TOPIC_OR_PARTITION. Rejects with
   * CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * await admin.alterPartitionReassignments([{ topic: 'orders', partition: 0, replicas: [1] }]);
   */
  alterPartitionReassignments(
    reassignments: readonly NewReassignment[],
    options?: RetryScope,
  ): Promise<PartitionResult[]> {
    return alterPartitionReassignments(this.cluster, reassignments, options);
  }

  /**
   * The partitions whose replicas are on the move, of these or of all; those at rest are left out (KIP-455). Rejects with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const moving = await admin.listPartitionReassignments();
   * console.log(moving.map(({ topic, partition, addingReplicas }) => [topic, partition, addingReplicas]));
   */
  listPartitionReassignments(
    partitions?: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<PartitionReassignment[]> {
    return listPartitionReassignments(this.cluster, partitions, options);
  }

  /**
   * Elects leaders of these partitions, or of all, anew (KIP-460). `unclean` may lose records. Errors of a partition: ELECTION_NOT_NEEDED where the right one
   * leads already, PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION. Rejects with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const elected = await admin.electLeaders('preferred', [{ topic: 'orders', partition: 0 }]);
   * console.log(elected.map(({ partition, error }) => [partition, error?.code ?? 'elected']));
   */
  electLeaders(
    election: ElectionType,
    partitions?: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<PartitionResult[]> {
    return electLeaders(this.cluster, election, partitions, options);
  }

  /**
   * The levels of features (`metadata.version`, `transaction.version` and so on) that a broker can do, and those in force (KIP-584).
   *
   * @example
   * for (const { name, maxLevel, finalizedLevel } of await admin.describeFeatures()) console.log(name, finalizedLevel, 'of', maxLevel);
   */
  describeFeatures(options?: RetryScope): Promise<FeatureLevels[]> {
    return describeFeatures(this.cluster, options);
  }

  /**
   * Changes the levels of features: all of the updates or none of them (KIP-584). Rejects with INVALID_UPDATE_VERSION for a level that a broker or another
   * feature does not allow, or a downgrade that was not called one, and with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * await admin.updateFeatures([{ name: 'share.version', level: 1 }], { validateOnly: true });
   */
  updateFeatures(updates: readonly FeatureUpdate[], options?: UpdateFeaturesOptions): Promise<void> {
    return updateFeatures(this.cluster, updates, options);
  }

  /**
   * The controllers, and how far each of them and of the brokers is in the metadata log (KIP-595). Rejects with CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const { leaderId, highWatermark, voters } = await admin.describeMetadataQuorum();
   * for (const { replicaId, logEndOffset } of voters) console.log(replicaId, highWatermark - logEndOffset, replicaId === leaderId);
   */
  describeMetadataQuorum(options?: RetryScope): Promise<MetadataQuorum> {
    return describeMetadataQuorum(this.cluster, options);
  }

  /**
   * Lets another controller, which runs as an observer, vote (KIP-853). One change at a time: REQUEST_TIMED_OUT, while another is under way or when it did
   * not catch up, ends in a `TimeoutError`. Rejects with DUPLICATE_VOTER when it votes already, INVALID_REQUEST when it cannot be reached or is another one,
   * UNSUPPORTED_VERSION below `kraft.version` 1, INCONSISTENT_CLUSTER_ID, and CLUSTER_AUTHORIZATION_FAILED.
   */
  addRaftVoter(voter: NewRaftVoter, options?: RaftVoterOptions): Promise<void> {
    return addRaftVoter(this.cluster, voter, options);
  }

  /**
   * Takes the vote from a controller (KIP-853); it may be gone already. Rejects with VOTER_NOT_FOUND when it has none, and as `addRaftVoter`.
   */
  removeRaftVoter(voter: RaftVoter, options?: RaftVoterOptions): Promise<void> {
    return removeRaftVoter(this.cluster, voter, options);
  }

  /**
   * Forgets a broker that is stopped for good (KIP-631). Rejects with BROKER_ID_NOT_REGISTERED when there is none of this id, and with
   * CLUSTER_AUTHORIZATION_FAILED.
   */
  unregisterBroker(brokerId: number, options?: RetryScope): Promise<void> {
    return unregisterBroker(this.cluster, brokerId, options);
  }
}
