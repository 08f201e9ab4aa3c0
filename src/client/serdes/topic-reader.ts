// What a consumer reads, as the definitions of its topics say.

import type { Consumer } from '../consumer/consumer.ts';
import type { ConsumedBatch } from '../consumer/consumer-record.ts';
import type { EachRecordOptions } from '../consumer/each-record.ts';
import { RecordReader } from './convert-record.ts';
import { DeserializationError } from './serde-errors.ts';
import type { RecordOf, Topic } from './topic.ts';

/** What to do with records that are not what their topic is defined to hold. */
export interface ReaderOptions {
  /**
   * Hears of a record that its topic's definition does not fit, which is then left out; what it throws ends the reading. Without it a bad record ends
   * the reading with its `DeserializationError`.
   */
  readonly onBadRecord?: ((error: DeserializationError) => Promise<void> | void) | undefined;
}

/** `ConsumedBatch` with the types of the topics. Records that were left out are not in it. */
export type ReadBatch<T extends Topic> = Omit<ConsumedBatch, 'records'> & { readonly records: readonly RecordOf<T>[] };

/** The part of a consumer that a reader uses. */
export type ReadableConsumer = Pick<Consumer, 'poll' | 'batches' | 'eachRecord' | 'giveBack'>;

/**
 * From `Consumer.reader`. Reads as the consumer does, and what it says of positions and commits holds here too. A bad record that ends the reading is
 * the next one that the consumer will give: go on behind it with `consumer.seek(error, error.offset + 1n)`.
 */
export class TopicReader<T extends Topic> implements AsyncIterable<RecordOf<T>> {
  readonly #consumer: ReadableConsumer;
  readonly #records: RecordReader<T>;
  readonly #onBadRecord: ReaderOptions['onBadRecord'];

  constructor(consumer: ReadableConsumer, topics: readonly T[], { onBadRecord }: ReaderOptions = {}) {
    this.#consumer = consumer;
    this.#records = new RecordReader(topics);
    this.#onBadRecord = onBadRecord;
  }

  /** As `Consumer.poll`. A batch ends before a bad record; the poll that comes to it rejects with `DeserializationError`. */
  async poll(timeoutMs: number, signal?: AbortSignal): Promise<ReadBatch<T> | undefined> {
    const batch = await this.#consumer.poll(timeoutMs, signal);
    return batch && this.#read(batch);
  }

  /** As `Consumer.batches`. */
  async *batches(signal?: AbortSignal): AsyncGenerator<ReadBatch<T>, void> {
    for await (const batch of this.#consumer.batches(signal)) yield await this.#read(batch);
  }

  /** As `Consumer.records`. */
  async *records(signal?: AbortSignal): AsyncGenerator<RecordOf<T>, void> {
    for await (const { records } of this.batches(signal)) yield* records;
  }

  [Symbol.asyncIterator](): AsyncGenerator<RecordOf<T>, void> {
    return this.records();
  }

  /** As `Consumer.eachRecord`. Without `onBadRecord` a bad record is treated as if the handler had thrown. */
  eachRecord(
    handler: (record: RecordOf<T>, signal: AbortSignal) => Promise<void> | void,
    options?: EachRecordOptions,
  ): Promise<void> {
    return this.#consumer.eachRecord(async (raw, signal) => {
      let record: RecordOf<T>;
      try {
        record = await this.#records.read(raw);
      } catch (error) {
        await this.#leaveOut(error);
        return;
      }
      await handler(record, signal);
    }, options);
  }

  async #read(batch: ConsumedBatch): Promise<ReadBatch<T>> {
    const records: RecordOf<T>[] = [];
    for (const raw of batch.records) {
      try {
        const record = this.#records.read(raw);
        records.push(record instanceof Promise ? await record : record);
      } catch (error) {
        try {
          await this.#leaveOut(error);
        } catch (reason) {
          this.#consumer.giveBack(raw);
          if (records.length === 0) throw reason;
          return { ...batch, records, nextOffset: raw.offset, leaderEpoch: -1 };
        }
      }
    }
    return { ...batch, records };
  }

  /** Throws where reading has to end. */
  async #leaveOut(error: unknown): Promise<void> {
    if (!(error instanceof DeserializationError) || this.#onBadRecord === undefined) throw error;
    await this.#onBadRecord(error);
  }
}
