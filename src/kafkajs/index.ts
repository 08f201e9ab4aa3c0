// The door of the adapter for programs that were written for kafkajs.

export type { AdminAdapter, PartitionOffset, TopicConfig } from './admin.ts';
export type { Batch, EachBatchPayload, EachMessagePayload, TopicOffsets } from './batch.ts';
export type { ConsumerAdapter, RunConfig, Subscription } from './consumer.ts';
export { type ConsumerConfig, Kafka, type KafkaConfig, logLevel, type ProducerConfig, type Sasl } from './kafka.ts';
export type { Headers, KafkaMessage, Message } from './message.ts';
export {
  CompressionTypes,
  type ProducerAdapter,
  type SendRequest,
  type SentPartition,
  type TransactionAdapter,
} from './producer.ts';
