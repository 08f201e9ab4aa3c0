// The life of a transactional producer: its identity, the transaction that is open, what belongs to it, and how it ends (KIP-98, KIP-890).
// With brokers that have the second version of transactions a partition is added by writing to it, and every end brings a new epoch.

import { KafkaError } from '../../protocol/index.ts';
import type { ConsumerGroupMetadata } from '../consumer/group-metadata.ts';
import type { OffsetToCommit } from '../consumer/offset-to-commit.ts';
import { ClientError, isRetriable, ProducerFencedError, TimeoutError, TransactionAbortedError } from '../errors.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import type { Identities } from './identity-source.ts';
import type { ProducerIdentity } from './producer-batch.ts';
import type { TransactionRequests } from './transaction-requests.ts';

/** What the sender does at the end of a transaction, and is told in between. */
export interface TransactionSender {
  /** Resolves when everything is written or has failed. */
  flush(): Promise<void>;
  /** Fails what is not on its way; resolves when what is has been answered. */
  abandon(error: unknown): Promise<void>;
  wake(): void;
}

type Phase = 'idle' | 'open' | 'ending';

export class TransactionManager implements Identities {
  readonly transactionalId: string;
  readonly #requests: TransactionRequests;
  readonly #sender: TransactionSender;
  #phase: Phase = 'idle';
  #identity: ProducerIdentity | undefined;
  #initializing: Promise<ProducerIdentity> | undefined;
  /** The coordinator may know another epoch, or an open transaction: it has to be asked before the next one begins. */
  #mustInitialize = true;
  #isSecondVersion = false;
  /** The coordinator may know of the open transaction, so it has to be told of the end. */
  #hasStarted = false;
  /** First version only: partitions that the coordinator knows, and those that it is to hear of. */
  readonly #added = new Set<string>();
  readonly #toAdd = new Map<string, TopicPartition>();
  #isAdding = false;
  readonly #groups = new Set<string>();
  /** The last of the offsets that were sent. */
  #offsets: Promise<void> = Promise.resolve();
  /** Why the open transaction can only be aborted. */
  #failure: unknown;
  /** Why nothing works any more. */
  #fenced: ProducerFencedError | undefined;

  constructor(transactionalId: string, requests: TransactionRequests, sender: TransactionSender) {
    this.transactionalId = transactionalId;
    this.#requests = requests;
    this.#sender = sender;
  }

  /** Why the open transaction can only be aborted; undefined while it is well. */
  get failure(): Error | undefined {
    return this.#failure === undefined ? undefined : this.#aborted();
  }

  /** Brokers take a newer Produce as the word of a producer that adds partitions by writing to them. */
  get maxProduceVersion(): number | undefined {
    return this.#isSecondVersion ? undefined : NEWEST_PRODUCE_BEFORE_KIP_890;
  }

  get current(): ProducerIdentity | undefined {
    return this.#identity;
  }

  get isAsking(): boolean {
    return this.#initializing !== undefined;
  }

  get(): Promise<ProducerIdentity> {
    this.#initializing ??= this.#initialize().finally(() => {
      this.#initializing = undefined;
    });
    return this.#initializing;
  }

  /** A sequence is broken: within a transaction there is no going on. */
  renew(): void {
    this.fail(new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER', 'A sequence of batches is broken'));
  }

  /** Throws `ProducerFencedError`, and `ClientError` while another transaction is open. */
  async begin(): Promise<void> {
    this.#requireUsable();
    if (this.#phase !== 'idle') throw new ClientError(`A transaction of ${this.transactionalId} is open already`);
    this.#phase = 'open';
    try {
      this.#isSecondVersion = await this.#requests.hasSecondVersion();
      if (this.#mustInitialize) await this.get();
    } catch (error) {
      this.#phase = 'idle';
      throw this.#explain(error);
    }
  }

  /** Throws when nothing more may be written in the transaction. */
  requireHealthy(): void {
    this.#requireUsable();
    if (this.#phase !== 'open') throw new ClientError(`No transaction of ${this.transactionalId} is open`);
    if (this.#failure !== undefined) throw this.#aborted();
  }

  /** False while the partition does not belong to the transaction yet; the coordinator is told then, and the sender woken. */
  mayWrite(partition: TopicPartition): boolean {
    if (this.#phase === 'idle' || this.isHeld(partition)) return false;
    if (this.#isSecondVersion) this.#hasStarted = true;
    else if (!this.#added.has(partitionName(partition))) {
      this.#toAdd.set(partitionName(partition), partition);
      if (!this.#isAdding) void this.#addPartitions();
      return false;
    }
    return true;
  }

  /** True while nothing can be written to the partition, and the sender will be woken when that changes. */
  isHeld(partition: TopicPartition): boolean {
    return this.#failure !== undefined || this.#toAdd.has(partitionName(partition));
  }

  /** Something of the transaction will never be written: from now on it can only be aborted. The first reason counts. */
  fail(error: unknown): void {
    if (this.#phase === 'idle') return;
    if (error instanceof KafkaError && error.code === 'PRODUCER_FENCED') this.#fence(error);
    this.#failure ??= error;
    this.#sender.wake();
  }

  /** Makes the offsets part of the transaction. Calls are carried out one after the other, and `commit` waits for them. */
  sendOffsets(group: ConsumerGroupMetadata, offsets: readonly OffsetToCommit[]): Promise<void> {
    const sent = this.#offsets.then(() => this.#sendOffsets(group, offsets));
    // A failure is the transaction's, whether the caller looks at it or not.
    this.#offsets = sent.catch(() => undefined);
    return sent;
  }

  async #sendOffsets(group: ConsumerGroupMetadata, offsets: readonly OffsetToCommit[]): Promise<void> {
    if (offsets.length === 0) return;
    try {
      const identity = this.#requireIdentity();
      this.#hasStarted = true;
      if (!this.#isSecondVersion && !this.#groups.has(group.groupId)) {
        await this.#requests.addOffsets(identity, group.groupId);
        this.#groups.add(group.groupId);
      }
      await this.#requests.commitOffsets(identity, group, offsets, this.#isSecondVersion);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /**
   * Waits for everything in the transaction, then commits. Whatever failed in it aborts it, and rejects with `TransactionAbortedError`. Any
   * other error leaves open how it ended; the next transaction begins behind that end.
   */
  async commit(): Promise<void> {
    this.#beginEnd();
    await this.#offsets;
    await this.#sender.flush();
    if (this.#failure === undefined) await this.#end(true);
    if (this.#failure === undefined) return this.#forget();
    const aborted = this.#aborted();
    await this.#abort(aborted);
    throw aborted;
  }

  /** Drops what is not written and hides what is. */
  async abort(): Promise<void> {
    this.#beginEnd();
    this.#failure ??= new ClientError('it was given up');
    await this.#abort(this.#aborted());
  }

  #beginEnd(): void {
    if (this.#phase !== 'open') throw new ClientError(`No transaction of ${this.transactionalId} is open`);
    this.#phase = 'ending';
  }

  async #abort(reason: Error): Promise<void> {
    await this.#offsets;
    await this.#sender.abandon(reason);
    if (!this.#fenced) await this.#end(false);
    this.#forget();
    // In the first version the epoch stays, and with it the sequences of what was dropped.
    if (!this.#isSecondVersion) this.#mustInitialize = true;
    this.#requireUsable();
  }

  /** Tells the coordinator. A commit that it refuses for good fails the transaction. */
  async #end(committed: boolean): Promise<void> {
    if (!this.#hasStarted) return;
    try {
      this.#identity = await this.#requests.end(this.#requireIdentity(), committed, this.#isSecondVersion);
    } catch (error) {
      this.#mustInitialize = true;
      if (committed && error instanceof KafkaError && REPEATABLE.has(error.code) && !isFencing(error)) {
        this.#failure = error;
        return;
      }
      this.#forget();
      throw this.#explain(error);
    }
  }

  #forget(): void {
    this.#phase = 'idle';
    this.#failure = undefined;
    this.#hasStarted = false;
    this.#added.clear();
    this.#toAdd.clear();
    this.#groups.clear();
  }

  async #initialize(): Promise<ProducerIdentity> {
    this.#identity = await this.#requests.initialize(this.#identity);
    this.#mustInitialize = false;
    return this.#identity;
  }

  /** Never rejects: a failure is the transaction's. */
  async #addPartitions(): Promise<void> {
    this.#isAdding = true;
    // Behind the sender's turn, so that all the partitions that it finds go in one request.
    await Promise.resolve();
    while (this.#toAdd.size > 0 && this.#failure === undefined) {
      const partitions = new Map(this.#toAdd);
      this.#hasStarted = true;
      try {
        await this.#requests.addPartitions(this.#requireIdentity(), [...partitions.values()]);
        for (const name of partitions.keys()) {
          this.#added.add(name);
          this.#toAdd.delete(name);
        }
      } catch (error) {
        this.fail(this.#explain(error));
      }
      this.#sender.wake();
    }
    this.#isAdding = false;
  }

  #requireIdentity(): ProducerIdentity {
    if (this.#identity === undefined) throw new ClientError(`${this.transactionalId} has no producer id yet`);
    return this.#identity;
  }

  #requireUsable(): void {
    if (this.#fenced) throw this.#fenced;
  }

  #fence(error: unknown): ProducerFencedError {
    const why = `Another producer uses the transactional id ${this.transactionalId}, or a transaction took longer than its timeout`;
    this.#fenced ??= new ProducerFencedError(why, { cause: error });
    return this.#fenced;
  }

  #explain(error: unknown): unknown {
    return isFencing(error) ? this.#fence(error) : error;
  }

  #aborted(cause: unknown = this.#failure): Error {
    if (this.#fenced) return this.#fenced;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new TransactionAbortedError(`The transaction of ${this.transactionalId} was aborted: ${reason}`, {
      cause,
      retriable: mayRepeat(cause),
    });
  }
}

const NEWEST_PRODUCE_BEFORE_KIP_890 = 11;

/** Not retriable as requests, but the same work may succeed in a new transaction. */
const REPEATABLE = new Set<string>([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'TRANSACTION_ABORTABLE',
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'STALE_MEMBER_EPOCH',
  'REBALANCE_IN_PROGRESS',
]);

/** Coordinators of old clusters say INVALID_PRODUCER_EPOCH; from a partition's leader that may also be a leftover of this very producer. */
function isFencing(error: unknown): boolean {
  return error instanceof KafkaError && (error.code === 'PRODUCER_FENCED' || error.code === 'INVALID_PRODUCER_EPOCH');
}

function mayRepeat(cause: unknown): boolean {
  return (
    isRetriable(cause) || (cause instanceof KafkaError && REPEATABLE.has(cause.code)) || cause instanceof TimeoutError
  );
}
