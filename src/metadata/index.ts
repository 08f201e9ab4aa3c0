// The door of the metadata module.

export { otherBrokerConfigTable } from './broker-config/other-broker-config-table.ts';
export { type ConfigResource, RESOURCE_TYPE } from './config-resource.ts';
export type { ConfigSchema } from './configs/config-schema.ts';
export { CONFIG_SOURCE } from './configs/config-value.ts';
export { type DescribeConfigsContext, describeConfigs } from './configs/describe-configs.ts';
export { PRODUCER_ID_BLOCK_SIZE, type ProducerIdBlock } from './controller/allocate-producer-ids.ts';
export type { Answer } from './controller/decision.ts';
export { KRAFT_VERSION, SUPPORTED_FEATURES } from './controller/features.ts';
export {
  MetadataController,
  type MetadataControllerOptions,
  type MetadataListener,
} from './controller/metadata-controller.ts';
export { ALL_ALLOWED, type TopicPermissions } from './controller/permissions.ts';
export type { BrokerDescription } from './controller/register-broker.ts';
export type { BrokerImage } from './image/brokers-image.ts';
export type { ConfigTexts } from './image/configs-image.ts';
export type { MetadataDelta } from './image/metadata-delta.ts';
export { EMPTY_IMAGE, type MetadataImage } from './image/metadata-image.ts';
export { NO_LEADER, type PartitionImage } from './image/partition-image.ts';
export type { PersistentMap } from './image/persistent-map.ts';
export type { TopicImage } from './image/topics-image.ts';
export type { Voter } from './log/control-batches.ts';
export { DiskMetadataLog, type DiskMetadataLogOptions } from './log/disk-metadata-log.ts';
export type { MetadataLog, MetadataSnapshot } from './log/metadata-log.ts';
export { type MetadataConfig, metadataConfigTable } from './metadata-config.ts';
export { CLUSTER_METADATA_TOPIC, INTERNAL_TOPICS, isInternalTopic, validateTopicName } from './topic-name.ts';
