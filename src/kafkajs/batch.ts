// What a handler of kafkajs is given: a message or a batch, and what it may do meanwhile.

import type { ConsumedBatch } from '../client/index.ts';
import { type KafkaMessage, toMessage } from './message.ts';

/** Offsets of one topic, in decimal. */
export interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

/** What `eachMessage` is given. */
export interface EachMessagePayload {
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
  /** Nothing has to be done for it: heartbeats go on beside the handler. */
  heartbeat(): Promise<void>;
  /** Gives no more of this partition until the function that it returns is called. */
  pause(): () => void;
}

/** Messages of one partition, in order. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: KafkaMessage[];
  isEmpty(): boolean;
  firstOffset(): string | null;
  lastOffset(): string;
  /** Messages behind the last one of this batch. */
  offsetLag(): string;
}

/** What `eachBatch` is given. */
export interface EachBatchPayload {
  readonly batch: Batch;
  /** This message and those before it are done with. */
  resolveOffset(offset: string): void;
  /** Nothing has to be done for it: heartbeats go on beside the handler. */
  heartbeat(): Promise<void>;
  /** Gives no more of this partition until the function that it returns is called. */
  pause(): () => void;
  /** Commits these offsets, or what was resolved. */
  commitOffsetsIfNecessary(offsets?: { readonly topics: readonly TopicOffsets[] }): Promise<void>;
  /** What was resolved of this batch. */
  uncommittedOffsets(): { topics: TopicOffsets[] };
  /** False when the consumer is to stop: a handler that takes long looks at it. */
  isRunning(): boolean;
  /** True when the partition was taken away, or a seek went elsewhere. */
  isStale(): boolean;
}

export function toBatch({ topic, partition, highWatermark, nextOffset, records }: ConsumedBatch): Batch {
  const lag = highWatermark - nextOffset;
  return {
    topic,
    partition,
    highWatermark: String(highWatermark),
    messages: records.map(toMessage),
    isEmpty: () => records.length === 0,
    firstOffset: () => (records[0] ? String(records[0].offset) : null),
    lastOffset: () => String(nextOffset - 1n),
    offsetLag: () => String(lag > 0n ? lag : 0n),
  };
}
