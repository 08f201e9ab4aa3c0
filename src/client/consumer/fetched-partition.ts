// The bytes of one partition in a Fetch answer, read into records piece by piece: CRCs, what is before the position, control records,
// and for read_committed what transactions have aborted.

import type { BatchHeader, RecordView } from '../../protocol/index.ts';
import {
  isControl,
  isTransactional,
  iterateBatches,
  KafkaError,
  readEndTransactionMarker,
  readRecords,
  validateBatch,
} from '../../protocol/index.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { ConsumedBatch, ConsumerRecord } from './consumer-record.ts';
import type { ConsumerSettings } from './consumer-settings.ts';

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedBytes extends TopicPartition {
  readonly offset: bigint;
  readonly highWatermark: bigint;
  readonly records: Buffer;
  /** Null for read_uncommitted. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

export class FetchedPartition {
  readonly #fetched: FetchedBytes;
  readonly #settings: ConsumerSettings;
  readonly #records: Iterator<RecordView, void>;
  #nextOffset: bigint;
  #ahead: RecordView | undefined;
  /** Of the record that was read last. */
  #leaderEpoch = -1;
  #isDone = false;
  /** What stands behind the records that were read before it. */
  #error: unknown;

  constructor(fetched: FetchedBytes, settings: ConsumerSettings) {
    this.#fetched = fetched;
    this.#settings = settings;
    this.#nextOffset = fetched.offset;
    this.#records = this.#read();
  }

  /** True when everything has been given out. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The next records, at most `maxPollRecords`. Throws when a batch is corrupt, having given all records before it. */
  next(): ConsumedBatch {
    const { topic, partition, highWatermark } = this.#fetched;
    const records: ConsumerRecord[] = [];
    let record = this.#ahead ?? this.#advance();
    let leaderEpoch = -1;
    while (record !== undefined && records.length < this.#settings.maxPollRecords) {
      leaderEpoch = this.#leaderEpoch;
      const { offset, timestamp, key, value, headers } = record;
      this.#nextOffset = offset + 1n;
      records.push({ topic, partition, offset, timestamp, key, value, headers });
      record = this.#advance();
    }
    this.#ahead = record;
    if (records.length === 0 && this.#error !== undefined) throw this.#error;
    return { topic, partition, records, nextOffset: this.#nextOffset, leaderEpoch, highWatermark };
  }

  /** One record more than is given out is read, so that the end is known when it is reached. */
  #advance(): RecordView | undefined {
    if (this.#error !== undefined) return undefined;
    try {
      const { done, value } = this.#records.next();
      if (!done) return value;
      this.#isDone = true;
    } catch (error) {
      this.#error = this.#explain(error);
    }
    return undefined;
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof KafkaError)) return error;
    const place = `${partitionName(this.#fetched)} at offset ${this.#nextOffset}`;
    return new KafkaError(error.code, `Cannot read ${place}: ${error.message}`, { cause: error });
  }

  *#read(): Generator<RecordView, void> {
    const { records, offset } = this.#fetched;
    const aborted = new AbortedProducers(this.#fetched.abortedTransactions ?? []);
    for (const header of iterateBatches(records, { partialTail: 'ignore' })) {
      // A batch is sent whole, although the position may be in the middle of it.
      if (header.magic >= 2 && header.lastOffset < offset) continue;
      if (this.#settings.checkCrcs) validateBatch(records, header.position);
      if (isControl(header.attributes)) {
        this.#readMarker(header, aborted);
      } else if (!(isTransactional(header.attributes) && aborted.isAborted(header))) {
        for (const record of readRecords(records, header, { maxBytes: this.#settings.maxInflatedBatchBytes })) {
          if (record.offset < offset) continue;
          this.#leaderEpoch = header.partitionLeaderEpoch;
          yield record;
        }
      }
      // Compaction may have taken the last records of a batch; the batch still covers their offsets.
      if (header.lastOffset >= this.#nextOffset) this.#nextOffset = header.lastOffset + 1n;
    }
  }

  #readMarker(header: BatchHeader, aborted: AbortedProducers): void {
    for (const record of readRecords(this.#fetched.records, header, {
      maxBytes: this.#settings.maxInflatedBatchBytes,
    })) {
      if (readEndTransactionMarker(record)?.type === 'ABORT') aborted.end(header.producerId);
    }
  }
}

/** Whose records are being skipped at the current offset. */
class AbortedProducers {
  /** By first offset, the first one last. */
  readonly #pending: AbortedTransaction[];
  readonly #open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#pending = [...aborted].sort((left, right) => (left.firstOffset < right.firstOffset ? 1 : -1));
  }

  isAborted(header: BatchHeader): boolean {
    for (let next = this.#pending.at(-1); next && next.firstOffset <= header.lastOffset; next = this.#pending.at(-1)) {
      this.#open.add(next.producerId);
      this.#pending.pop();
    }
    return this.#open.has(header.producerId);
  }

  end(producerId: bigint): void {
    this.#open.delete(producerId);
  }
}
