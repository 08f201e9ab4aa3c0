// Records of one partition that travel together, from the first record to the broker's answer.

import { BatchBuilder, type RecordInput, writeProducerState } from '../../protocol/index.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { RecordMetadata } from './producer-record.ts';
import type { ProducerSettings } from './producer-settings.ts';

/** The producer as brokers know it. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

interface Waiter {
  readonly timestamp: bigint;
  resolve(metadata: RecordMetadata): void;
  reject(error: unknown): void;
}

export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  /** Place among the batches of its partition. */
  readonly ordinal: number;
  /** When the first record came, by the monotonic clock. */
  readonly createdMs: number;
  /** Sent at least once without an answer that settles whether it was written. */
  isUncertain = false;
  attempts = 0;
  /** Bytes that it holds of `bufferMemory`. */
  reservedBytes = 0;
  /** Why the last attempt failed. */
  lastError: unknown;
  baseSequence = -1;
  readonly #settings: ProducerSettings;
  readonly #builder: BatchBuilder;
  readonly #waiters: Waiter[] = [];
  #bytes: Buffer | undefined;
  #isDone = false;

  constructor(place: TopicPartition, ordinal: number, settings: ProducerSettings, createdMs: number) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.ordinal = ordinal;
    this.createdMs = createdMs;
    this.#settings = settings;
    this.#builder = new BatchBuilder({
      compression: settings.compression,
      compressionLevel: settings.compressionLevel,
      isTransactional: settings.transactionalId !== undefined,
    });
  }

  get recordCount(): number {
    return this.#builder.recordCount;
  }

  /** Bytes, before compression until it was sent first. */
  get sizeInBytes(): number {
    return this.#bytes?.length ?? this.#builder.sizeInBytes;
  }

  get wasBuilt(): boolean {
    return this.#bytes !== undefined;
  }

  /** Undefined when the record does not fit any more. */
  tryAppend(record: RecordInput): Promise<RecordMetadata> | undefined {
    if (this.#bytes || !this.#builder.tryAppend(record, this.#settings.batchSize)) return undefined;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ timestamp: record.timestamp, resolve, reject });
    });
  }

  /** The batch as it goes on the wire. The first call closes it for records. */
  bytes(): Buffer {
    this.#bytes ??= this.#builder.build();
    return this.#bytes;
  }

  /** Puts the producer and the place in its sequence into the batch; the next attempt carries them. */
  stamp(identity: ProducerIdentity, baseSequence: number): void {
    this.baseSequence = baseSequence;
    if (this.#bytes) writeProducerState(this.#bytes, 0, { ...identity, baseSequence });
    else this.#bytes = this.#builder.build({ ...identity, baseSequence });
  }

  succeed(baseOffset: bigint, logAppendTimeMs: bigint): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const { topic, partition } = this;
    for (const [index, waiter] of this.#waiters.entries()) {
      const offset = baseOffset < 0n ? -1n : baseOffset + BigInt(index);
      const timestamp = logAppendTimeMs < 0n ? waiter.timestamp : logAppendTimeMs;
      waiter.resolve({ topic, partition, offset, timestamp });
    }
  }

  fail(error: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
