// A transaction as the application holds it: what is sent in it is seen by read_committed readers all at once, or never.

import { abortable } from '../connection-pool.ts';
import type { Consumer } from '../consumer/consumer.ts';
import type { ConsumerGroupMetadata } from '../consumer/group-metadata.ts';
import type { OffsetToCommit } from '../consumer/offset-to-commit.ts';
import { ClientError } from '../errors.ts';
import type { RecordToSend, Topic } from '../serdes/topic.ts';
import type { Producer } from './producer.ts';
import type { TimedCall } from './producer-metrics.ts';
import type { RecordMetadata } from './producer-record.ts';
import type { TransactionManager } from './transaction-manager.ts';

/** The part of a producer that a transaction uses. */
export interface TransactionProducer extends Pick<Producer, 'send' | 'sendAll'> {
  /** Does the work, and records how long it took. */
  timed<T>(what: TimedCall, work: () => Promise<T>): Promise<T>;
}

/** From `Producer.begin` or `Producer.transaction`. Left with `await using` before it was committed, it is aborted. */
export class Transaction implements AsyncDisposable {
  readonly #manager: TransactionManager;
  readonly #producer: TransactionProducer;
  #isOver = false;

  constructor(manager: TransactionManager, producer: TransactionProducer) {
    this.#manager = manager;
    this.#producer = producer;
  }

  /** False once it was committed or aborted. */
  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** Resolves when the record is written. A caller need not wait: `commit` does, and a record that fails aborts the transaction. */
  send<T extends Topic>(record: RecordToSend<T>, signal?: AbortSignal): Promise<RecordMetadata> {
    return abortable(
      this.#within(() => this.#producer.send(record)),
      signal,
    );
  }

  /** As `Producer.sendAll`. To be waited for, since records that are taken after the end belong to no transaction. */
  sendAll<T extends Topic>(
    records: Iterable<RecordToSend<T>> | AsyncIterable<RecordToSend<T>>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#within(() => this.#producer.sendAll(records, signal));
  }

  /**
   * Commits offsets of a consumer group with the transaction, by default all that the consumer has consumed: reading, working and writing are one
   * step then. The consumer must not commit by itself (`autoCommit: false`). A caller need not wait, as with `send`.
   */
  sendOffsets(
    consumer: Consumer | ConsumerGroupMetadata,
    offsets?: readonly OffsetToCommit[],
    signal?: AbortSignal,
  ): Promise<void> {
    const sent = this.#within(() => {
      const group = 'groupMetadata' in consumer ? consumer.groupMetadata : consumer;
      const consumed = offsets ?? ('consumed' in consumer ? consumer.consumed() : []);
      return this.#producer.timed('txn-send-offsets', () => this.#manager.sendOffsets(group, consumed));
    });
    return abortable(sent, signal);
  }

  /**
   * Rejects with `TransactionAbortedError` when something in it failed, with `ProducerFencedError` when another producer took over. A caller that aborts
   * the signal does not hear whether it was committed.
   */
  commit(signal?: AbortSignal): Promise<void> {
    return abortable(
      this.#end(() => this.#producer.timed('txn-commit', () => this.#manager.commit())),
      signal,
    );
  }

  /** Nothing of it will be seen by readers of committed records. Rejects with `ClientError` when it is over already. */
  abort(signal?: AbortSignal): Promise<void> {
    return abortable(
      this.#end(() => this.#producer.timed('txn-abort', () => this.#manager.abort())),
      signal,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) await this.abort();
  }

  /** Whoever does not look at the outcome hears of a failure from `commit`. */
  #within<T>(step: () => Promise<T>): Promise<T> {
    if (this.#isOver) return Promise.reject(new ClientError('The transaction is over'));
    const outcome = this.#ifHealthy(step);
    outcome.catch((error) => this.#manager.fail(error));
    return outcome;
  }

  async #ifHealthy<T>(step: () => Promise<T>): Promise<T> {
    this.#manager.requireHealthy();
    return step();
  }

  async #end(how: () => Promise<void>): Promise<void> {
    if (this.#isOver) throw new ClientError('The transaction is over');
    this.#isOver = true;
    await how();
  }
}
