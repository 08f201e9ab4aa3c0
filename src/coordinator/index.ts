// Coordinators: the runtime that all share, and groups with their offsets on it. Metadata runs on the same runtime.

export { describedConsumerGroupError } from './group/consumer/describe.ts';
export type { GroupTopic, GroupTopics, TopicsChange } from './group/consumer/group-topics.ts';
export { groupConfigTable } from './group/group-config.ts';
export type { GroupConfig, RequestContext as GroupRequestContext } from './group/group-context.ts';
export { GroupCoordinator, type GroupCoordinatorOptions } from './group/group-coordinator.ts';
export { GROUP_TOPIC, groupTopicConfigs } from './group/group-topic.ts';
export type { DeletedTopic } from './group/offsets/delete-offsets.ts';
export type { GroupOffsets, GroupOffsetsRequest } from './group/offsets/fetch-offsets.ts';
export { describedShareGroupError } from './group/share/describe-share-group.ts';
export type { InternalTopic } from './group/streams/configure-topology.ts';
export { describedStreamsGroupError } from './group/streams/describe.ts';
export { STREAMS_STATUS, type StreamsStatus } from './group/streams/topology-problem.ts';
export { compileRe2 } from './re2.ts';
export { Awaiting } from './runtime/awaiting.ts';
export type {
  CoordinatorLog,
  LoadVisitor,
  LogMarker,
  LogProducer,
  LogProducerState,
  LogRecord,
} from './runtime/coordinator-log.ts';
export { CoordinatorRuntime, type CoordinatorRuntimeOptions } from './runtime/coordinator-runtime.ts';
export { operationError } from './runtime/operation-error.ts';
export { partitionFor } from './runtime/partition-for.ts';
export type { RecordSerde } from './runtime/record-serde.ts';
export type { OperationResult, ReplayContext, ShardContext, StateMachine } from './runtime/state-machine.ts';
export { ShareCoordinator, type ShareCoordinatorOptions, type ShareStateStore } from './share/share-coordinator.ts';
export { type ShareCoordinatorConfig, shareCoordinatorConfigTable } from './share/share-coordinator-config.ts';
export { type SharePartitionKey, sharePartitionText } from './share/share-partition-key.ts';
export { SHARE_TOPIC, shareTopicConfigs } from './share/share-topic.ts';
export { DELIVERY_STATE, type StateBatch } from './share/state-batches.ts';
export type { TopicPartition } from './transaction/topic-partitions.ts';
export { transactionConfigTable } from './transaction/transaction-config.ts';
export type { TransactionConfig } from './transaction/transaction-context.ts';
export {
  TransactionCoordinator,
  type TransactionCoordinatorOptions,
} from './transaction/transaction-coordinator.ts';
export { TRANSACTION_TOPIC, transactionTopicConfigs } from './transaction/transaction-topic.ts';
