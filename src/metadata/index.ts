// The door of the metadata module.

export { type AccessRule, CLUSTER_NAME } from './acls/access-rule.ts';
export { type Action, isAllowedSomewhere, judge, type Verdict } from './acls/authorize.ts';
export { describeAcls } from './acls/describe-acls.ts';
export { otherBrokerConfigTable } from './broker-config/other-broker-config-table.ts';
export type { ConfigResource } from './config-resource.ts';
export {
  type ClientAttribute,
  clientMetricsConfigTable,
  clientMetricsSubscription,
  DEFAULT_CLIENT_METRICS_INTERVAL_MS,
  validateClientMetricsConfigs,
} from './configs/client-metrics-configs.ts';
export type { ConfigSchema } from './configs/config-schema.ts';
export { CONFIG_SOURCE } from './configs/config-value.ts';
export { type DescribeConfigsContext, describeConfigs } from './configs/describe-configs.ts';
export { effectiveBrokerTexts } from './configs/effective-topic-configs.ts';
export { groupResourceConfigTable, validateGroupConfigs } from './configs/group-resource-configs.ts';
export { PRODUCER_ID_BLOCK_SIZE, type ProducerIdBlock } from './controller/allocate-producer-ids.ts';
export { textsAfterChange, textsAfterReplacement } from './controller/alter-configs.ts';
export { type TokenPrincipal, tokenOwner } from './controller/alter-delegation-tokens.ts';
export { type DirectoryAssignment, directoryOf } from './controller/assign-directories.ts';
export type { Answer } from './controller/decision.ts';
export { KRAFT_VERSION, SUPPORTED_FEATURES } from './controller/features.ts';
export {
  MetadataController,
  type MetadataControllerOptions,
  type MetadataListener,
} from './controller/metadata-controller.ts';
export { ALL_ALLOWED, type TopicPermissions } from './controller/permissions.ts';
export { listReassignments } from './controller/reassign-partitions.ts';
export type { BrokerDescription } from './controller/register-broker.ts';
export { AclsImage } from './image/acls-image.ts';
export type { BrokerImage } from './image/brokers-image.ts';
export type { ClientQuotasImage } from './image/client-quotas-image.ts';
export type { ConfigTexts } from './image/configs-image.ts';
export { type DelegationToken, isTokenExpired } from './image/delegation-tokens-image.ts';
export type { MetadataDelta } from './image/metadata-delta.ts';
export { EMPTY_IMAGE, type MetadataImage } from './image/metadata-image.ts';
export { NO_LEADER, type PartitionImage } from './image/partition-image.ts';
export type { PersistentMap } from './image/persistent-map.ts';
export type { ScramCredential } from './image/scram-image.ts';
export type { TopicImage } from './image/topics-image.ts';
export type { Voter } from './log/control-batches.ts';
export { DiskMetadataLog, type DiskMetadataLogOptions } from './log/disk-metadata-log.ts';
export type { MetadataLog, MetadataSnapshot } from './log/metadata-log.ts';
export { type MetadataConfig, metadataConfigTable } from './metadata-config.ts';
export { describeClientQuotas } from './quotas/describe-client-quotas.ts';
export { isAddress } from './quotas/is-address.ts';
export { ENTITY_TYPE } from './quotas/quota-entity.ts';
export { describeScramCredentials } from './scram/describe-scram-credentials.ts';
export { describeTokens, parsePrincipal } from './tokens/describe-tokens.ts';
export { CLUSTER_METADATA_TOPIC, INTERNAL_TOPICS, isInternalTopic, validateTopicName } from './topic-name.ts';
