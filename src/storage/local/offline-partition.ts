// A partition whose data is there but cannot be used: it answers everything with KAFKA_STORAGE_ERROR and says why.

import { KafkaError } from '../../protocol/index.ts';
import type { LogConfig, Partition, PartitionSpec } from '../engine.ts';

export class OfflinePartition implements Partition {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  readonly logStartOffset = 0n;
  readonly highWatermark = 0n;
  readonly lastStableOffset = 0n;
  readonly logEndOffset = 0n;
  readonly sizeInBytes = 0;
  leaderEpoch: number;
  config: LogConfig;
  readonly #reason: string;

  constructor(spec: PartitionSpec, reason: string) {
    this.topic = spec.topic;
    this.index = spec.index;
    this.topicId = spec.topicId;
    this.leaderEpoch = spec.leaderEpoch;
    this.config = spec.config;
    this.#reason = reason;
  }

  update(leaderEpoch: number, config: LogConfig): void {
    this.leaderEpoch = leaderEpoch;
    this.config = config;
  }

  get failure(): KafkaError {
    return this.#failure('use');
  }

  append(): Promise<never> {
    return Promise.reject(this.#failure('append to'));
  }

  read(): never {
    throw this.#failure('read');
  }

  findByTimestamp(): Promise<never> {
    return Promise.reject(this.#failure('search'));
  }

  findMaxTimestamp(): Promise<never> {
    return Promise.reject(this.#failure('search'));
  }

  epochOf(): number {
    return -1;
  }

  endOffsetForEpoch(): undefined {
    return undefined;
  }

  deleteRecords(): Promise<never> {
    return Promise.reject(this.#failure('delete records of'));
  }

  producers(): never {
    throw this.#failure('describe');
  }

  producer(): never {
    throw this.#failure('describe');
  }

  /** Nothing will ever move. */
  watch(): () => void {
    return () => {};
  }

  #failure(action: string): KafkaError {
    return new KafkaError('KAFKA_STORAGE_ERROR', `Cannot ${action} ${this.topic}-${this.index}: ${this.#reason}`);
  }
}
