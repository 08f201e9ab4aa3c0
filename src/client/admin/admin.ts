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

  /**
   * Makes topics: TOPIC_ALREADY_EXISTS for those that are there, INVALID_CONFIG and POLICY_VIOLATION for what the broker does not allow.
   *
   * @example
   * await admin.createTopics([{ name: 'orders', numPartitions: 3, configs: { 'retention.ms': '86400000' } }]);
   */
  createTopics(topics: readonly NewTopic[], options?: CreateTopicsOptions): Promise<CreatedTopic[]> {
    return createTopics(this.#cluster, topics, options);
  }

  /** Deletes topics by name, with all their records: UNKNOWN_TOPIC_OR_PARTITION for those that are not there. Nothing brings them back. */
  deleteTopics(names: readonly string[], options?: RetryScope): Promise<DeletedTopic[]> {
    return deleteTopics(this.#cluster, names, options);
  }

  /** Deletes topics by id, never a younger one of the same name: UNKNOWN_TOPIC_ID when it is gone. Needs Kafka 2.8 (KIP-516). */
  deleteTopicsById(topicIds: readonly string[], options?: RetryScope): Promise<DeletedTopicId[]> {
    return deleteTopicsById(this.#cluster, topicIds, options);
  }

  /** Every topic that the client may see. */
  listTopics(options?: ListTopicsOptions): Promise<TopicMetadata[]> {
    return listTopics(this.#cluster, options);
  }

  /** Topics by name, with their partitions, leaders (-1: none now) and replicas: UNKNOWN_TOPIC_OR_PARTITION, TOPIC_AUTHORIZATION_FAILED. */
  describeTopics(names: readonly string[], options?: DescribeOptions): Promise<DescribedTopic[]> {
    return describeTopics(this.#cluster, names, options);
  }

  /** Topics by id. Needs Kafka 3.1 (KIP-516). */
  describeTopicsById(topicIds: readonly string[], options?: DescribeOptions): Promise<DescribedTopicId[]> {
    return describeTopicsById(this.#cluster, topicIds, options);
  }

  /** Widens topics to a number of partitions in all (KIP-195): INVALID_PARTITIONS when it is not larger. They never go away again, and keys move to others. */
  createPartitions(topics: readonly NewPartitions[], options?: CreatePartitionsOptions): Promise<CreatedPartitions[]> {
    return createPartitions(this.#cluster, topics, options);
  }

  /** All settings, with where each value comes from (KIP-133). */
  describeConfigs(resources: readonly ConfigResource[], options?: DescribeConfigsOptions): Promise<DescribedConfig[]> {
    return describeConfigs(this.#cluster, resources, options);
  }

  /**
   * Sets and removes single settings; all others stay as they are (KIP-339). INVALID_CONFIG: nothing of that resource was changed.
   *
   * @example
   * const changes = [{ name: 'retention.ms', operation: 'set' as const, value: '60000' }];
   * await admin.alterConfigs([{ resource: { type: 'topic', name: 'orders' }, changes }]);
   */
  alterConfigs(resources: readonly ConfigChanges[], options?: AlterConfigsOptions): Promise<AlteredConfig[]> {
    return alterConfigs(this.#cluster, resources, options);
  }

  /** The groups of all brokers, by state and type where asked for (KIP-518, KIP-848). Rejects when one broker cannot be asked: half a list would mislead. */
  listGroups(options?: ListGroupsOptions): Promise<ListedGroup[]> {
    return listGroups(this.#cluster, options);
  }

  /** The members and assignments of classic, consumer and share groups. */
  describeGroups(groupIds: readonly string[], options?: DescribeOptions): Promise<DescribedGroup[]> {
    return describeGroups(this.#cluster, groupIds, options);
  }

  /** Deletes groups of any type with their offsets: NON_EMPTY_GROUP while they have members (KIP-229). */
  deleteGroups(groupIds: readonly string[], options?: RetryScope): Promise<DeletedGroup[]> {
    return deleteGroups(this.#cluster, groupIds, options);
  }

  /** How far a group of any type but share is: the offsets that it reads next. Partitions without one are left out (KIP-709). */
  listGroupOffsets(groupId: string, options?: ListGroupOffsetsOptions): Promise<CommittedOffset[]> {
    return listGroupOffsets(this.#cluster, groupId, options);
  }

  /**
   * Moves a group that has no members: UNKNOWN_MEMBER_ID while it has some (KIP-396).
   *
   * @example
   * await admin.alterGroupOffsets('billing', [{ topic: 'orders', partition: 0, offset: 0n }]);
   */
  alterGroupOffsets(groupId: string, offsets: readonly NewOffset[], options?: RetryScope): Promise<OffsetResult[]> {
    return alterGroupOffsets(this.#cluster, groupId, offsets, options);
  }

  /** Forgets offsets of topics that the group does not read: GROUP_SUBSCRIBED_TO_TOPIC while it does (KIP-496). */
  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return deleteGroupOffsets(this.#cluster, groupId, partitions, options);
  }

  /**
   * Where partitions begin and end, and which offset the first record at or after a time (ms since 1970) has (KIP-396, KIP-734).
   *
   * @example
   * const [last] = await admin.listOffsets([{ topic: 'orders', partition: 0, spec: 'latest' }]);
   */
  listOffsets(queries: readonly OffsetQuery[], options?: ListOffsetsOptions): Promise<FoundOffset[]> {
    return listOffsets(this.#cluster, queries, options);
  }

  /**
   * Deletes everything before an offset of each partition (KIP-107): OFFSET_OUT_OF_RANGE beyond its end, POLICY_VIOLATION in topics that are only compacted.
   *
   * @example
   * await admin.deleteRecords([{ topic: 'orders', partition: 0, beforeOffset: 'end' }]);
   */
  deleteRecords(items: readonly RecordsToDelete[], options?: RetryScope): Promise<DeletedRecords[]> {
    return deleteRecords(this.#cluster, items, options);
  }

  /** The brokers, the controller and the id of the cluster (KIP-700). */
  describeCluster(options?: DescribeOptions): Promise<ClusterDescription> {
    return describeCluster(this.#cluster, options);
  }

  /** What lies in the log directories of brokers, in bytes (KIP-113). */
  describeLogDirs(brokerIds: readonly number[], options?: RetryScope): Promise<LogDirDescription[]> {
    return describeLogDirs(this.#cluster, brokerIds, options);
  }

  /** What one broker serves: its APIs with their versions (KIP-35). */
  describeApiVersions(nodeId: number, options?: RetryScope): Promise<DescribedVersions> {
    return describeApiVersions(this.#cluster, nodeId, options);
  }

  /** The users who log in with SCRAM, these or all: RESOURCE_NOT_FOUND for those who do not (KIP-554). Never their passwords or salts. */
  describeScramUsers(users?: readonly string[], options?: RetryScope): Promise<ScramUser[]> {
    return describeScramUsers(this.#cluster, users, options);
  }

  /**
   * Makes, changes and, without a password, removes users who log in with SCRAM (KIP-554). The password is salted here and never sent.
   *
   * @example
   * await admin.alterScramUsers([{ user: 'alice', mechanism: 'SCRAM-SHA-512', password: secret }]);
   */
  alterScramUsers(changes: readonly ScramUserChange[], options?: RetryScope): Promise<AlteredScramUser[]> {
    return alterScramUsers(this.#cluster, changes, options);
  }

  /** Puts members out of a group: static ones by their instance ids, or all (KIP-345). */
  removeGroupMembers(groupId: string, options?: RemoveGroupMembersOptions): Promise<RemovedMember[]> {
    return removeGroupMembers(this.#cluster, groupId, options);
  }

  /** The topology, the members and the tasks of streams groups. Needs Kafka 4.1 (KIP-1071). */
  describeStreamsGroups(groupIds: readonly string[], options?: DescribeOptions): Promise<DescribedStreamsGroup[]> {
    return describeStreamsGroups(this.#cluster, groupIds, options);
  }

  /** How far a share group is (KIP-932). */
  listShareGroupOffsets(groupId: string, options?: ListShareGroupOffsetsOptions): Promise<ShareGroupOffset[]> {
    return listShareGroupOffsets(this.#cluster, groupId, options);
  }

  /** Moves a share group that has no members: NON_EMPTY_GROUP while it has some (KIP-932). */
  alterShareGroupOffsets(
    groupId: string,
    offsets: readonly NewShareGroupOffset[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return alterShareGroupOffsets(this.#cluster, groupId, offsets, options);
  }

  /** Forgets how far a share group is in these topics (KIP-932). */
  deleteShareGroupOffsets(
    groupId: string,
    topics: readonly string[],
    options?: RetryScope,
  ): Promise<DeletedShareGroupOffsets[]> {
    return deleteShareGroupOffsets(this.#cluster, groupId, topics, options);
  }

  /** The transactional ids that coordinators know (KIP-664). */
  listTransactions(options?: ListTransactionsOptions): Promise<ListedTransaction[]> {
    return listTransactions(this.#cluster, options);
  }

  /** What transactional ids are about now (KIP-664): TRANSACTIONAL_ID_NOT_FOUND for those that no coordinator knows. */
  describeTransactions(transactionalIds: readonly string[], options?: RetryScope): Promise<DescribedTransaction[]> {
    return describeTransactions(this.#cluster, transactionalIds, options);
  }

  /** Who writes to partitions: producer ids, epochs, last sequences and times (ms since 1970), and where open transactions begin (KIP-664). */
  describeProducers(partitions: readonly TopicPartition[], options?: RetryScope): Promise<DescribedProducers[]> {
    return describeProducers(this.#cluster, partitions, options);
  }

  /** Ends a transaction that its coordinator has forgotten, in one partition (KIP-664). */
  abortTransaction(hanging: HangingTransaction, options?: RetryScope): Promise<void> {
    return abortTransaction(this.#cluster, hanging, options);
  }

  /** Takes transactional ids from whoever uses them, and aborts what they have open (KIP-618). */
  fenceProducers(transactionalIds: readonly string[], options?: RetryScope): Promise<FencedProducer[]> {
    return fenceProducers(this.#cluster, transactionalIds, options);
  }

  /** The rules that a filter finds; without one all (KIP-140). Rejects with SECURITY_DISABLED where the cluster has no authorizer. */
  describeAcls(filter?: AclFilter, options?: RetryScope): Promise<DescribedAcl[]> {
    return describeAcls(this.#cluster, filter, options);
  }

  /**
   * Adds rules of access; one that is there already is no error (KIP-140). SECURITY_DISABLED: the cluster has no authorizer.
   *
   * @example
   * const rule = { principal: 'User:alice', host: '*', operation: 'read', permission: 'allow' } as const;
   * await admin.createAcls([{ resourceType: 'topic', resourceName: 'orders', patternType: 'literal', ...rule }]);
   */
  createAcls(acls: readonly AclBinding[], options?: RetryScope): Promise<CreatedAcl[]> {
    return createAcls(this.#cluster, acls, options);
  }

  /** Removes the rules that filters find, and tells which those were (KIP-140). */
  deleteAcls(filters: readonly AclFilter[], options?: RetryScope): Promise<DeletedAcls[]> {
    return deleteAcls(this.#cluster, filters, options);
  }

  /** Makes a token for who asks, or for another user (KIP-48). DELEGATION_TOKEN_REQUEST_NOT_ALLOWED for who has not logged in. */
  createDelegationToken(options?: CreateDelegationTokenOptions): Promise<DelegationToken> {
    return createDelegationToken(this.#cluster, options);
  }

  /** Lets a token go on; resolves to its new end, ms since 1970 (KIP-48). */
  renewDelegationToken(hmac: Buffer, options?: TokenPeriodOptions): Promise<bigint> {
    return renewDelegationToken(this.#cluster, hmac, options);
  }

  /** Ends a token, now or later; resolves to when, ms since 1970 (KIP-48). */
  expireDelegationToken(hmac: Buffer, options?: TokenPeriodOptions): Promise<bigint> {
    return expireDelegationToken(this.#cluster, hmac, options);
  }

  /** The tokens of these owners, or all that the client may see (KIP-48). */
  describeDelegationTokens(owners?: readonly TokenPrincipal[], options?: RetryScope): Promise<DelegationToken[]> {
    return describeDelegationTokens(this.#cluster, owners, options);
  }

  /** The quotas that were set (KIP-546). */
  describeClientQuotas(
    filters?: readonly QuotaFilter[],
    options?: DescribeClientQuotasOptions,
  ): Promise<DescribedQuotas[]> {
    return describeClientQuotas(this.#cluster, filters, options);
  }

  /** Sets and removes quotas: bytes per second, percent of a thread, changes and connections per second (KIP-546). */
  alterClientQuotas(changes: readonly QuotaChange[], options?: AlterClientQuotasOptions): Promise<AlteredQuotas[]> {
    return alterClientQuotas(this.#cluster, changes, options);
  }

  /** What has settings of its own. Before Kafka 4.1 only client metrics can be listed (KIP-1142). */
  listConfigResources(types?: readonly ConfigResourceType[], options?: RetryScope): Promise<ConfigResource[]> {
    return listConfigResources(this.#cluster, types, options);
  }

  /** In which log directories replicas lie (KIP-113). */
  describeReplicaLogDirs(replicas: readonly Replica[], options?: RetryScope): Promise<ReplicaLogDirs[]> {
    return describeReplicaLogDirs(this.#cluster, replicas, options);
  }

  /** Moves replicas between a broker's log directories (KIP-113). */
  alterReplicaLogDirs(moves: readonly ReplicaMove[], options?: RetryScope): Promise<ReplicaResult[]> {
    return alterReplicaLogDirs(this.#cluster, moves, options);
  }

  /** Moves replicas to other brokers, or calls that off with null (KIP-455). */
  alterPartitionReassignments(
    reassignments: readonly NewReassignment[],
    options?: RetryScope,
  ): Promise<PartitionResult[]> {
    return alterPartitionReassignments(this.#cluster, reassignments, options);
  }

  /** The partitions whose replicas are on the move (KIP-455). */
  listPartitionReassignments(
    partitions?: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<PartitionReassignment[]> {
    return listPartitionReassignments(this.#cluster, partitions, options);
  }

  /** Elects leaders anew; ELECTION_NOT_NEEDED where the right one leads already (KIP-460). */
  electLeaders(
    election: ElectionType,
    partitions?: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<PartitionResult[]> {
    return electLeaders(this.#cluster, election, partitions, options);
  }

  /** The levels of features that a broker can do, and those in force (KIP-584). */
  describeFeatures(options?: RetryScope): Promise<FeatureLevels[]> {
    return describeFeatures(this.#cluster, options);
  }

  /** Changes the levels of features: all of the updates or none of them (KIP-584). */
  updateFeatures(updates: readonly FeatureUpdate[], options?: UpdateFeaturesOptions): Promise<void> {
    return updateFeatures(this.#cluster, updates, options);
  }

  /** The controllers, and how far each is (KIP-595). */
  describeMetadataQuorum(options?: RetryScope): Promise<MetadataQuorum> {
    return describeMetadataQuorum(this.#cluster, options);
  }

  /** Lets another controller vote (KIP-853). Rejects with DUPLICATE_VOTER when it does already. */
  addRaftVoter(voter: NewRaftVoter, options?: RaftVoterOptions): Promise<void> {
    return addRaftVoter(this.#cluster, voter, options);
  }

  /** Takes the vote from a controller (KIP-853). Rejects with VOTER_NOT_FOUND when it has none. */
  removeRaftVoter(voter: RaftVoter, options?: RaftVoterOptions): Promise<void> {
    return removeRaftVoter(this.#cluster, voter, options);
  }

  /** Forgets a broker that is stopped for good (KIP-631). */
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
