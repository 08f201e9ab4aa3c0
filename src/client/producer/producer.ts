// The producer: takes records, finds their partitions, fills batches, and hands them to the sender.

import { Cluster } from '../cluster.ts';
import { abortable } from '../connection-pool.ts';
import { ClientError, TimeoutError } from '../errors.ts';
import type { TopicMetadata } from '../metadata.ts';
import type { ClientMetric } from '../metrics/metric-set.ts';
import { toProducerRecord } from '../serdes/convert-record.ts';
import type { RecordToSend, Topic } from '../serdes/topic.ts';
import { BufferRoom } from './buffer-room.ts';
import { type Delivery, SentRecord, SentRecords } from './delivery.ts';
import { IdentitySource } from './identity-source.ts';
import type { PartitionQueue } from './partition-queue.ts';
import { type PartitionLoads, partitionOfKey, StickyPartitioner } from './partitioner.ts';
import { ProducerMetrics, type TimedCall } from './producer-metrics.ts';
import type { ProducerRecord, RecordMetadata } from './producer-record.ts';
import { type ProducerOptions, type ProducerSettings, readProducerSettings } from './producer-settings.ts';
import { recordInput, sizeOfRecord } from './record-input.ts';
import { Sender } from './sender.ts';
import { Transaction } from './transaction.ts';
import { TransactionManager } from './transaction-manager.ts';
import { TransactionRequests } from './transaction-requests.ts';

interface WaitingSend {
  readonly record: ProducerRecord;
  readonly delivery: Delivery;
  readonly deadlineMs: number;
}

interface TopicState {
  readonly partitioner: StickyPartitioner;
  /** By partition. */
  readonly queues: PartitionQueue[];
  /** Sends that wait for metadata or for room, in order; while there are some, later ones queue behind them. */
  readonly waiting: WaitingSend[];
  isPumping: boolean;
}

/** Writes records. `send` may be called without waiting for the one before; order within a partition is the order of the calls. */
export class Producer implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #settings: ProducerSettings;
  readonly #sender: Sender;
  readonly #room: BufferRoom;
  readonly #metrics: ProducerMetrics;
  readonly #transactions: TransactionManager | undefined;
  #transaction: Transaction | undefined;
  readonly #topics = new Map<string, TopicState>();
  #waitingSends = 0;
  #closing: Promise<void> | undefined;
  // The time of the last record: many have the same.
  #nowMs = -1;
  #now = -1n;

  constructor(options: ProducerOptions) {
    this.#settings = readProducerSettings(options);
    this.#cluster = new Cluster(options, 'producer', () => ({
      ...(options.transactionalId !== undefined && { transactional_id: options.transactionalId }),
    }));
    this.#room = new BufferRoom(this.#settings.bufferMemory, this.#cluster.settings.platform.clock);
    this.#metrics = new ProducerMetrics(this.#cluster.metrics);
    this.#cluster.metrics.gauge('metadata-age', () => this.#cluster.topics.ageSeconds);
    this.#cluster.metrics.gauge('buffer-total-bytes', () => this.#settings.bufferMemory);
    this.#cluster.metrics.gauge('buffer-available-bytes', () => this.#room.bytesLeft);
    this.#cluster.metrics.gauge('waiting-threads', () => this.#waitingSends);
    this.#transactions = this.#transactionManager();
    const identities =
      this.#transactions ?? (this.#settings.isIdempotent ? new IdentitySource(this.#cluster) : undefined);
    this.#sender = new Sender(this.#cluster, this.#settings, {
      metrics: this.#metrics,
      identities,
      transactions: this.#transactions,
      onFreed: (bytes) => this.#room.give(bytes),
    });
  }

  /** True when `send` would have to wait for room; a loop that writes much waits for `ready` then. */
  get isFull(): boolean {
    return this.#room.isFull || this.#waitingSends > 0;
  }

  /** Resolves when there is room, or at once. */
  async ready(signal?: AbortSignal): Promise<void> {
    while (this.isFull) {
      signal?.throwIfAborted();
      await this.#room.change(signal);
    }
  }

  /**
   * Resolves when the record is written as `acks` asks; rejects when it is not, within `deliveryTimeoutMs`. Of a defined topic it takes data; what
   * its serdes refuse rejects with `SerializationError`. Aborting gives up the wait only: the record is on its way.
   */
  send<T extends Topic>(record: RecordToSend<T>, signal?: AbortSignal): Promise<RecordMetadata> {
    if (this.#transactions)
      return Promise.reject(new ClientError('Cannot send outside of a transaction: use transaction() or begin()'));
    return abortable(this.#sendRecord(record), signal);
  }

  /**
   * Writes many records with one promise and next to nothing for each: the way for bulk. Takes more from an iterator only while there is room in
   * the buffer. Resolves when all are written. Rejects with the first failure, or with the signal's reason, and takes no more then; what was taken
   * is still written where it can be. The records of one call stay in order; while it waits for room another call may overtake the rest of it.
   *
   * @example
   * await producer.sendAll(lines.map((value) => ({ topic: 'lines', value })));
   */
  async sendAll<T extends Topic>(
    records: Iterable<RecordToSend<T>> | AsyncIterable<RecordToSend<T>>,
    signal?: AbortSignal,
  ): Promise<void> {
    if (this.#transactions) throw new ClientError('Cannot send outside of a transaction: use transaction() or begin()');
    await this.#sendRecords(records, signal);
  }

  /**
   * `sendAll` as a stream, for whatever is piped: it takes no more than there is room for, fails with the first record that fails, and is closed when
   * all are written. What was taken before it is aborted is still written.
   *
   * @example
   * await ReadableStream.from(lines).pipeThrough(toRecords).pipeTo(producer.writable());
   */
  writable<T extends Topic>(): WritableStream<RecordToSend<T>> {
    if (this.#transactions) throw new ClientError('Cannot send outside of a transaction: use transaction() or begin()');
    const delivery = new SentRecords();
    return new WritableStream<RecordToSend<T>>({
      write: async (record) => {
        if (this.isFull) await this.ready();
        if (delivery.hasFailed) await delivery.written;
        this.#deliver(record, delivery);
      },
      close: () => {
        delivery.close();
        return delivery.written;
      },
    });
  }

  /**
   * Runs `work` in a transaction, commits it, and resolves to what `work` returned. When `work` throws, the transaction is aborted and the
   * error passed on. When something in the transaction failed it is aborted too, and this rejects with `TransactionAbortedError`, whose
   * `retriable` tells whether to call this again; with `ProducerFencedError` when another producer has taken over; with any other error
   * (`TimeoutError`, the signal's reason) when it is not known whether the commit came through.
   *
   * @example
   * await producer.transaction(async (transaction) => {
   *   for (const { value } of batch.records) transaction.send({ topic: 'copies', value });
   *   await transaction.sendOffsets(consumer);
   * });
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T> | T, signal?: AbortSignal): Promise<T> {
    await using transaction = await this.begin(signal);
    let result: T;
    try {
      result = await work(transaction);
    } catch (error) {
      // What the work ran into may be a failure of the transaction, which explains more.
      const reason = this.#transactions?.failure;
      if (transaction.isOpen) await transaction.abort();
      throw reason ?? error;
    }
    if (transaction.isOpen) await transaction.commit(signal);
    return result;
  }

  /** Begins a transaction, to be committed or aborted by the caller. One at a time. */
  async begin(signal?: AbortSignal): Promise<Transaction> {
    if (this.#closing !== undefined) throw new ClientError('Cannot begin: the producer is closed');
    const manager = this.#transactions;
    if (manager === undefined) throw new ClientError('Cannot begin a transaction: set transactionalId');
    const begun = this.#timed('txn-begin', () => manager.begin());
    try {
      await abortable(begun, signal);
    } catch (error) {
      // Nobody will end what begins after the caller has gone.
      if (signal?.aborted) begun.then(() => manager.abort()).catch(ignore);
      throw error;
    }
    this.#transaction = new Transaction(manager, {
      send: (record) => this.#sendRecord(record),
      sendAll: (records, signal) => this.#sendRecords(records, signal),
      timed: (what, work) => this.#timed(what, work),
    });
    return this.#transaction;
  }

  #sendRecord(record: RecordToSend): Promise<RecordMetadata> {
    const delivery = new SentRecord();
    this.#deliver(record, delivery);
    return delivery.written;
  }

  async #sendRecords(
    records: Iterable<RecordToSend> | AsyncIterable<RecordToSend>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const delivery = new SentRecords();
    if (Symbol.iterator in records) {
      for (const record of records) {
        if (this.isFull) await this.ready(signal);
        if (delivery.hasFailed || signal?.aborted) break;
        this.#deliver(record, delivery);
      }
    } else {
      for await (const record of records) {
        if (this.isFull) await this.ready(signal);
        if (delivery.hasFailed || signal?.aborted) break;
        this.#deliver(record, delivery);
      }
    }
    delivery.close();
    await abortable(delivery.written, signal);
  }

  /** Into a batch at once where that is possible, else behind those that wait. Never throws: the delivery hears of every failure. */
  #deliver(given: RecordToSend, delivery: Delivery): void {
    try {
      if (this.#closing !== undefined) throw new ClientError('Cannot send: the producer is closed');
      const record = toProducerRecord(given);
      const sent = this.#withHeaders(record);
      const state = this.#topicState(record.topic);
      const hasRoom = state.waiting.length === 0 && !this.#room.isFull;
      const topic = hasRoom ? this.#cluster.topics.peek(record.topic) : undefined;
      if (topic) this.#append(state, topic, sent, delivery);
      else this.#wait(state, sent, delivery);
    } catch (error) {
      delivery.fail(error);
    }
  }

  /** What this producer has counted and measured, by the names of Apache Kafka's: `record-send-rate`, `request-latency-avg` and so on. */
  metrics(): ClientMetric[] {
    return this.#cluster.metrics.snapshot();
  }

  /** What the cluster calls this producer where it takes the metrics of clients (KIP-714), else undefined. */
  get clientInstanceId(): string | undefined {
    return this.#cluster.clientInstanceId;
  }

  /** Sends what waits without lingering, and resolves when every record sent so far is written or has failed. */
  async flush(signal?: AbortSignal): Promise<void> {
    await this.#timed('flush', async () => {
      while (this.#waitingSends > 0) await this.#room.change(signal);
      await abortable(this.#sender.flush(), signal);
    });
  }

  /** Flushes, then closes; an open transaction is aborted. What is not written by `timeoutMs` fails. Closing twice is harmless. */
  close(timeoutMs = this.#settings.deliveryTimeoutMs): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** At the time of the call, whose trace it is, although the record may have to wait. */
  #withHeaders(record: ProducerRecord): ProducerRecord {
    const added = this.#settings.addHeaders?.(record) ?? [];
    return added.length === 0 ? record : { ...record, headers: [...(record.headers ?? []), ...added] };
  }

  async #close(timeoutMs: number): Promise<void> {
    const { clock } = this.#cluster.settings.platform;
    const { promise: timedOut, resolve: timeOut } = Promise.withResolvers<void>();
    const timer = clock.schedule(timeoutMs, timeOut);
    const abandoned = this.#transaction?.isOpen ? this.#transaction.abort().catch(ignore) : undefined;
    await Promise.race([abandoned ?? this.flush(), timedOut]);
    timer.cancel();
    const closed = new ClientError('The producer was closed before the record was written');
    this.#rejectWaiting(closed);
    this.#sender.close(closed);
    await this.#cluster[Symbol.asyncDispose]();
  }

  #transactionManager(): TransactionManager | undefined {
    const { transactionalId, transactionTimeoutMs, maxBlockMs } = this.#settings;
    if (transactionalId === undefined) return undefined;
    const requests = new TransactionRequests({
      cluster: this.#cluster,
      transactionalId,
      transactionTimeoutMs,
      maxBlockMs,
    });
    return new TransactionManager(transactionalId, requests, {
      flush: () => this.flush(),
      abandon: (error) => this.#abandon(error),
      wake: () => this.#sender.wake(),
    });
  }

  /** Fails what waits; resolves when what is on its way has been answered. */
  async #abandon(error: unknown): Promise<void> {
    this.#rejectWaiting(error);
    await this.#sender.abandon(error);
  }

  #rejectWaiting(error: unknown): void {
    for (const state of this.#topics.values()) {
      const rejected = state.waiting.splice(0);
      this.#waitingSends -= rejected.length;
      for (const { delivery } of rejected) delivery.fail(error);
    }
    this.#room.wakeWaiters();
  }

  #topicState(name: string): TopicState {
    let state = this.#topics.get(name);
    if (state === undefined) {
      const { random } = this.#cluster.settings.platform;
      const queues: PartitionQueue[] = [];
      const loads: PartitionLoads = {
        queuedBatches: (partition) => queues[partition]?.queuedBatches ?? 0,
        isAvailable: ({ leader }) => this.#sender.isAvailable(leader),
      };
      const { batchSize, adaptivePartitioning } = this.#settings;
      const partitioner = new StickyPartitioner(batchSize, random, adaptivePartitioning ? loads : undefined);
      state = { partitioner, queues, waiting: [], isPumping: false };
      this.#topics.set(name, state);
    }
    return state;
  }

  #append(state: TopicState, topic: TopicMetadata, record: ProducerRecord, delivery: Delivery): void {
    const { clock } = this.#cluster.settings.platform;
    const input = recordInput(record, record.timestamp ?? this.#timestamp(clock.now()));
    const bytes = sizeOfRecord(input);
    if (bytes > this.#settings.maxRequestSize) {
      throw new ClientError(
        `Cannot write to ${topic.name}: the record has ${bytes} bytes, max.request.size is ${this.#settings.maxRequestSize}`,
      );
    }
    const partition = this.#partitionOf(state, topic, record, input.key, bytes);
    let queue = state.queues[partition];
    if (queue === undefined) {
      queue = this.#sender.queue(topic.name, partition);
      state.queues[partition] = queue;
    }
    if (queue.append(input, delivery, bytes, clock)) this.#sender.wake();
    this.#room.take(bytes);
  }

  #timestamp(nowMs: number): bigint {
    if (nowMs !== this.#nowMs) {
      this.#nowMs = nowMs;
      this.#now = BigInt(Math.trunc(nowMs));
    }
    return this.#now;
  }

  #partitionOf(
    state: TopicState,
    topic: TopicMetadata,
    record: ProducerRecord,
    key: Buffer | null,
    bytes: number,
  ): number {
    const count = topic.partitions.length;
    if (record.partition !== undefined) {
      if (record.partition >= 0 && record.partition < count) return record.partition;
      throw new ClientError(`Cannot write to ${topic.name}-${record.partition}: the topic has ${count} partitions`);
    }
    return key === null || this.#settings.ignoreKeys
      ? state.partitioner.next(topic, bytes)
      : partitionOfKey(key, count);
  }

  #wait(state: TopicState, record: ProducerRecord, delivery: Delivery): void {
    if (this.#waitingSends >= this.#settings.maxWaitingSends) {
      const reason = `${this.#waitingSends} sends wait already; wait for ready() when isFull`;
      throw new ClientError(`Cannot write to ${record.topic}: ${reason}`);
    }
    this.#waitingSends++;
    delivery.wait();
    const { clock } = this.#cluster.settings.platform;
    state.waiting.push({ record, delivery, deadlineMs: clock.monotonic() + this.#settings.maxBlockMs });
    if (!state.isPumping) void this.#pump(state);
  }

  /** Records how long the work took, however it ended. */
  async #timed<T>(what: TimedCall, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#cluster.settings.platform;
    const startMs = clock.monotonic();
    try {
      return await work();
    } finally {
      this.#metrics.times[what].record(clock.monotonic() - startMs);
    }
  }

  /** Moves waiting sends into batches, in order. Never rejects: every failure belongs to a send. */
  async #pump(state: TopicState): Promise<void> {
    state.isPumping = true;
    for (let head = state.waiting[0]; head; head = state.waiting[0]) {
      try {
        const topic = await this.#admit(head);
        // Rejected meanwhile, and counted no longer.
        if (state.waiting[0] !== head) continue;
        this.#append(state, topic, head.record, head.delivery);
        head.delivery.leave();
      } catch (error) {
        head.delivery.fail(error);
      }
      if (state.waiting[0] !== head) continue;
      state.waiting.shift();
      this.#waitingSends--;
    }
    state.isPumping = false;
    this.#room.wakeWaiters();
  }

  /** Resolves to the topic when it is known and there is room. */
  async #admit({ record, deadlineMs }: WaitingSend): Promise<TopicMetadata> {
    const { clock } = this.#cluster.settings.platform;
    const leftMs = () => Math.max(deadlineMs - clock.monotonic(), 1);
    const { allowAutoTopicCreation } = this.#settings;
    const topic = await this.#timed('metadata-wait', () =>
      this.#cluster.retry(`write to ${record.topic}`, { timeoutMs: leftMs() }, () =>
        this.#cluster.topics.get(record.topic, { allowAutoTopicCreation }),
      ),
    );
    while (this.#room.isFull) {
      if (clock.monotonic() >= deadlineMs) {
        this.#metrics.exhausted();
        throw new TimeoutError(
          `Cannot write to ${record.topic}: no room in the buffer within ${this.#settings.maxBlockMs} ms`,
        );
      }
      await this.#timed('bufferpool-wait', () => this.#room.change(undefined, leftMs()));
    }
    return topic;
  }
}

function ignore(): void {}
