// The door of the Kafka client.

export { Admin } from './admin/admin.ts';
export type { AlterConfigsOptions, AlteredConfig, ConfigChange, ConfigChanges } from './admin/alter-configs.ts';
export { type ConfigResource, type ConfigResourceType, resourceName } from './admin/config-resource.ts';
export type { CreatedPartitions, CreatePartitionsOptions, NewPartitions } from './admin/create-partitions.ts';
export type { CreatedTopic, CreateTopicsOptions, NewTopic } from './admin/create-topics.ts';
export type { DeletedGroup } from './admin/delete-groups.ts';
export type { DeletedRecords, RecordsToDelete } from './admin/delete-records.ts';
export type { DeletedTopic } from './admin/delete-topics.ts';
export type { DescribedVersions, FeatureLevels, ServedApi } from './admin/describe-api-versions.ts';
export type { ClusterDescription } from './admin/describe-cluster.ts';
export type { ConfigEntry, ConfigSource, DescribeConfigsOptions, DescribedConfig } from './admin/describe-configs.ts';
export type { DescribedGroup, GroupDescription, GroupMember } from './admin/describe-groups.ts';
export type { LogDirDescription, LogDirPartition } from './admin/describe-log-dirs.ts';
export type { DescribedTopic, ListTopicsOptions } from './admin/describe-topics.ts';
export type { CommittedOffset, ListGroupOffsetsOptions, NewOffset, OffsetResult } from './admin/group-offsets.ts';
export type { ListedGroup, ListGroupsOptions } from './admin/list-groups.ts';
export type { FoundOffset, ListOffsetsOptions, OffsetQuery, OffsetSpec } from './admin/list-offsets.ts';
export type { AlteredScramUser, ScramMechanismName, ScramUser, ScramUserChange } from './admin/scram-users.ts';
export type { RetryScope } from './cluster.ts';
export { ASSIGNORS, type AssignorName } from './consumer/assignors/assignors.ts';
export { Consumer, type PartitionAssignment, type SubscribeListener } from './consumer/consumer.ts';
export type { ConsumedBatch, ConsumerRecord } from './consumer/consumer-record.ts';
export type { ConsumerOptions } from './consumer/consumer-settings.ts';
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
export type { ClientOptions } from './settings.ts';
export { comparePartitions, groupBy, groupByTopic, partitionName, type TopicPartition } from './topic-partition.ts';
