// The administrative calls together, over one cluster. Each is a function of its own file; this gives them a life.

import { Cluster, type RetryScope } from '../cluster.ts';
import type { TopicMetadata } from '../metadata.ts';
import type { ClientMetric } from '../metrics/metric-set.ts';
import type { ClientOptions } from '../settings.ts';
import type { TopicPartition } from '../topic-partition.ts';
import {
  type AclBinding,
  type AclFilter,
  type CreatedAcl,
  createAcls,
  type DeletedAcls,
  type DescribedAcl,
  deleteAcls,
  describeAcls,
} from './acls.ts';
import { type AlterConfigsOptions, type AlteredConfig, alterConfigs, type ConfigChanges } from './alter-configs.ts';
import type { DescribeOptions } from './authorized-operations.ts';
import {
  type AlterClientQuotasOptions,
  type AlteredQuotas,
  alterClientQuotas,
  type DescribeClientQuotasOptions,
  type DescribedQuotas,
  describeClientQuotas,
  type QuotaChange,
  type QuotaFilter,
} from './client-quotas.ts';
import type { ConfigResource, ConfigResourceType } from './config-resource.ts';
import {
  type CreatedPartitions,
  type CreatePartitionsOptions,
  createPartitions,
  type NewPartitions,
} from './create-partitions.ts';
import { type CreatedTopic, type CreateTopicsOptions, createTopics, type NewTopic } from './create-topics.ts';
import {
  type CreateDelegationTokenOptions,
  createDelegationToken,
  type DelegationToken,
  describeDelegationTokens,
  expireDelegationToken,
  renewDelegationToken,
  type TokenPeriodOptions,
  type TokenPrincipal,
} from './delegation-tokens.ts';
import { type DeletedGroup, deleteGroups } from './delete-groups.ts';
import { type DeletedRecords, deleteRecords, type RecordsToDelete } from './delete-records.ts';
import { type DeletedTopic, type DeletedTopicId, deleteTopics, deleteTopicsById } from './delete-topics.ts';
import { type DescribedVersions, describeApiVersions } from './describe-api-versions.ts';
import { type ClusterDescription, describeCluster } from './describe-cluster.ts';
import { type DescribeConfigsOptions, type DescribedConfig, describeConfigs } from './describe-configs.ts';
import { type DescribedGroup, describeGroups } from './describe-groups.ts';
import { describeLogDirs, type LogDirDescription } from './describe-log-dirs.ts';
import { type DescribedStreamsGroup, describeStreamsGroups } from './describe-streams-groups.ts';
import {
  type DescribedTopic,
  type DescribedTopicId,
  describeTopics,
  describeTopicsById,
  type ListTopicsOptions,
  listTopics,
} from './describe-topics.ts';
import {
  describeFeatures,
  type FeatureLevels,
  type FeatureUpdate,
  type UpdateFeaturesOptions,
  updateFeatures,
} from './features.ts';
import {
  alterGroupOffsets,
  type CommittedOffset,
  deleteGroupOffsets,
  type ListGroupOffsetsOptions,
  listGroupOffsets,
  type NewOffset,
  type OffsetResult,
} from './group-offsets.ts';
import { listConfigResources } from './list-config-resources.ts';
import { type ListedGroup, type ListGroupsOptions, listGroups } from './list-groups.ts';
import { type FoundOffset, type ListOffsetsOptions, listOffsets, type OffsetQuery } from './list-offsets.ts';
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
import { type RemovedMember, type RemoveGroupMembersOptions, removeGroupMembers } from './remove-group-members.ts';
import {
  alterReplicaLogDirs,
  describeReplicaLogDirs,
  type Replica,
  type ReplicaLogDirs,
  type ReplicaMove,
  type ReplicaResult,
} from './replica-log-dirs.ts';
import {
  type AlteredScramUser,
  alterScramUsers,
  describeScramUsers,
  type ScramUser,
  type ScramUserChange,
} from './scram-users.ts';
import {
  alterShareGroupOffsets,
  type DeletedShareGroupOffsets,
  deleteShareGroupOffsets,
  type ListShareGroupOffsetsOptions,
  listShareGroupOffsets,
  type NewShareGroupOffset,
  type ShareGroupOffset,
} from './share-group-offsets.ts';
import {
  abortTransaction,
  type DescribedProducers,
  type DescribedTransaction,
  describeProducers,
  describeTransactions,
  type FencedProducer,
  fenceProducers,
  type HangingTransaction,
  type ListedTransaction,
  type ListTransactionsOptions,
  listTransactions,
} from './transactions.ts';

/**
 * Every call answers for each item on its own: an item that failed has an `error`. A call rejects when it could not be made at all:
 * `TimeoutError` when no broker answered in time, `KafkaError` when the broker refused the whole call.
 */
export class Admin implements AsyncDisposable {
  readonly #cluster: Cluster;

  constructor(options: ClientOptions) {
    this.#cluster = new Cluster(options);
  }

  createTopics(topics: readonly NewTopic[], options?: CreateTopicsOptions): Promise<CreatedTopic[]> {
    return createTopics(this.#cluster, topics, options);
  }

  deleteTopics(names: readonly string[], options?: RetryScope): Promise<DeletedTopic[]> {
    return deleteTopics(this.#cluster, names, options);
  }

  deleteTopicsById(topicIds: readonly string[], options?: RetryScope): Promise<DeletedTopicId[]> {
    return deleteTopicsById(this.#cluster, topicIds, options);
  }

  listTopics(options?: ListTopicsOptions): Promise<TopicMetadata[]> {
    return listTopics(this.#cluster, options);
  }

  describeTopics(names: readonly string[], options?: DescribeOptions): Promise<DescribedTopic[]> {
    return describeTopics(this.#cluster, names, options);
  }

  describeTopicsById(topicIds: readonly string[], options?: DescribeOptions): Promise<DescribedTopicId[]> {
    return describeTopicsById(this.#cluster, topicIds, options);
  }

  createPartitions(topics: readonly NewPartitions[], options?: CreatePartitionsOptions): Promise<CreatedPartitions[]> {
    return createPartitions(this.#cluster, topics, options);
  }

  describeConfigs(resources: readonly ConfigResource[], options?: DescribeConfigsOptions): Promise<DescribedConfig[]> {
    return describeConfigs(this.#cluster, resources, options);
  }

  alterConfigs(resources: readonly ConfigChanges[], options?: AlterConfigsOptions): Promise<AlteredConfig[]> {
    return alterConfigs(this.#cluster, resources, options);
  }

  listGroups(options?: ListGroupsOptions): Promise<ListedGroup[]> {
    return listGroups(this.#cluster, options);
  }

  describeGroups(groupIds: readonly string[], options?: DescribeOptions): Promise<DescribedGroup[]> {
    return describeGroups(this.#cluster, groupIds, options);
  }

  deleteGroups(groupIds: readonly string[], options?: RetryScope): Promise<DeletedGroup[]> {
    return deleteGroups(this.#cluster, groupIds, options);
  }

  listGroupOffsets(groupId: string, options?: ListGroupOffsetsOptions): Promise<CommittedOffset[]> {
    return listGroupOffsets(this.#cluster, groupId, options);
  }

  alterGroupOffsets(groupId: string, offsets: readonly NewOffset[], options?: RetryScope): Promise<OffsetResult[]> {
    return alterGroupOffsets(this.#cluster, groupId, offsets, options);
  }

  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return deleteGroupOffsets(this.#cluster, groupId, partitions, options);
  }

  listOffsets(queries: readonly OffsetQuery[], options?: ListOffsetsOptions): Promise<FoundOffset[]> {
    return listOffsets(this.#cluster, queries, options);
  }

  deleteRecords(items: readonly RecordsToDelete[], options?: RetryScope): Promise<DeletedRecords[]> {
    return deleteRecords(this.#cluster, items, options);
  }

  describeCluster(options?: DescribeOptions): Promise<ClusterDescription> {
    return describeCluster(this.#cluster, options);
  }

  describeLogDirs(brokerIds: readonly number[], options?: RetryScope): Promise<LogDirDescription[]> {
    return describeLogDirs(this.#cluster, brokerIds, options);
  }

  describeApiVersions(nodeId: number, options?: RetryScope): Promise<DescribedVersions> {
    return describeApiVersions(this.#cluster, nodeId, options);
  }

  describeScramUsers(users?: readonly string[], options?: RetryScope): Promise<ScramUser[]> {
    return describeScramUsers(this.#cluster, users, options);
  }

  alterScramUsers(changes: readonly ScramUserChange[], options?: RetryScope): Promise<AlteredScramUser[]> {
    return alterScramUsers(this.#cluster, changes, options);
  }

  removeGroupMembers(groupId: string, options?: RemoveGroupMembersOptions): Promise<RemovedMember[]> {
    return removeGroupMembers(this.#cluster, groupId, options);
  }

  describeStreamsGroups(groupIds: readonly string[], options?: DescribeOptions): Promise<DescribedStreamsGroup[]> {
    return describeStreamsGroups(this.#cluster, groupIds, options);
  }

  listShareGroupOffsets(groupId: string, options?: ListShareGroupOffsetsOptions): Promise<ShareGroupOffset[]> {
    return listShareGroupOffsets(this.#cluster, groupId, options);
  }

  alterShareGroupOffsets(
    groupId: string,
    offsets: readonly NewShareGroupOffset[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return alterShareGroupOffsets(this.#cluster, groupId, offsets, options);
  }

  deleteShareGroupOffsets(
    groupId: string,
    topics: readonly string[],
    options?: RetryScope,
  ): Promise<DeletedShareGroupOffsets[]> {
    return deleteShareGroupOffsets(this.#cluster, groupId, topics, options);
  }

  listTransactions(options?: ListTransactionsOptions): Promise<ListedTransaction[]> {
    return listTransactions(this.#cluster, options);
  }

  describeTransactions(transactionalIds: readonly string[], options?: RetryScope): Promise<DescribedTransaction[]> {
    return describeTransactions(this.#cluster, transactionalIds, options);
  }

  describeProducers(partitions: readonly TopicPartition[], options?: RetryScope): Promise<DescribedProducers[]> {
    return describeProducers(this.#cluster, partitions, options);
  }

  abortTransaction(hanging: HangingTransaction, options?: RetryScope): Promise<void> {
    return abortTransaction(this.#cluster, hanging, options);
  }

  fenceProducers(transactionalIds: readonly string[], options?: RetryScope): Promise<FencedProducer[]> {
    return fenceProducers(this.#cluster, transactionalIds, options);
  }

  describeAcls(filter?: AclFilter, options?: RetryScope): Promise<DescribedAcl[]> {
    return describeAcls(this.#cluster, filter, options);
  }

  createAcls(acls: readonly AclBinding[], options?: RetryScope): Promise<CreatedAcl[]> {
    return createAcls(this.#cluster, acls, options);
  }

  deleteAcls(filters: readonly AclFilter[], options?: RetryScope): Promise<DeletedAcls[]> {
    return deleteAcls(this.#cluster, filters, options);
  }

  createDelegationToken(options?: CreateDelegationTokenOptions): Promise<DelegationToken> {
    return createDelegationToken(this.#cluster, options);
  }

  renewDelegationToken(hmac: Buffer, options?: TokenPeriodOptions): Promise<bigint> {
    return renewDelegationToken(this.#cluster, hmac, options);
  }

  expireDelegationToken(hmac: Buffer, options?: TokenPeriodOptions): Promise<bigint> {
    return expireDelegationToken(this.#cluster, hmac, options);
  }

  describeDelegationTokens(owners?: readonly TokenPrincipal[], options?: RetryScope): Promise<DelegationToken[]> {
    return describeDelegationTokens(this.#cluster, owners, options);
  }

  describeClientQuotas(
    filters?: readonly QuotaFilter[],
    options?: DescribeClientQuotasOptions,
  ): Promise<DescribedQuotas[]> {
    return describeClientQuotas(this.#cluster, filters, options);
  }

  alterClientQuotas(changes: readonly QuotaChange[], options?: AlterClientQuotasOptions): Promise<AlteredQuotas[]> {
    return alterClientQuotas(this.#cluster, changes, options);
  }

  listConfigResources(types?: readonly ConfigResourceType[], options?: RetryScope): Promise<ConfigResource[]> {
    return listConfigResources(this.#cluster, types, options);
  }

  describeReplicaLogDirs(replicas: readonly Replica[], options?: RetryScope): Promise<ReplicaLogDirs[]> {
    return describeReplicaLogDirs(this.#cluster, replicas, options);
  }

  alterReplicaLogDirs(moves: readonly ReplicaMove[], options?: RetryScope): Promise<ReplicaResult[]> {
    return alterReplicaLogDirs(this.#cluster, moves, options);
  }

  alterPartitionReassignments(
    reassignments: readonly NewReassignment[],
    options?: RetryScope,
  ): Promise<PartitionResult[]> {
    return alterPartitionReassignments(this.#cluster, reassignments, options);
  }

  listPartitionReassignments(
    partitions?: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<PartitionReassignment[]> {
    return listPartitionReassignments(this.#cluster, partitions, options);
  }

  electLeaders(
    election: ElectionType,
    partitions?: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<PartitionResult[]> {
    return electLeaders(this.#cluster, election, partitions, options);
  }

  describeFeatures(options?: RetryScope): Promise<FeatureLevels[]> {
    return describeFeatures(this.#cluster, options);
  }

  updateFeatures(updates: readonly FeatureUpdate[], options?: UpdateFeaturesOptions): Promise<void> {
    return updateFeatures(this.#cluster, updates, options);
  }

  describeMetadataQuorum(options?: RetryScope): Promise<MetadataQuorum> {
    return describeMetadataQuorum(this.#cluster, options);
  }

  addRaftVoter(voter: NewRaftVoter, options?: RaftVoterOptions): Promise<void> {
    return addRaftVoter(this.#cluster, voter, options);
  }

  removeRaftVoter(voter: RaftVoter, options?: RaftVoterOptions): Promise<void> {
    return removeRaftVoter(this.#cluster, voter, options);
  }

  unregisterBroker(brokerId: number, options?: RetryScope): Promise<void> {
    return unregisterBroker(this.#cluster, brokerId, options);
  }

  /** What this client has counted and measured, by the names of Apache Kafka's: `request-rate`, `connection-count` and so on. */
  metrics(): ClientMetric[] {
    return this.#cluster.metrics.snapshot();
  }

  /** Closes all connections. Closing twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }
}
