// Records of one partition that travel together, from the first record to the broker's answer.

import {
  type AsideCompressor,
  BatchBuilder,
  incrementSequence,
  type RecordInput,
  readBatchHeader,
  readRecords,
  writeProducerState,
} from '../../protocol/index.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { BatchBuffers } from './batch-buffers.ts';
import type { Delivery } from './delivery.ts';
import type { ProducerSettings } from './producer-settings.ts';

/** The producer as brokers know it. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export interface NewBatch {
  /** Place among the batches of its partition. */
  readonly ordinal: number;
  /** When the first record came, by the monotonic clock. */
  readonly createdMs: number;
  /** About so large, or the size of the first record. */
  readonly expectedBytes: number;
}

/** What the batches of a producer share. */
export interface BatchParts {
  readonly settings: ProducerSettings;
  readonly buffers: BatchBuffers;
  /** Where batches may be compressed beside the thread that fills them. */
  readonly compressor: AsideCompressor | undefined;
}

/** Smaller ones are compressed sooner than another thread would hear of them; so all of a simulated run happens in one thread. */
const MIN_BYTES_ASIDE = 32 * 1024;

export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  readonly ordinal: number;
  readonly createdMs: number;
  /** Attempts without an answer that settles whether they have written it. */
  unsettledAttempts = 0;
  attempts = 0;
  /** Bytes that it holds of `bufferMemory`. */
  reservedBytes = 0;
  /** Of the largest record. */
  maxRecordBytes = 0;
  /** Why the last attempt failed. */
  lastError: unknown;
  baseSequence = -1;
  readonly #parts: BatchParts;
  readonly #builder: BatchBuilder;
  /** What the batch is built in, to be given back. */
  #buffer: Buffer | undefined;
  readonly #deliveries: Delivery[] = [];
  /** The index of the first record of each delivery. */
  readonly #firstIndexes: number[] = [];
  #isClosed = false;
  #isCompressing = false;
  /** The records, where they were compressed before the batch is built. */
  #compressed: Buffer | undefined;
  #bytes: Buffer | undefined;
  #isDone = false;

  constructor(place: TopicPartition, { ordinal, createdMs, expectedBytes }: NewBatch, parts: BatchParts) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.ordinal = ordinal;
    this.createdMs = createdMs;
    this.#parts = parts;
    const { settings, buffers } = parts;
    const { compression, compressionLevel } = settings;
    const isTransactional = settings.transactionalId !== undefined;
    if (expectedBytes <= settings.batchSize && expectedBytes > settings.batchSize / 2) this.#buffer = buffers.take();
    this.#builder = new BatchBuilder({ compression, compressionLevel, isTransactional }, this.#buffer ?? expectedBytes);
  }

  get recordCount(): number {
    return this.#builder.recordCount;
  }

  /** Bytes, before compression until it was sent first. */
  get sizeInBytes(): number {
    return this.#bytes?.length ?? this.#builder.sizeInBytes;
  }

  get bytesBeforeCompression(): number {
    return this.#builder.sizeInBytes;
  }

  /** It takes no more records. */
  get isClosed(): boolean {
    return this.#isClosed || this.#bytes !== undefined;
  }

  /** On another thread: it cannot be sent before that is done. */
  get isCompressing(): boolean {
    return this.#isCompressing;
  }

  /** Those who wait for it have heard what became of it. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** False when the record does not fit any more. */
  tryAppend(record: RecordInput, delivery: Delivery): boolean {
    if (this.isClosed || !this.#builder.tryAppend(record, this.#parts.settings.batchSize)) return false;
    if (this.#deliveries.at(-1) !== delivery) {
      this.#deliveries.push(delivery);
      this.#firstIndexes.push(this.#builder.recordCount - 1);
      delivery.enter(this.#builder.recordCount - 1, record.timestamp);
    }
    return true;
  }

  /** Closes it for records and compresses them while the caller goes on, where that is worth it; `onDone` hears of the end. */
  compressAside(onDone: () => void): void {
    const { compressor } = this.#parts;
    if (compressor === undefined || this.isClosed || this.#builder.sizeInBytes < MIN_BYTES_ASIDE) return;
    this.#isClosed = true;
    this.#isCompressing = true;
    const end = (compressed?: Buffer) => {
      this.#isCompressing = false;
      this.#compressed = compressed;
      onDone();
    };
    // What failed is tried again, and told of, when the batch is built.
    compressor.compress(this.#builder.records).then(end, () => end());
  }

  /** The batch as it goes on the wire. The first call closes it for records. */
  bytes(): Buffer {
    this.#bytes ??= this.#builder.build({}, this.#compressed);
    return this.#bytes;
  }

  /** Puts the producer and the place in its sequence into the batch; the next attempt carries them. */
  stamp(identity: ProducerIdentity, baseSequence: number): void {
    this.baseSequence = baseSequence;
    if (this.#bytes) writeProducerState(this.#bytes, 0, { ...identity, baseSequence });
    else this.#bytes = this.#builder.build({ ...identity, baseSequence }, this.#compressed);
  }

  /** Its halves, to be sent in its place and in this order: together they have its sequence numbers, and those who hear of it hear of them. */
  split(): ProducerBatch[] {
    const bytes = this.bytes();
    const header = readBatchHeader(bytes);
    const half = this.recordCount >> 1;
    const room = { ordinal: this.ordinal, createdMs: this.createdMs, expectedBytes: this.#builder.sizeInBytes >> 1 };
    const [left, right] = [0, 1].map(() => new ProducerBatch(this, room, this.#parts)) as [
      ProducerBatch,
      ProducerBatch,
    ];
    let index = 0;
    let delivery = 0;
    for (const { timestamp, key, value, headers } of readRecords(bytes, header)) {
      if (this.#firstIndexes[delivery + 1] === index) delivery++;
      const batch = index < half ? left : right;
      if (!batch.tryAppend({ timestamp, key, value, headers }, this.#deliveries[delivery] as Delivery))
        throw new Error(`Half of a batch of ${this.topic}-${this.partition} is larger than the batch`);
      index++;
    }
    for (const each of this.#deliveries) each.leave();
    for (const half of [left, right]) half.maxRecordBytes = this.maxRecordBytes;
    left.reservedBytes = this.reservedBytes >> 1;
    right.reservedBytes = this.reservedBytes - left.reservedBytes;
    if (this.baseSequence >= 0) {
      left.stamp(header, this.baseSequence);
      right.stamp(header, incrementSequence(this.baseSequence, half));
    }
    this.#isDone = true;
    return [left, right];
  }

  succeed(baseOffset: bigint, logAppendTimeMs: bigint): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const written = { topic: this.topic, partition: this.partition, baseOffset, logAppendTimeMs };
    for (const delivery of this.#deliveries) delivery.succeed(written);
    // Whoever answers has read all of the request; of an earlier attempt there may be bytes on their way yet.
    if (this.attempts === 1 && this.#parts.settings.acks !== 0) this.#giveBack();
  }

  fail(error: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    for (const delivery of this.#deliveries) delivery.fail(error);
  }

  #giveBack(): void {
    if (this.#buffer) this.#parts.buffers.give(this.#buffer);
    this.#buffer = undefined;
  }
}
