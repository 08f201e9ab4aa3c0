// Sends the batches of a producer: groups what is due by leader, keeps requests in flight, and sorts the answers.

import type { Timer } from '../../platform/index.ts';
import { asideCompressor, errorCode, KafkaError, type ProduceResponse, produce } from '../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Cluster } from '../cluster.ts';
import { isRetriable, TimeoutError } from '../errors.ts';
import type { PartitionMetadata, TopicMetadata } from '../metadata.ts';
import { responseError } from '../response-error.ts';
import { groupByTopic, partitionName } from '../topic-partition.ts';
import { BatchBuffers } from './batch-buffers.ts';
import type { Identities } from './identity-source.ts';
import { PartitionQueue } from './partition-queue.ts';
import type { BatchParts, ProducerBatch } from './producer-batch.ts';
import type { ProducerMetrics } from './producer-metrics.ts';
import type { ProducerSettings } from './producer-settings.ts';
import type { TransactionManager } from './transaction-manager.ts';

interface Outgoing {
  readonly queue: PartitionQueue;
  readonly batch: ProducerBatch;
  readonly topic: TopicMetadata;
  readonly topicId: string | undefined;
}

type PartitionAnswer = ProduceResponse['responses'][number]['partitionResponses'][number];

// Room in a request for names and lengths, beside the batches.
const REQUEST_OVERHEAD_BYTES = 512;
const NEWEST_BY_NAME = 12;

export interface SenderParts {
  readonly metrics: ProducerMetrics;
  /** Of an idempotent producer. */
  readonly identities: Identities | undefined;
  /** Of a transactional one. */
  readonly transactions: TransactionManager | undefined;
  /** Hears the reserved bytes of every batch that is done. */
  readonly onFreed: (bytes: number) => void;
}

export class Sender {
  readonly #cluster: Cluster;
  readonly #settings: ProducerSettings;
  readonly #batchParts: BatchParts;
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #inFlightByNode = new Map<number, number>();
  /** Since when brokers have answered nothing (monotonic, ms), although something was sent to them, or could not be. */
  readonly #silentSinceMs = new Map<number, number>();
  readonly #parts: SenderParts;
  readonly #metrics: ProducerMetrics;
  /** Have something due for a broker that takes no more requests now: its next answer is what they wait for. */
  readonly #held = new Set<PartitionQueue>();
  /** Topics whose leaders are being asked for. */
  readonly #asking = new Set<string>();
  #timer: Timer | undefined;
  #timerDueMs: number | undefined;
  /** Before this time (monotonic, ms) the delivery time of nothing is over. */
  #nextExpiryMs = Number.POSITIVE_INFINITY;
  #isAwake = false;
  #flushers = 0;
  #abandonedBy: unknown;
  #closedBy: Error | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(cluster: Cluster, settings: ProducerSettings, parts: SenderParts) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#batchParts = {
      settings,
      buffers: new BatchBuffers(settings.batchSize, settings.bufferMemory),
      compressor: asideCompressor(settings.compression, settings.compressionLevel),
    };
    this.#parts = parts;
    this.#metrics = parts.metrics;
    const inFlight = this.#inFlightByNode;
    cluster.metrics.gauge('requests-in-flight', () => [...inFlight.values()].reduce((sum, count) => sum + count, 0));
  }

  queue(topic: string, partition: number): PartitionQueue {
    const key = partitionName({ topic, partition });
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new PartitionQueue({ topic, partition }, this.#batchParts, () => this.wake());
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** False when the broker has answered nothing for `partitionAvailabilityTimeoutMs`. */
  isAvailable(nodeId: number): boolean {
    const { partitionAvailabilityTimeoutMs: limitMs } = this.#settings;
    const sinceMs = this.#silentSinceMs.get(nodeId);
    return limitMs <= 0 || sinceMs === undefined || this.#now() - sinceMs <= limitMs;
  }

  /** Looks for something to send, soon. Calling it often costs little. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    // Behind the current turn, so that records of one loop share a batch.
    setImmediate(() => {
      this.#isAwake = false;
      this.#run();
    });
  }

  /** Sends everything that waits, without lingering; resolves when all is answered. */
  async flush(): Promise<void> {
    this.#flushers++;
    try {
      while (!this.#isIdle()) {
        this.wake();
        await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
      }
    } finally {
      this.#flushers--;
    }
  }

  /** Fails everything that is not in flight; resolves when what is has been answered. */
  async abandon(error: unknown): Promise<void> {
    this.#abandonedBy = error;
    try {
      await this.flush();
    } finally {
      this.#abandonedBy = undefined;
    }
  }

  /** Fails everything that is not in flight. */
  failAll(error: unknown): void {
    for (const queue of this.#queues.values()) {
      for (const batch of queue.takeAll()) this.#fail(queue, batch, error);
    }
    this.#timer?.cancel();
    this.#timerDueMs = undefined;
  }

  /** Fails everything: what is in flight as soon as its connection ends, instead of going again. */
  close(error: Error): void {
    this.#closedBy = error;
    this.failAll(error);
    this.#batchParts.compressor?.close();
  }

  #run(): void {
    const nowMs = this.#now();
    // What waits for a transaction that has failed would wait until its delivery timeout.
    const reason = this.#closedBy ?? this.#abandonedBy ?? this.#parts.transactions?.failure;
    if (reason !== undefined) this.failAll(reason);
    if (nowMs >= this.#nextExpiryMs) this.#failExpired(nowMs);
    const identity = this.#currentIdentity();
    if (identity !== 'pending') {
      for (const [nodeId, outgoing] of this.#due(nowMs)) this.#sendTo(nodeId, outgoing);
    }
    this.#armTimer();
    if (this.#isIdle()) {
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  /** The producer's identity, asked for when there is none yet or a partition needs a new one. */
  #currentIdentity() {
    if (this.#parts.identities === undefined) return undefined;
    for (const queue of this.#queues.values()) {
      if (!queue.needsIdentity) continue;
      if (this.#parts.identities.current === queue.identity) this.#parts.identities.renew();
      const { current } = this.#parts.identities;
      if (current === undefined || current === queue.identity) continue;
      const partition = partitionName(queue);
      this.#cluster.logger.warn({ partition, ...current }, 'a sequence of batches is broken, going on in a new epoch');
      queue.renew(current);
    }
    const { current, isAsking } = this.#parts.identities;
    if (current && !isAsking) return current;
    if (!this.#isIdle()) {
      this.#parts.identities.get().then(
        () => this.wake(),
        (error) => this.failAll(error),
      );
    }
    return 'pending';
  }

  /** What goes out now, by leader: one batch a partition, as many as fit a request. */
  #due(nowMs: number): Map<number, Outgoing[]> {
    const byNode = new Map<number, Outgoing[]>();
    const bytesByNode = new Map<number, number>();
    this.#held.clear();
    for (const queue of this.#queues.values()) {
      const batch = queue.next(nowMs, this.#flushers > 0);
      if (batch === undefined) continue;
      const topic = this.#cluster.topics.peek(queue.topic);
      const leader = topic && leaderOf(topic, queue.partition);
      if (topic === undefined || leader === undefined || leader.leader < 0) {
        this.#askForLeader(queue.topic);
        continue;
      }
      if (this.#parts.transactions?.mayWrite(queue) === false) continue;
      const nodeId = leader.leader;
      if ((this.#inFlightByNode.get(nodeId) ?? 0) >= this.#settings.maxInFlight) {
        this.#held.add(queue);
        continue;
      }
      const bytes = (bytesByNode.get(nodeId) ?? REQUEST_OVERHEAD_BYTES) + batch.sizeInBytes;
      if (byNode.has(nodeId) && bytes > this.#settings.maxRequestSize) {
        // The rest goes with the next request, in the next turn.
        this.wake();
        continue;
      }
      bytesByNode.set(nodeId, bytes);
      const outgoing = { queue, batch, topic, topicId: topic.topicId };
      const list = byNode.get(nodeId);
      if (list) list.push(outgoing);
      else byNode.set(nodeId, [outgoing]);
    }
    return byNode;
  }

  #sendTo(nodeId: number, outgoing: Outgoing[]): void {
    for (const { queue, batch } of outgoing) queue.take(batch, this.#parts.identities?.current);
    this.#inFlightByNode.set(nodeId, (this.#inFlightByNode.get(nodeId) ?? 0) + 1);
    if (!this.#silentSinceMs.has(nodeId)) this.#silentSinceMs.set(nodeId, this.#now());
    void this.#exchange(nodeId, outgoing)
      .then(() => this.#noticeAnswer(nodeId))
      .catch((error) => this.#failRequest(outgoing, error))
      .finally(() => {
        this.#inFlightByNode.set(nodeId, (this.#inFlightByNode.get(nodeId) ?? 1) - 1);
        this.wake();
      });
    // More may be due for the same partitions.
    this.wake();
  }

  async #exchange(nodeId: number, outgoing: Outgoing[]): Promise<void> {
    const connection = await this.#cluster.connection(nodeId);
    const { transactions } = this.#parts;
    const request = (version: number) => ({
      transactionalId: transactions?.transactionalId ?? null,
      acks: this.#settings.acks,
      timeoutMs: this.#cluster.settings.requestTimeoutMs,
      topicData: [
        ...groupByTopic(
          outgoing.map((item) => ({ ...item, topic: item.queue.topic, partition: item.queue.partition })),
        ),
      ].map(([name, items]) => ({
        ...(version > NEWEST_BY_NAME ? { topicId: items[0]?.topicId ?? '' } : { name }),
        partitionData: items.map(({ partition, batch }) => ({ index: partition, records: batch.bytes() })),
      })),
    });
    const newest = outgoing.every(({ topicId }) => topicId !== undefined) ? undefined : NEWEST_BY_NAME;
    const maxVersion = transactions?.maxProduceVersion ?? newest;
    for (const { batch } of outgoing) batch.unsettledAttempts++;
    const batches = outgoing.map(({ batch }) => batch);
    this.#metrics.requested(batches, this.#now());
    if (this.#settings.acks === 0) {
      connection.sendWithoutResponse(produce, request(connection.versionOf(produce, maxVersion)), { maxVersion });
      for (const { queue, batch } of outgoing) this.#succeed(queue, batch, -1n, -1n);
      return;
    }
    const version = connection.versionOf(produce, maxVersion);
    const response = await connection.sendVersion(produce, version, request(version));
    this.#metrics.throttled(response.throttleTimeMs);
    for (const item of outgoing) this.#sortAnswer(item, findAnswer(response, item));
  }

  #sortAnswer({ queue, batch, topic }: Outgoing, answer: PartitionAnswer | undefined): void {
    const place = partitionName(queue);
    if (answer === undefined) {
      this.#fail(queue, batch, new KafkaError('UNKNOWN_SERVER_ERROR', `The leader of ${place} did not answer for it`));
      return;
    }
    // It was written by an attempt whose answer got lost: where, only that answer knew.
    if (answer.errorCode === 0 || answer.errorCode === DUPLICATE_SEQUENCE_NUMBER) {
      this.#succeed(queue, batch, answer.baseOffset, answer.logAppendTimeMs);
      return;
    }
    const reasons = answer.recordErrors
      .map(({ batchIndexErrorMessage }) => batchIndexErrorMessage)
      .filter((text) => text !== null);
    const error = responseError(answer.errorCode, `write to ${place}`, answer.errorMessage ?? reasons[0]);
    if (error === undefined) return;
    this.#cluster.noticeError(error);
    if (batch.isDone) this.#fail(queue, batch, error);
    else if (this.#parts.identities && error.code === 'OUT_OF_ORDER_SEQUENCE_NUMBER')
      this.#sendAgain(queue, batch, error, true);
    else if (this.#parts.identities && error.code === 'UNKNOWN_PRODUCER_ID') this.#sendAgain(queue, batch, error, true);
    else if (error.retriable) {
      // This attempt did not write it, unless the broker ran out of time on the way to the replicas.
      if (error.code !== 'REQUEST_TIMED_OUT' && error.code !== 'NOT_ENOUGH_REPLICAS_AFTER_APPEND')
        batch.unsettledAttempts--;
      if (STALE_LEADER.has(error.code)) this.#cluster.topics.expire(topic.name);
      this.#sendAgain(queue, batch, error, false);
    } else if (error.code === 'MESSAGE_TOO_LARGE' && queue.split(batch)) this.#metrics.split();
    else this.#fail(queue, batch, error);
  }

  #noticeAnswer(nodeId: number): void {
    if ((this.#inFlightByNode.get(nodeId) ?? 0) > 1) this.#silentSinceMs.set(nodeId, this.#now());
    else this.#silentSinceMs.delete(nodeId);
  }

  #failRequest(outgoing: readonly Outgoing[], error: unknown): void {
    this.#cluster.noticeError(error);
    for (const { queue, batch } of outgoing) {
      if (isRetriable(error)) this.#sendAgain(queue, batch, error, false);
      else this.#fail(queue, batch, error);
    }
  }

  #sendAgain(queue: PartitionQueue, batch: ProducerBatch, error: unknown, outOfOrder: boolean): void {
    if (this.#closedBy !== undefined) {
      this.#fail(queue, batch, this.#closedBy);
      return;
    }
    if (this.#now() - batch.createdMs >= this.#settings.deliveryTimeoutMs) {
      this.#fail(queue, batch, expired(queue, this.#settings, error));
      return;
    }
    const { random } = this.#cluster.settings.platform;
    this.#metrics.retried(batch);
    queue.sendAgain(batch, outOfOrder);
    queue.notBeforeMs =
      this.#now() + backoffMs(this.#cluster.settings.retryBackoff, Math.max(batch.attempts, 1), random);
    batch.lastError = error;
  }

  #succeed(queue: PartitionQueue, batch: ProducerBatch, baseOffset: bigint, logAppendTimeMs: bigint): void {
    queue.finish(batch, true);
    batch.succeed(baseOffset, logAppendTimeMs);
    this.#parts.onFreed(batch.reservedBytes);
  }

  #fail(queue: PartitionQueue, batch: ProducerBatch, error: unknown): void {
    queue.finish(batch, false);
    this.#tellFailed(batch, error);
    this.#parts.onFreed(batch.reservedBytes);
  }

  #tellFailed(batch: ProducerBatch, error: unknown): void {
    if (batch.isDone) return;
    this.#metrics.failed(batch);
    batch.fail(error);
    this.#parts.transactions?.fail(error);
  }

  /** What is in flight keeps its place until its request ends, but nobody waits for that any longer. */
  #failExpired(nowMs: number): void {
    for (const queue of this.#queues.values()) {
      for (const batch of queue.takeExpired(nowMs))
        this.#fail(queue, batch, expired(queue, this.#settings, batch.lastError));
      for (const batch of queue.expiredInFlight(nowMs))
        this.#tellFailed(batch, expired(queue, this.#settings, batch.lastError));
    }
  }

  #askForLeader(topic: string): void {
    if (this.#asking.has(topic)) return;
    this.#asking.add(topic);
    const { clock, random, retryBackoff } = { ...this.#cluster.settings, ...this.#cluster.settings.platform };
    const { allowAutoTopicCreation } = this.#settings;
    this.#cluster.topics.expire(topic);
    this.#cluster.topics
      .get(topic, { allowAutoTopicCreation })
      .catch((error) => this.#cluster.noticeError(error))
      .finally(() => {
        // Asked again after a pause while there is none; delivery.timeout.ms ends it.
        clock.schedule(backoffMs(retryBackoff, 1, random), () => {
          this.#asking.delete(topic);
          this.wake();
        });
        this.wake();
      });
  }

  #armTimer(): void {
    let dueMs: number | undefined;
    this.#nextExpiryMs = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) {
      this.#nextExpiryMs = Math.min(this.#nextExpiryMs, queue.nextExpiryMs());
      if (this.#held.has(queue) || this.#parts.transactions?.isHeld(queue)) continue;
      const queueDueMs = queue.nextDueMs();
      if (queueDueMs !== undefined && (dueMs === undefined || queueDueMs < dueMs)) dueMs = queueDueMs;
    }
    if (Number.isFinite(this.#nextExpiryMs)) dueMs = Math.min(dueMs ?? this.#nextExpiryMs, this.#nextExpiryMs);
    // One that comes too early does no harm; to arm it anew with each answer, as the oldest batch changes, would cost.
    if (dueMs === this.#timerDueMs || (this.#timerDueMs ?? Infinity) <= (dueMs ?? -Infinity)) return;
    this.#timer?.cancel();
    this.#timerDueMs = dueMs;
    if (dueMs === undefined) return;
    const delayMs = Math.max(dueMs - this.#now(), 1);
    this.#timer = this.#cluster.settings.platform.clock.schedule(delayMs, () => {
      this.#timerDueMs = undefined;
      this.wake();
    });
  }

  #isIdle(): boolean {
    for (const queue of this.#queues.values()) if (!queue.isEmpty) return false;
    return true;
  }

  #now(): number {
    return this.#cluster.settings.platform.clock.monotonic();
  }
}

const DUPLICATE_SEQUENCE_NUMBER = errorCode('DUPLICATE_SEQUENCE_NUMBER');
const STALE_LEADER = new Set<string>([
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'FENCED_LEADER_EPOCH',
  'LEADER_NOT_AVAILABLE',
]);

function leaderOf(topic: TopicMetadata, partition: number): PartitionMetadata | undefined {
  const guess = topic.partitions[partition];
  return guess?.partition === partition
    ? guess
    : topic.partitions.find((candidate) => candidate.partition === partition);
}

function findAnswer(response: ProduceResponse, { queue, topicId }: Outgoing): PartitionAnswer | undefined {
  const topic = response.responses.find(
    (candidate) => candidate.name === queue.topic || (candidate.name === '' && candidate.topicId === topicId),
  );
  return topic?.partitionResponses.find((candidate) => candidate.index === queue.partition);
}

function expired(queue: PartitionQueue, settings: ProducerSettings, cause: unknown): TimeoutError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new TimeoutError(`Cannot write to ${partitionName(queue)} within ${settings.deliveryTimeoutMs} ms${reason}`, {
    cause,
  });
}
