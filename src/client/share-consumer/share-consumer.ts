// The share consumer: records as from a queue. Each is locked for one consumer at a time, and given out again unless it is acknowledged.

import { KafkaError } from '../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import { Cluster } from '../cluster.ts';
import { abortable } from '../connection-pool.ts';
import { ClientError, isRetriable } from '../errors.ts';
import type { ClientMetric } from '../metrics/metric-set.ts';
import { ShareTopicReader } from '../serdes/share-topic-reader.ts';
import { type Topic, topicName } from '../serdes/topic.ts';
import type { ReaderOptions } from '../serdes/topic-reader.ts';
import { groupBy, partitionName, type RecordPlace } from '../topic-partition.ts';
import type { SharePartition } from './acknowledgements.ts';
import {
  readShareConsumerSettings,
  type ShareConsumerOptions,
  type ShareConsumerSettings,
} from './share-consumer-settings.ts';
import { ShareMembership } from './share-membership.ts';
import { ShareMetrics } from './share-metrics.ts';
import type { Acknowledgement, AcknowledgeOutcome, ShareRecord } from './share-record.ts';
import { type LockedRecord, type ShareAnswer, ShareSession } from './share-session.ts';
import { untilTime } from './until-time.ts';

/** A record that was given out, and where to acknowledge it. */
interface Delivered {
  readonly session: ShareSession;
  readonly place: SharePartition;
  readonly offset: bigint;
}

const LONG_POLL_MS = 60_000;

/**
 * Reads records of a share group (KIP-932, Kafka 4.1 or newer). One poll at a time.
 *
 * @example
 * await using queue = new ShareConsumer({ bootstrapServers: '127.0.0.1:9092', groupId: 'workers' });
 * queue.subscribe(['jobs']);
 * for await (const job of queue) {
 *   if (job.deliveryCount > 3) queue.acknowledge(job, 'reject');
 *   else await work(job); // accepted when the next one is asked for
 * }
 */
export class ShareConsumer implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #settings: ShareConsumerSettings;
  readonly #metrics: ShareMetrics;
  readonly #sessions = new Map<number, ShareSession>();
  readonly #closed = new AbortController();
  /** Given out and not acknowledged yet. Bounded by the locks that a broker gives. */
  readonly #delivered = new Map<string, Delivered>();
  /** Came and was not given out yet; of each broker one answer at most. */
  readonly #arrived: (LockedRecord & { readonly session: ShareSession })[] = [];
  #membership: ShareMembership | undefined;
  #change = Promise.withResolvers<void>();
  #failure: unknown;
  #isPolling = false;
  #closing: Promise<void> | undefined;

  constructor(options: ShareConsumerOptions) {
    this.#settings = readShareConsumerSettings(options);
    this.#cluster = new Cluster(options, 'share-consumer', () => ({ group_id: options.groupId }));
    this.#metrics = new ShareMetrics(this.#cluster.metrics, this.#cluster.settings.platform.clock);
  }

  /** Joins the group, for these topics. */
  subscribe(topics: readonly (string | Topic)[]): void {
    if (this.#closing !== undefined) throw new ClientError('Cannot subscribe: the share consumer is closed');
    if (this.#membership !== undefined) throw new ClientError('The share consumer has its topics already');
    if (topics.length === 0) throw new ClientError('Cannot subscribe to no topic at all');
    this.#membership = new ShareMembership(this.#cluster, this.#settings, topics.map(topicName), () => this.#changed());
  }

  /** How long a record stays locked for this consumer, ms, as the broker says; undefined before the first answer. */
  get lockTimeoutMs(): number | undefined {
    return [...this.#sessions.values()].find(({ lockTimeoutMs }) => lockTimeoutMs !== undefined)?.lockTimeoutMs;
  }

  /**
   * Records, or none when there are none for `timeoutMs`. What the last poll gave is accepted now; in explicit mode everything must have been
   * acknowledged, else this rejects with `ClientError`.
   */
  async poll(timeoutMs: number, signal?: AbortSignal): Promise<readonly ShareRecord[]> {
    const membership = this.#membership;
    if (this.#closing !== undefined) throw new ClientError('Cannot poll: the share consumer is closed');
    if (membership === undefined) throw new ClientError('Cannot poll: subscribe to topics first');
    if (this.#isPolling) throw new ClientError('Cannot poll: another poll of this share consumer is under way');
    this.#isPolling = true;
    this.#metrics.polls.begins();
    try {
      this.#acceptDelivered();
      const deadlineMs = this.#now() + timeoutMs;
      for (;;) {
        signal?.throwIfAborted();
        membership.notePoll();
        this.#throwFailure();
        const change = this.#change.promise;
        if (this.#arrived.length === 0) await this.#fetch(membership, deadlineMs);
        if (this.#arrived.length > 0) return this.#giveOut();
        if (this.#now() >= deadlineMs || this.#closed.signal.aborted) return [];
        await untilTime(this.#cluster.settings.platform.clock, deadlineMs, change, signal);
      }
    } finally {
      this.#metrics.polls.ends();
      this.#isPolling = false;
    }
  }

  /** Says what became of a record that a poll gave. It is sent with the next poll, commit or close. Throws `ClientError` for any other record. */
  acknowledge(record: RecordPlace, acknowledgement: Acknowledgement = 'accept'): void {
    const { session, place, offset } = this.#find(record);
    this.#delivered.delete(nameOf(record));
    session.add(place, offset, acknowledgement);
  }

  /**
   * Sends acknowledgements and waits for what becomes of them. In implicit mode everything that the last poll gave is accepted. With the signal the wait
   * ends, and `onAcknowledged` hears the outcomes.
   */
  async commit(signal?: AbortSignal): Promise<readonly AcknowledgeOutcome[]> {
    return abortable(this.#commit(), signal);
  }

  async #commit(): Promise<readonly AcknowledgeOutcome[]> {
    if (!this.#settings.isExplicit) this.#acceptDelivered();
    const answers = await Promise.all([...this.#sessions.values()].map((session) => session.acknowledge()));
    for (const answer of answers) this.#take(answer);
    return answers.flatMap(({ outcomes }) => outcomes);
  }

  /** Locks records for as long as at first, from now on (KIP-1222); they are still to be acknowledged. Needs Kafka 4.2. */
  async renew(records: readonly RecordPlace[], signal?: AbortSignal): Promise<readonly AcknowledgeOutcome[]> {
    const found = groupBy(
      records.map((record) => this.#find(record)),
      ({ session }) => session,
    );
    const renewing = Promise.all([...found].map(([session, items]) => session.renew(items)));
    const answers = await abortable(renewing, signal);
    const unsupported = answers.flatMap(({ errors }) => errors).find((error) => isUnsupported(error));
    if (unsupported !== undefined) throw unsupported;
    return answers.flatMap(({ outcomes }) => outcomes);
  }

  /** Records for ever, until the signal is aborted or the consumer is closed. What was not acknowledged when the loop ends is released. */
  async *records(signal?: AbortSignal): AsyncGenerator<ShareRecord, void> {
    while (!signal?.aborted && this.#closing === undefined) {
      const records = await this.#pollUnlessAborted(signal);
      let given = 0;
      try {
        for (const record of records) {
          given++;
          yield record;
          if (!this.#settings.isExplicit && this.#delivered.has(nameOf(record))) this.acknowledge(record);
          if (signal?.aborted) break;
        }
      } finally {
        // Left within the loop: what was given last may not be done, and what comes behind it was never seen.
        const rest = this.#settings.isExplicit ? records.slice(given) : records;
        for (const record of rest) if (this.#delivered.has(nameOf(record))) this.acknowledge(record, 'release');
      }
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<ShareRecord, void> {
    return this.records();
  }

  /**
   * Gives records as the definitions of their topics say, with their types. It subscribes to nothing; a record of another topic is a `ClientError`.
   *
   * @example
   * queue.subscribe([jobs]);
   * for await (const { value } of queue.reader([jobs])) await resize(value.path);
   */
  reader<T extends Topic>(topics: readonly T[], options?: ReaderOptions): ShareTopicReader<T> {
    return new ShareTopicReader(this, topics, options);
  }

  /** What this consumer has counted and measured, by the names of Apache Kafka's: `request-rate`, `heartbeat-rate` and so on. */
  metrics(): ClientMetric[] {
    return this.#cluster.metrics.snapshot();
  }

  /** Sends acknowledgements, lets others have what is still locked, and leaves the group. Closing twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#closed.abort(new Error('the share consumer is closed'));
    this.#changed();
    const answers = await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    for (const { outcomes } of answers) this.#report(outcomes);
    await this.#membership?.close();
    await this.#cluster[Symbol.asyncDispose]();
  }

  #acceptDelivered(): void {
    if (this.#settings.isExplicit && this.#delivered.size > 0) {
      throw new ClientError(`Cannot poll: ${this.#delivered.size} records of the last poll are not acknowledged`);
    }
    for (const { session, place, offset } of this.#delivered.values()) session.add(place, offset, 'accept');
    this.#delivered.clear();
  }

  #find(record: RecordPlace): Delivered {
    const delivered = this.#delivered.get(nameOf(record));
    if (delivered !== undefined) return delivered;
    throw new ClientError(
      `Cannot acknowledge ${nameOf(record)}: it is acknowledged already, or of no poll of this consumer`,
    );
  }

  #giveOut(): readonly ShareRecord[] {
    return this.#arrived.splice(0).map(({ session, place, record }) => {
      this.#delivered.set(nameOf(record), { session, place, offset: record.offset });
      return record;
    });
  }

  /** Sends what can be sent to leaders that are not busy; answers come later. */
  async #fetch(membership: ShareMembership, deadlineMs: number): Promise<void> {
    const led: { readonly nodeId: number; readonly place: SharePartition }[] = [];
    for (const place of membership.partitions) {
      const nodeId = await this.#leaderOf(place);
      if (nodeId !== undefined) led.push({ nodeId, place });
    }
    const byNode = groupBy(led, ({ nodeId }) => nodeId);
    for (const [nodeId, items] of byNode) {
      const session = this.#session(nodeId, membership);
      const nowMs = this.#now();
      if (session.isBusy || session.notBeforeMs > nowMs) continue;
      const waitMs = Math.max(Math.min(this.#settings.fetchMaxWaitMs, Math.ceil(deadlineMs - nowMs)), 0);
      const places = items.map(({ place }) => place);
      void session.fetch(places, waitMs).then((answer) => {
        for (const locked of answer.records) this.#arrived.push({ ...locked, session });
        if (answer.errors.length > 0) this.#postpone(session);
        this.#take(answer);
        this.#changed();
      });
    }
    // Brokers that lead nothing any more are still owed what was said of their records.
    for (const [nodeId, session] of this.#sessions) {
      if (!byNode.has(nodeId) && session.hasAcknowledgements && !session.isBusy) {
        void session.acknowledge().then((answer) => this.#take(answer));
      }
    }
  }
  async #leaderOf({ topic, partition }: SharePartition): Promise<number | undefined> {
    try {
      return (await this.#cluster.topics.leader(topic, partition)).leader;
    } catch (error) {
      if (!isRetriable(error)) throw error;
      this.#cluster.noticeError(error);
      return undefined;
    }
  }

  #session(nodeId: number, { memberId }: ShareMembership): ShareSession {
    let session = this.#sessions.get(nodeId);
    if (session === undefined) {
      session = new ShareSession(this.#cluster, this.#settings, { nodeId, memberId }, this.#metrics);
      this.#sessions.set(nodeId, session);
    }
    return session;
  }

  #postpone(session: ShareSession): void {
    const { platform, retryBackoff } = this.#cluster.settings;
    const waitMs = backoffMs(retryBackoff, 1, platform.random);
    session.notBeforeMs = this.#now() + waitMs;
    platform.clock.schedule(waitMs, () => this.#changed());
  }

  #take({ outcomes, errors }: ShareAnswer): void {
    this.#report(outcomes);
    for (const error of errors) {
      this.#cluster.noticeError(error);
      const isOfSession = error instanceof KafkaError && SESSION_ERRORS.has(error.code);
      if (!isOfSession && !isRetriable(error)) this.#failure ??= error;
    }
  }

  #report(outcomes: readonly AcknowledgeOutcome[]): void {
    if (outcomes.length === 0) return;
    this.#metrics.acknowledged(outcomes);
    this.#settings.onAcknowledged(outcomes);
  }

  /** Tells the application of a failure once. */
  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  async #pollUnlessAborted(signal: AbortSignal | undefined): Promise<readonly ShareRecord[]> {
    try {
      return await this.poll(LONG_POLL_MS, signal);
    } catch (error) {
      if (signal?.aborted || this.#closing !== undefined) return [];
      throw error;
    }
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  #now(): number {
    return this.#cluster.settings.platform.clock.monotonic();
  }
}

/** The membership or a new session mends these. */
const SESSION_ERRORS = new Set<string>([
  'UNKNOWN_MEMBER_ID',
  'FENCED_MEMBER_EPOCH',
  'SHARE_SESSION_NOT_FOUND',
  'INVALID_SHARE_SESSION_EPOCH',
]);

function nameOf(record: RecordPlace): string {
  return `${partitionName(record)} at offset ${record.offset}`;
}

function isUnsupported(error: unknown): boolean {
  return error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION';
}
