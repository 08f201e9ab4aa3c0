// What a share consumer is given, as the definitions of its topics say.

import type { ShareConsumer } from '../share-consumer/share-consumer.ts';
import type { ShareRecord } from '../share-consumer/share-record.ts';
import { RecordReader } from './convert-record.ts';
import { DeserializationError } from './serde-errors.ts';
import type { RecordOf, Topic } from './topic.ts';
import type { ReaderOptions } from './topic-reader.ts';

/** The part of a share consumer that a reader uses. */
export type ReadableShareConsumer = Pick<ShareConsumer, 'poll' | 'records' | 'acknowledge'>;

/**
 * From `ShareConsumer.reader`. A record that its topic's definition does not fit is rejected, so that nobody gets it again, when `onBadRecord` has heard of
 * it. Without that, or when it throws, reading ends with the error, and the record is released with all others of its poll.
 */
export class ShareTopicReader<T extends Topic> implements AsyncIterable<RecordOf<T, ShareRecord>> {
  readonly #consumer: ReadableShareConsumer;
  readonly #records: RecordReader<T>;
  readonly #onBadRecord: ReaderOptions['onBadRecord'];

  constructor(consumer: ReadableShareConsumer, topics: readonly T[], { onBadRecord }: ReaderOptions = {}) {
    this.#consumer = consumer;
    this.#records = new RecordReader(topics);
    this.#onBadRecord = onBadRecord;
  }

  /** As `ShareConsumer.poll`; it may resolve to none when all that came were bad. */
  async poll(timeoutMs: number, signal?: AbortSignal): Promise<readonly RecordOf<T, ShareRecord>[]> {
    const raws = await this.#consumer.poll(timeoutMs, signal);
    const records: RecordOf<T, ShareRecord>[] = [];
    const rejected = new Set<ShareRecord>();
    try {
      for (const raw of raws) {
        const record = await this.#read(raw);
        if (record === undefined) rejected.add(raw);
        else records.push(record);
      }
      return records;
    } catch (error) {
      // The application has seen none of them.
      for (const raw of raws) if (!rejected.has(raw)) this.#consumer.acknowledge(raw, 'release');
      throw error;
    }
  }

  /** As `ShareConsumer.records`. */
  async *records(signal?: AbortSignal): AsyncGenerator<RecordOf<T, ShareRecord>, void> {
    for await (const raw of this.#consumer.records(signal)) {
      let record: RecordOf<T, ShareRecord> | undefined;
      try {
        record = await this.#read(raw);
      } catch (error) {
        // Those behind it are released by the end of the loop.
        this.#consumer.acknowledge(raw, 'release');
        throw error;
      }
      if (record !== undefined) yield record;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<RecordOf<T, ShareRecord>, void> {
    return this.records();
  }

  /** Undefined when it was bad, and is rejected. */
  async #read(raw: ShareRecord): Promise<RecordOf<T, ShareRecord> | undefined> {
    try {
      return await this.#records.read(raw);
    } catch (error) {
      if (!(error instanceof DeserializationError) || this.#onBadRecord === undefined) throw error;
      await this.#onBadRecord(error);
      this.#consumer.acknowledge(raw, 'reject');
      return undefined;
    }
  }
}
