// The consumer: partitions by hand or through a group, records by polls or by `for await`, offsets committed behind them.

import { listOffsets, type OffsetSpec } from '../admin/list-offsets.ts';
import { Cluster } from '../cluster.ts';
import { abortable } from '../connection-pool.ts';
import { untilDeadline } from '../deadline.ts';
import { ClientError, isRetriable } from '../errors.ts';
import type { ClientMetric } from '../metrics/metric-set.ts';
import type { Topic } from '../serdes/topic.ts';
import { type ReaderOptions, TopicReader } from '../serdes/topic-reader.ts';
import { partitionName, type RecordPlace, type TopicPartition } from '../topic-partition.ts';
import { AssignedPartition, type OffsetPlace } from './assigned-partition.ts';
import { ClassicMembership } from './classic-membership.ts';
import { type CommitterIdentity, commitOffsets, isMembershipError } from './committer.ts';
import { ConsumerGroupMembership } from './consumer-group-membership.ts';
import { ConsumerMetrics } from './consumer-metrics.ts';
import type { ConsumedBatch, ConsumerRecord } from './consumer-record.ts';
import { type ConsumerOptions, type ConsumerSettings, readConsumerSettings } from './consumer-settings.ts';
import { type EachRecordOptions, handleEach, type RecordHandler } from './each-record.ts';
import type { FetchedPartition } from './fetched-partition.ts';
import { Fetcher } from './fetcher.ts';
import type { ConsumerGroupMetadata } from './group-metadata.ts';
import type { Membership } from './membership.ts';
import type { OffsetToCommit } from './offset-to-commit.ts';
import { findStartOffsets } from './start-offsets.ts';
import { Subscription, type TopicSelection } from './subscription.ts';

/** A partition to read, from an offset, a place or a time (ms as `{ timestamp }`). Default: what the group has committed, else the reset policy. */
export interface PartitionAssignment extends TopicPartition {
  readonly from?: bigint | 'earliest' | 'latest' | { readonly timestamp: bigint } | undefined;
}

/** Hears of partitions that come and go, within the poll in which they do. `isLost`: somebody else may have them already, so that nothing can be committed. */
export interface SubscribeListener {
  onAssigned?(partitions: readonly TopicPartition[]): Promise<void> | void;
  onRevoked?(partitions: readonly TopicPartition[], isLost: boolean): Promise<void> | void;
}

/** Reads records. One poll at a time; records given out count as consumed when the next poll begins. */
export class Consumer implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #fetcher: Fetcher;
  /** In the order in which they are served. */
  readonly #assigned = new Map<string, AssignedPartition>();
  readonly #metrics: ConsumerMetrics;
  #membership: Membership | undefined;
  #givenOut: ConsumedBatch | undefined;
  #wakeUp = Promise.withResolvers<void>();
  #nextAutoCommitMs: number;
  #committing: Promise<void> | undefined;
  /** The search for positions, until a poll has seen its end. */
  #finding: Promise<void> | undefined;
  #isPolling = false;
  #closing: Promise<void> | undefined;

  constructor(options: ConsumerOptions) {
    this.#settings = readConsumerSettings(options);
    this.#cluster = new Cluster(options, 'consumer', () => this.#labels());
    this.#metrics = new ConsumerMetrics(this.#cluster.metrics, this.#cluster.settings.platform.clock, this.#assigned);
    this.#fetcher = new Fetcher(this.#cluster, this.#settings, this.#metrics, () => this.#wake());
    this.#nextAutoCommitMs = this.#now() + this.#settings.autoCommitIntervalMs;
  }

  /** Joins the group with the next poll and reads what it is assigned of these topics. */
  subscribe(topics: TopicSelection, listener: SubscribeListener = {}): void {
    const { groupId, groupProtocol } = this.#settings;
    if (groupId === undefined)
      throw new ClientError('Cannot subscribe without a group: set groupId, or assign partitions');
    if (this.#membership || this.#assigned.size > 0) throw new ClientError('The consumer has its partitions already');
    const subscription = new Subscription(this.#cluster, topics);
    if (subscription.pattern !== null && groupProtocol === 'classic')
      throw new ClientError(
        "Only groups of the consumer protocol take patterns: use a RegExp, or groupProtocol 'consumer'",
      );
    const Protocol = groupProtocol === 'classic' ? ClassicMembership : ConsumerGroupMembership;
    this.#membership = new Protocol(
      this.#cluster,
      this.#settings,
      { groupId, subscription },
      {
        onAssigned: async (partitions) => {
          this.#metrics.rebalanced();
          for (const partition of partitions) this.#add(partition, { at: 'committed' });
          await this.#timed(this.#metrics.callbacks.assigned, () => listener.onAssigned?.(partitions));
        },
        onRevoked: async (partitions, isLost) => {
          if (!isLost && this.#settings.autoCommit) await this.#commitQuietly(partitions);
          const { lost, revoked } = this.#metrics.callbacks;
          await this.#timed(isLost ? lost : revoked, () => listener.onRevoked?.(partitions, isLost));
          for (const partition of partitions) this.#assigned.delete(partitionName(partition));
        },
      },
      () => this.#wake(),
    );
  }

  /** Reads these partitions, without a rebalance ever. A group, if there is one, only keeps the offsets. */
  assign(partitions: readonly PartitionAssignment[]): void {
    if (this.#membership) throw new ClientError('Cannot assign partitions: the group does');
    this.#assigned.clear();
    for (const partition of partitions) this.#add(partition, startOf(partition.from));
  }

  /** The partitions that are read now. */
  get assignment(): TopicPartition[] {
    return [...this.#assigned.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /** The offset of the next record that `poll` will give; undefined until it is known. */
  position(partition: TopicPartition): bigint | undefined {
    return this.#find(partition).position;
  }

  /** The end of the partition as last heard, undefined before the first answer. */
  highWatermark(partition: TopicPartition): bigint | undefined {
    return this.#find(partition).highWatermark;
  }

  /** Records that `poll` has yet to give, as far as is known; undefined before the first answer. */
  lag(partition: TopicPartition): bigint | undefined {
    const { position, highWatermark } = this.#find(partition);
    if (position === undefined || highWatermark === undefined) return undefined;
    return highWatermark > position ? highWatermark - position : 0n;
  }

  /** Asks where partitions end now, by default those that are read: the last stable offsets with `readCommitted`. Rejects when one cannot be told. */
  async endOffsets(
    partitions: readonly TopicPartition[] = this.assignment,
    signal?: AbortSignal,
  ): Promise<(TopicPartition & { readonly offset: bigint })[]> {
    const { readCommitted } = this.#settings;
    const queries = partitions.map(({ topic, partition }) => ({ topic, partition, spec: 'latest' as const }));
    const found = await listOffsets(this.#cluster, queries, { signal, readCommitted });
    return found.map(({ topic, partition, offset, error }) => {
      if (error) throw error;
      return { topic, partition, offset: offset ?? 0n };
    });
  }

  /** Goes on elsewhere with the next poll. Throws `ClientError` for a partition that is not assigned. */
  seek(partition: TopicPartition, to: NonNullable<PartitionAssignment['from']>): void {
    this.#find(partition).seek(startOf(to));
    this.#wake();
  }

  /** Gives no records of it until `resume`; what was fetched is kept. */
  pause(partition: TopicPartition): void {
    this.#find(partition).isPaused = true;
  }

  /** Gives records of it again. */
  resume(partition: TopicPartition): void {
    this.#find(partition).isPaused = false;
    this.#wake();
  }

  /** The next records of one partition, or undefined when there are none for `timeoutMs`. Records of the poll before count as consumed now. */
  async poll(timeoutMs: number, signal?: AbortSignal): Promise<ConsumedBatch | undefined> {
    if (this.#closing !== undefined) throw new ClientError('Cannot poll: the consumer is closed');
    if (this.#isPolling) throw new ClientError('Cannot poll: another poll of this consumer is under way');
    this.#isPolling = true;
    this.#metrics.polls.begins();
    try {
      this.#markConsumed();
      return await this.#pollUntil(this.#now() + timeoutMs, signal);
    } finally {
      this.#metrics.polls.ends();
      this.#isPolling = false;
    }
  }

  /** Batches for ever, until the signal is aborted (which ends the loop) or the consumer is closed. */
  async *batches(signal?: AbortSignal): AsyncGenerator<ConsumedBatch, void> {
    while (!signal?.aborted && this.#closing === undefined) {
      try {
        const batch = await this.poll(LONG_POLL_MS, signal);
        if (batch) yield batch;
      } catch (error) {
        if (signal?.aborted && error === signal.reason) return;
        throw error;
      }
    }
  }

  /** The records of `batches`, one by one. A record counts as consumed when the next one of a later poll is asked for. */
  async *records(signal?: AbortSignal): AsyncGenerator<ConsumerRecord, void> {
    for await (const batch of this.batches(signal)) yield* batch.records;
  }

  /** `for await (const record of consumer)`. */
  [Symbol.asyncIterator](): AsyncGenerator<ConsumerRecord, void> {
    return this.records();
  }

  /**
   * Reads records as the definitions of their topics say, with their types. It subscribes to nothing; a record of another topic is a `ClientError`.
   *
   * @example
   * consumer.subscribe([orders, refunds]);
   * for await (const record of consumer.reader([orders, refunds]))
   *   if (record.topic === 'orders') charge(record.value.cents);
   */
  reader<T extends Topic>(topics: readonly T[], options?: ReaderOptions): TopicReader<T> {
    return new TopicReader(this, topics, options);
  }

  /**
   * Gives every record to `handler`, with `concurrency` several at a time, each key's in order. Ends when the signal is aborted or the consumer is
   * closed; rejects with what a handler throws: that batch is read again then. A handler that takes longer than `maxPollIntervalMs` costs the consumer its partitions.
   *
   * @example
   * await consumer.eachRecord(async ({ key, value }) => save(key, value), { concurrency: 16 });
   */
  eachRecord(handler: RecordHandler, options: EachRecordOptions = {}): Promise<void> {
    return handleEach(this.batches(options.signal), handler, options, ({ records: [first] }) => {
      if (first) this.giveBack(first);
    });
  }

  /** Takes back records of the last poll, from this one on: they do not count as consumed, and the next poll gives them again. */
  giveBack(from: RecordPlace): void {
    const batch = this.#givenOut;
    if (batch === undefined || partitionName(batch) !== partitionName(from)) return;
    const partition = this.#assigned.get(partitionName(batch));
    // A seek or a rebalance meanwhile has the last word.
    if (partition?.position !== batch.nextOffset) return;
    const records = batch.records.filter(({ offset }) => offset < from.offset);
    this.#givenOut = { ...batch, records, nextOffset: from.offset, leaderEpoch: -1 };
    partition.goBack(from.offset);
  }

  /** What was consumed so far, and not only given out: the offsets to hand to a transaction. */
  consumed(): OffsetToCommit[] {
    this.#markConsumed();
    return this.#consumedOffsets();
  }

  /** Who this consumer is in its group now, for `Transaction.sendOffsets`. Throws `ClientError` without a group. */
  get groupMetadata(): ConsumerGroupMetadata {
    const { groupId, groupInstanceId } = this.#settings;
    if (groupId === undefined) throw new ClientError('The consumer has no group: set groupId');
    return { groupId, groupInstanceId, ...this.#identity };
  }

  /** Commits these offsets, or everything consumed so far, for the group. */
  async commit(offsets?: readonly OffsetToCommit[], signal?: AbortSignal): Promise<void> {
    if (offsets === undefined) this.#markConsumed();
    await this.#timed(this.#metrics.commits, () => this.#commit(offsets ?? this.#consumedOffsets(), { signal }));
  }

  /** What this consumer has counted and measured, by the names of Apache Kafka's: `records-consumed-rate`, `records-lag-max` and so on. */
  metrics(): ClientMetric[] {
    return this.#cluster.metrics.snapshot();
  }

  /** What the cluster calls this consumer where it takes the metrics of clients (KIP-714), else undefined. */
  get clientInstanceId(): string | undefined {
    return this.#cluster.clientInstanceId;
  }

  /** Commits what was consumed (with `autoCommit`), leaves the group, closes all connections. Closing twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Records how long the work took, ms, however it ended. */
  async #timed(times: { record(timeMs: number): void }, work: () => Promise<void> | void): Promise<void> {
    const startMs = this.#now();
    try {
      await work();
    } finally {
      times.record(this.#now() - startMs);
    }
  }

  async #close(): Promise<void> {
    this.#wake();
    const fetchesEnded = this.#fetcher.close();
    if (this.#settings.autoCommit) await this.#commitQuietly(this.assignment);
    await this.#membership?.close();
    await fetchesEnded;
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #pollUntil(deadlineMs: number, signal: AbortSignal | undefined): Promise<ConsumedBatch | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const isMember = (await this.#membership?.poll(Math.max(deadlineMs - this.#now(), 0), signal)) ?? true;
      if (!isMember || this.#closing !== undefined) return undefined;
      this.#commitNowAndThen();
      if (!(await this.#knowsPositions(deadlineMs, signal))) return undefined;
      const batch = this.#takeFetched();
      // Fetches go on while the application works on these.
      const wakeUp = this.#wakeUp.promise;
      this.#fetcher.fetch(this.#assigned.values());
      if (batch) return batch;
      const error = this.#fetcher.takeError();
      if (error !== undefined) throw error;
      const leftMs = deadlineMs - this.#now();
      if (leftMs <= 0) return undefined;
      if (![...this.#assigned.values()].some((partition) => isReady(partition)))
        await this.#sleep(wakeUp, leftMs, signal);
    }
  }

  /** One partition after the other, so that none has to wait for a busy one. */
  #takeFetched(): ConsumedBatch | undefined {
    for (const [key, partition] of this.#assigned) {
      if (!isReady(partition) || !partition.fetched) continue;
      const batch = this.#nextOf(partition, partition.fetched);
      partition.start = batch.nextOffset;
      if (batch.leaderEpoch >= 0) partition.readEpoch = batch.leaderEpoch;
      if (partition.fetched.isDone) {
        partition.fetched = undefined;
        this.#assigned.delete(key);
        this.#assigned.set(key, partition);
      }
      this.#givenOut = batch;
      this.#metrics.given(batch, partition.logStartOffset);
      return batch;
    }
    return undefined;
  }

  #nextOf(partition: AssignedPartition, fetched: FetchedPartition): ConsumedBatch {
    try {
      return fetched.next();
    } catch (error) {
      // Fetched again, should the application go on: perhaps it comes whole then.
      partition.fetched = undefined;
      throw error;
    }
  }

  /** False when the time was over first; the search goes on then, and a later poll sees how it ends. */
  async #knowsPositions(deadlineMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const isUnknown = ({ position }: AssignedPartition) => position === undefined;
    if (this.#finding === undefined && ![...this.#assigned.values()].some(isUnknown)) return true;
    this.#finding ??= this.#findPositions();
    this.#finding.catch(() => {});
    const { clock } = this.#cluster.settings.platform;
    let isOver = false;
    const finding = this.#finding.finally(() => {
      isOver = true;
    });
    try {
      await untilDeadline(clock, finding, deadlineMs, signal);
    } finally {
      if (isOver) this.#finding = undefined;
    }
    return isOver;
  }

  async #findPositions(): Promise<void> {
    try {
      await findStartOffsets(this.#cluster, this.#settings, this.#assigned.values());
    } catch (error) {
      // A member whose group is rebalancing meanwhile has to hear of that first.
      if (!isMembershipError(error)) throw error;
      this.#membership?.noticeError(error);
    }
  }

  #markConsumed(): void {
    const batch = this.#givenOut;
    this.#givenOut = undefined;
    if (batch === undefined) return;
    const partition = this.#assigned.get(partitionName(batch));
    // A seek or a rebalance meanwhile has the last word.
    if (partition?.position === undefined || partition.position < batch.nextOffset) return;
    partition.consumedOffset = batch.nextOffset;
    partition.consumedEpoch = batch.leaderEpoch;
  }

  #consumedOffsets(partitions: readonly TopicPartition[] = this.assignment): OffsetToCommit[] {
    return partitions.flatMap((place) => {
      const { consumedOffset: offset, consumedEpoch: leaderEpoch } = this.#assigned.get(partitionName(place)) ?? {};
      return offset === undefined ? [] : [{ topic: place.topic, partition: place.partition, offset, leaderEpoch }];
    });
  }

  /** The automatic commit; it runs beside the polls. */
  #commitNowAndThen(): void {
    if (!this.#settings.autoCommit || this.#committing || this.#now() < this.#nextAutoCommitMs) return;
    this.#nextAutoCommitMs = this.#now() + this.#settings.autoCommitIntervalMs;
    this.#committing = this.#commitQuietly(this.assignment).finally(() => {
      this.#committing = undefined;
    });
    void this.#committing;
  }

  /** Never rejects: what could not be committed is read again by whoever comes next. */
  async #commitQuietly(partitions: readonly TopicPartition[]): Promise<void> {
    try {
      await this.#commit(this.#consumedOffsets(partitions), { timeoutMs: QUIET_COMMIT_TIMEOUT_MS });
    } catch (error) {
      const fields = { group: this.#settings.groupId, error };
      if (isRetriable(error) || isMembershipError(error))
        this.#cluster.logger.debug(fields, 'offsets were not committed');
      else this.#cluster.logger.warn(fields, 'offsets were not committed');
    }
  }

  async #commit(
    offsets: readonly OffsetToCommit[],
    options: { signal?: AbortSignal | undefined; timeoutMs?: number },
  ): Promise<void> {
    const { groupId } = this.#settings;
    if (groupId === undefined) throw new ClientError('Cannot commit without a group: set groupId');
    try {
      await commitOffsets(this.#cluster, this.#settings, groupId, this.#identity, offsets, options);
    } catch (error) {
      if (isMembershipError(error)) this.#membership?.noticeError(error);
      throw error;
    }
  }

  get #identity(): CommitterIdentity {
    return this.#membership?.identity ?? { memberId: '', generationId: -1 };
  }

  #labels(): Record<string, string> {
    const { groupId, groupInstanceId, rackId } = this.#settings;
    const memberId = this.#membership?.identity.memberId;
    return {
      ...(groupId !== undefined && { group_id: groupId }),
      ...(groupInstanceId !== null && { group_instance_id: groupInstanceId }),
      ...(memberId && { group_member_id: memberId }),
      ...(rackId !== null && { client_rack: rackId }),
    };
  }

  #add(place: TopicPartition, start: bigint | OffsetPlace): void {
    this.#assigned.set(partitionName(place), new AssignedPartition(place, start));
  }

  #find(place: TopicPartition): AssignedPartition {
    const partition = this.#assigned.get(partitionName(place));
    if (partition === undefined) throw new ClientError(`${partitionName(place)} is not assigned to this consumer`);
    return partition;
  }

  #wake(): void {
    this.#wakeUp.resolve();
    this.#wakeUp = Promise.withResolvers<void>();
  }

  /** Until something changes or the time is over. */
  async #sleep(wakeUp: Promise<void>, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    const timer = this.#cluster.settings.platform.clock.schedule(delayMs, () => this.#wake());
    try {
      await abortable(wakeUp, signal);
    } finally {
      timer.cancel();
    }
  }

  #now(): number {
    return this.#cluster.settings.platform.clock.monotonic();
  }
}

const LONG_POLL_MS = 60_000;
const QUIET_COMMIT_TIMEOUT_MS = 5000;

function isReady(partition: AssignedPartition): boolean {
  return partition.fetched !== undefined && !partition.isPaused;
}

function startOf(from: PartitionAssignment['from']): bigint | OffsetPlace {
  if (from === undefined) return { at: 'committed' };
  if (typeof from === 'bigint') return from;
  const spec: OffsetSpec = typeof from === 'string' ? from : from.timestamp;
  return { at: 'spec', spec };
}
