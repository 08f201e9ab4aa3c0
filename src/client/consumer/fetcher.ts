// Keeps one Fetch request under way at each leader, for the partitions whose records are used up, so that the next ones are there when the
// application asks.

import { type FetchResponse, fetch as fetchApi, type KafkaError } from '../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Cluster } from '../cluster.ts';
import { untilDeadline } from '../deadline.ts';
import { isRetriable } from '../errors.ts';
import { responseError } from '../response-error.ts';
import { groupBy, groupByTopic, partitionName } from '../topic-partition.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { FetchSession, type SessionPartition } from './fetch-session.ts';
import { FetchedPartition } from './fetched-partition.ts';
import { checkTruncation, mayBeTruncated } from './truncation.ts';

interface Wanted extends SessionPartition {
  readonly assigned: AssignedPartition;
}

interface WantedOfNode {
  readonly nodeId: number;
  readonly item: Wanted;
}

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

const NEWEST_BY_NAME = 12;
const FIRST_WITH_SESSIONS = 7;
const END_SESSIONS_WITHIN_MS = 1000;

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #metrics: ConsumerMetrics;
  readonly #busyNodes = new Set<number>();
  /** By node. */
  readonly #sessions = new Map<number, FetchSession>();
  /** Topics that metadata is asked for. */
  readonly #asking = new Set<string>();
  readonly #onChange: () => void;
  readonly #closed = new AbortController();
  /** The first failure that nobody has been told of yet. */
  #error: unknown;

  /** `onChange` hears of everything that may let a waiting poll go on. */
  constructor(cluster: Cluster, settings: ConsumerSettings, metrics: ConsumerMetrics, onChange: () => void) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#metrics = metrics;
    this.#onChange = onChange;
  }

  /** Sends what can be sent for these partitions. Calling it often costs little. Answers come later, and so does what metadata tells. */
  fetch(partitions: Iterable<AssignedPartition>): void {
    const nowMs = this.#cluster.settings.platform.clock.monotonic();
    const wanted: WantedOfNode[] = [];
    const unchecked: WantedOfNode[] = [];
    for (const assigned of partitions) {
      const offset = assigned.position;
      if (offset === undefined || assigned.isPaused || assigned.fetched || assigned.notBeforeMs > nowMs) continue;
      const topic = this.#cluster.topics.peek(assigned.topic);
      if (topic === undefined) {
        this.#ask(assigned.topic);
        continue;
      }
      const leader = topic.partitions.find((candidate) => candidate.partition === assigned.partition);
      if (leader === undefined || leader.leader < 0) {
        this.#cluster.topics.expire(assigned.topic);
        this.#postpone(assigned);
        continue;
      }
      const place = { topic: assigned.topic, partition: assigned.partition };
      const item = { assigned, ...place, offset, leaderEpoch: leader.leaderEpoch, topicId: topic.topicId };
      if (mayBeTruncated(assigned, leader.leaderEpoch)) unchecked.push({ nodeId: leader.leader, item });
      else wanted.push({ nodeId: this.#nearby(assigned, nowMs) ?? leader.leader, item });
    }
    // A node is busy with one or the other; the rest has its turn when it is done.
    this.#startAll(unchecked, (nodeId, items) => this.#check(nodeId, items));
    this.#startAll(wanted, (nodeId, items) => this.#exchange(nodeId, items));
  }

  /** An error that the application has to hear of, once. */
  takeError(): unknown {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  /** Ends at once, and lets the brokers forget what they keep for it, as far as they answer soon. */
  async close(): Promise<void> {
    const { clock } = this.#cluster.settings.platform;
    this.#closed.abort(new Error('the consumer is closed'));
    const ends = [...this.#sessions].map(([nodeId, session]) => this.#endSession(nodeId, session));
    await untilDeadline(clock, Promise.allSettled(ends), clock.monotonic() + END_SESSIONS_WITHIN_MS);
  }

  /** Asks for a topic that is not known; after a failure not again before a pause. */
  #ask(name: string): void {
    if (this.#asking.has(name)) return;
    this.#asking.add(name);
    const { allowAutoTopicCreation } = this.#settings;
    this.#cluster.topics.get(name, { allowAutoTopicCreation }).then(
      () => {
        this.#asking.delete(name);
        this.#onChange();
      },
      (error) => {
        if (this.#closed.signal.aborted) return;
        this.#cluster.noticeError(error);
        if (!isRetriable(error)) this.#error ??= error;
        this.#after(() => {
          this.#asking.delete(name);
          this.#onChange();
        });
        this.#onChange();
      },
    );
  }

  /** One request at a time to each node that is not busy. */
  #startAll(
    wanted: readonly WantedOfNode[],
    exchange: (nodeId: number, items: readonly Wanted[]) => Promise<void>,
  ): void {
    for (const [nodeId, group] of groupBy(wanted, (each) => each.nodeId)) {
      if (this.#busyNodes.has(nodeId)) continue;
      const items = group.map(({ item }) => item);
      this.#busyNodes.add(nodeId);
      void exchange(nodeId, items)
        .catch((error) => this.#fail(items, error))
        .finally(() => {
          this.#busyNodes.delete(nodeId);
          this.#onChange();
        });
    }
  }

  async #check(nodeId: number, items: readonly Wanted[]): Promise<void> {
    await checkTruncation(this.#cluster, this.#settings, nodeId, items, this.#closed.signal);
    for (const { assigned, leaderEpoch } of items) if (mayBeTruncated(assigned, leaderEpoch)) this.#postpone(assigned);
  }

  #nearby(assigned: AssignedPartition, nowMs: number): number | undefined {
    if (assigned.nearby && assigned.nearby.untilMs <= nowMs) assigned.nearby = undefined;
    return assigned.nearby?.nodeId;
  }

  async #exchange(nodeId: number, wanted: readonly Wanted[]): Promise<void> {
    const { signal } = this.#closed;
    const settings = this.#settings;
    const connection = await this.#cluster.connection(nodeId, 'fetch', signal);
    const maxVersion = wanted.every(({ topicId }) => topicId !== undefined) ? undefined : NEWEST_BY_NAME;
    const version = connection.versionOf(fetchApi, maxVersion);
    const usesTopicIds = version > NEWEST_BY_NAME;
    const session = this.#session(nodeId);
    const { sessionId, sessionEpoch, changed, forgotten, isFull } = session.next(wanted, usesTopicIds);
    const nameOf = (items: readonly SessionPartition[], topic: string) =>
      usesTopicIds ? { topicId: items[0]?.topicId ?? '' } : { topic };
    const topics = [...groupByTopic(changed)].map(([topic, items]) => ({
      ...nameOf(items, topic),
      partitions: items.map(({ partition, offset, leaderEpoch }) => ({
        partition,
        fetchOffset: offset,
        currentLeaderEpoch: leaderEpoch,
        partitionMaxBytes: settings.maxPartitionFetchBytes,
      })),
    }));
    const forgottenTopicsData = [...groupByTopic(forgotten)].map(([topic, items]) => ({
      ...nameOf(items, topic),
      partitions: items.map(({ partition }) => partition),
    }));
    const request = {
      maxWaitMs: settings.fetchMaxWaitMs,
      minBytes: settings.fetchMinBytes,
      maxBytes: settings.fetchMaxBytes,
      isolationLevel: settings.readCommitted ? 1 : 0,
      ...(version >= FIRST_WITH_SESSIONS ? { sessionId, sessionEpoch, forgottenTopicsData } : {}),
      topics,
      ...(settings.rackId === null ? {} : { rackId: settings.rackId }),
    };
    const timeoutMs = this.#cluster.settings.requestTimeoutMs + settings.fetchMaxWaitMs;
    try {
      const response = await connection.sendVersion(fetchApi, version, request, { signal, timeoutMs });
      const error = responseError(response.errorCode, `fetch from broker ${nodeId}`);
      if (error) throw error;
      session.accept(response.sessionId);
      this.#metrics.answered(bytesOfRecords(response), response.throttleTimeMs);
      for (const item of wanted) {
        const answer = findAnswer(response, item);
        if (answer || isFull) this.#sortAnswer(item, answer);
      }
    } catch (error) {
      session.fail(error);
      throw error;
    }
  }

  #session(nodeId: number): FetchSession {
    let session = this.#sessions.get(nodeId);
    if (session === undefined) {
      session = new FetchSession();
      this.#sessions.set(nodeId, session);
    }
    return session;
  }

  async #endSession(nodeId: number, { end }: FetchSession): Promise<void> {
    if (end === undefined) return;
    // Behind a fetch that is under way it would wait as long as that does.
    const purpose = this.#busyNodes.has(nodeId) ? 'general' : 'fetch';
    await this.#cluster.sendToNode(nodeId, fetchApi, { ...end, maxWaitMs: 0, minBytes: 0, topics: [] }, { purpose });
  }

  #sortAnswer(item: Wanted, answer: PartitionAnswer | undefined): void {
    const { assigned, offset } = item;
    // A seek went elsewhere meanwhile.
    if (assigned.position !== offset || assigned.fetched) return;
    if (answer === undefined) {
      this.#postpone(assigned);
      return;
    }
    const error = responseError(answer.errorCode, `read ${partitionName(item)} at offset ${offset}`);
    if (error) {
      this.#sortError(assigned, error);
      return;
    }
    // Nothing was read of a log that begins here, so there is nothing that it could lack.
    assigned.checkedEpoch = item.leaderEpoch;
    if (answer.preferredReadReplica >= 0) {
      const { clock } = this.#cluster.settings.platform;
      const untilMs = clock.monotonic() + this.#cluster.settings.metadataMaxAgeMs;
      assigned.nearby = { nodeId: answer.preferredReadReplica, untilMs };
      return;
    }
    assigned.highWatermark = this.#settings.readCommitted ? answer.lastStableOffset : answer.highWatermark;
    assigned.logStartOffset = answer.logStartOffset;
    if (answer.records === null || answer.records.length === 0) return;
    this.#metrics.fetched(item.topic, answer.records.length);
    assigned.fetched = new FetchedPartition(
      {
        topic: item.topic,
        partition: item.partition,
        offset,
        highWatermark: assigned.highWatermark,
        records: answer.records,
        abortedTransactions: this.#settings.readCommitted ? answer.abortedTransactions : null,
      },
      this.#settings,
    );
  }

  #sortError(assigned: AssignedPartition, error: KafkaError): void {
    if (assigned.nearby) {
      // The leader has the last word on what is there.
      assigned.nearby = undefined;
      this.#cluster.noticeError(error);
      this.#postpone(assigned);
    } else if (error.code === 'OFFSET_OUT_OF_RANGE') {
      if (this.#settings.autoOffsetReset === 'none') this.#error ??= error;
      else {
        this.#cluster.logger.warn(
          { partition: partitionName(assigned), offset: assigned.position },
          'the offset is gone, going on by auto.offset.reset',
        );
        assigned.seek({ at: 'reset' });
      }
    } else if (error.retriable || error.code === 'UNKNOWN_LEADER_EPOCH') {
      this.#cluster.noticeError(error);
      this.#postpone(assigned);
    } else {
      this.#error ??= error;
      this.#postpone(assigned);
    }
  }

  #fail(wanted: readonly Wanted[], error: unknown): void {
    if (this.#closed.signal.aborted) return;
    this.#cluster.noticeError(error);
    for (const { assigned } of wanted) {
      assigned.nearby = undefined;
      this.#postpone(assigned);
    }
    if (isRetriable(error)) this.#cluster.logger.debug({ error }, 'fetch failed, trying again');
    else this.#error ??= error;
  }

  #postpone(assigned: AssignedPartition): void {
    const { clock } = this.#cluster.settings.platform;
    assigned.notBeforeMs = clock.monotonic() + this.#after(this.#onChange);
  }

  /** Calls it after a pause, and tells how long that is, ms. */
  #after(callback: () => void): number {
    const { clock, random } = this.#cluster.settings.platform;
    const waitMs = backoffMs(this.#cluster.settings.retryBackoff, 1, random);
    clock.schedule(waitMs, callback);
    return waitMs;
  }
}

function bytesOfRecords({ responses }: FetchResponse): number {
  let bytes = 0;
  for (const { partitions } of responses) for (const { records } of partitions) bytes += records?.length ?? 0;
  return bytes;
}

function findAnswer(response: FetchResponse, { topic, topicId, partition }: Wanted): PartitionAnswer | undefined {
  const answers = response.responses.find(
    (candidate) => candidate.topic === topic || (candidate.topic === '' && candidate.topicId === topicId),
  );
  return answers?.partitions.find((candidate) => candidate.partitionIndex === partition);
}
