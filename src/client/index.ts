// The door of the Kafka client.

export type {
  AclBinding,
  AclFilter,
  AclPermission,
  AclResourceType,
  CreatedAcl,
  DeletedAcls,
  DescribedAcl,
} from './admin/acls.ts';
export { Admin } from './admin/admin.ts';
export type { AlterConfigsOptions, AlteredConfig, ConfigChange, ConfigChanges } from './admin/alter-configs.ts';
export { ACL_OPERATIONS, type AclOperation, type DescribeOptions } from './admin/authorized-operations.ts';
export type {
  AlterClientQuotasOptions,
  AlteredQuotas,
  DescribeClientQuotasOptions,
  DescribedQuotas,
  QuotaChange,
  QuotaEntity,
  QuotaEntityType,
  QuotaFilter,
} from './admin/client-quotas.ts';
export { type ConfigResource, type ConfigResourceType, resourceName } from './admin/config-resource.ts';
export type { CreatedPartitions, CreatePartitionsOptions, NewPartitions } from './admin/create-partitions.ts';
export type { CreatedTopic, CreateTopicsOptions, NewTopic } from './admin/create-topics.ts';
export type {
  CreateDelegationTokenOptions,
  DelegationToken,
  TokenPeriodOptions,
  TokenPrincipal,
} from './admin/delegation-tokens.ts';
export type { DeletedGroup } from './admin/delete-groups.ts';
export type { DeletedRecords, RecordsToDelete } from './admin/delete-records.ts';
export type { DeletedTopic, DeletedTopicId } from './admin/delete-topics.ts';
export type { DescribedVersions, ServedApi } from './admin/describe-api-versions.ts';
export type { ClusterDescription } from './admin/describe-cluster.ts';
export type { ConfigEntry, ConfigSource, DescribeConfigsOptions, DescribedConfig } from './admin/describe-configs.ts';
export type { DescribedGroup, GroupDescription, GroupMember } from './admin/describe-groups.ts';
export type { LogDirDescription, LogDirPartition } from './admin/describe-log-dirs.ts';
export type { DescribedStreamsGroup, StreamsGroupDescription } from './admin/describe-streams-groups.ts';
export type { DescribedTopic, DescribedTopicId, ListTopicsOptions } from './admin/describe-topics.ts';
export type { FeatureLevels, FeatureUpdate, UpdateFeaturesOptions } from './admin/features.ts';
export type { CommittedOffset, ListGroupOffsetsOptions, NewOffset, OffsetResult } from './admin/group-offsets.ts';
export type { ListedGroup, ListGroupsOptions } from './admin/list-groups.ts';
export type { FoundOffset, ListOffsetsOptions, OffsetQuery, OffsetSpec } from './admin/list-offsets.ts';
export type {
  MetadataQuorum,
  NewRaftVoter,
  QuorumNode,
  QuorumReplica,
  RaftVoter,
  RaftVoterOptions,
  VoterListener,
} from './admin/quorum.ts';
export type { ElectionType, NewReassignment, PartitionReassignment, PartitionResult } from './admin/reassignments.ts';
export type { RemovedMember, RemoveGroupMembersOptions } from './admin/remove-group-members.ts';
export type { Replica, ReplicaLogDirs, ReplicaMove, ReplicaResult } from './admin/replica-log-dirs.ts';
export type { AlteredScramUser, ScramMechanismName, ScramUser, ScramUserChange } from './admin/scram-users.ts';
export type {
  DeletedShareGroupOffsets,
  ListShareGroupOffsetsOptions,
  NewShareGroupOffset,
  ShareGroupOffset,
} from './admin/share-group-offsets.ts';
export type {
  ActiveProducer,
  DescribedProducers,
  DescribedTransaction,
  FencedProducer,
  HangingTransaction,
  ListedTransaction,
  ListTransactionsOptions,
  TransactionDescription,
} from './admin/transactions.ts';
export type { RetryScope } from './cluster.ts';
export { ASSIGNORS, type AssignorName } from './consumer/assignors/assignors.ts';
export { Consumer, type PartitionAssignment, type SubscribeListener } from './consumer/consumer.ts';
export type { ConsumedBatch, ConsumerRecord } from './consumer/consumer-record.ts';
export type { AutoOffsetReset, ConsumerOptions } from './consumer/consumer-settings.ts';
export type { EachRecordOptions, RecordHandler } from './consumer/each-record.ts';
export type { ConsumerGroupMetadata } from './consumer/group-metadata.ts';
export type { OffsetToCommit } from './consumer/offset-to-commit.ts';
export type { TopicSelection } from './consumer/subscription.ts';
export {
  AuthenticationError,
  BootstrapError,
  ClientError,
  ConnectionError,
  isRetriable,
  ProducerFencedError,
  TimeoutError,
  TransactionAbortedError,
} from './errors.ts';
export type { BrokerNode, PartitionMetadata, TopicMetadata } from './metadata.ts';
export type { ClientMetric } from './metrics/metric-set.ts';
export { type MetricSource, type OpenTelemetryMeter, observeMetrics } from './metrics/observe-metrics.ts';
export { Producer } from './producer/producer.ts';
export type { ProducerRecord, RecordMetadata } from './producer/producer-record.ts';
export type { ProducerOptions } from './producer/producer-settings.ts';
export type { Transaction } from './producer/transaction.ts';
export type { RequestToken, TokenRequest } from './security/oauth-properties.ts';
export type {
  OAuthBearerLogin,
  PlainLogin,
  SaslOptions,
  ScramLogin,
  SecurityOptions,
} from './security/security-options.ts';
export {
  readSecurityProperties,
  SECURITY_PROPERTIES,
  type SecurityPropertiesOptions,
} from './security/security-properties.ts';
export type { OAuthToken } from './security/token-source.ts';
export type { ReadOf, Serde, SerdeContext, WriteOf } from './serdes/serde.ts';
export { DeserializationError, SerializationError } from './serdes/serde-errors.ts';
export { serdes } from './serdes/serdes.ts';
export type { ShareTopicReader } from './serdes/share-topic-reader.ts';
export { defineTopic, type RecordOf, type RecordToSend, type Topic, type TopicRecord } from './serdes/topic.ts';
export type { ReadBatch, ReaderOptions, TopicReader } from './serdes/topic-reader.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './serdes/validated.ts';
export type { ClientOptions } from './settings.ts';
export { ShareConsumer } from './share-consumer/share-consumer.ts';
export type { ShareConsumerOptions } from './share-consumer/share-consumer-settings.ts';
export type { Acknowledgement, AcknowledgeOutcome, ShareRecord } from './share-consumer/share-record.ts';
export {
  comparePartitions,
  groupBy,
  groupByTopic,
  partitionName,
  type RecordPlace,
  type TopicPartition,
} from './topic-partition.ts';
export { type OpenTelemetryApi, type RecordTraces, type TracedRecord, traceRecords } from './trace-records.ts';
