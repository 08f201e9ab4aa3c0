// Keeps one Fetch request under way at each leader, for the partitions whose records are used up, so that the next ones are there when the
// application asks.

import { type FetchResponse, fetch as fetchApi, type KafkaError } from '../../protocol/index.ts';
import { backoffMs } from '../backoff.ts';
import type { Cluster } from '../cluster.ts';
import { isRetriable } from '../errors.ts';
import type { TopicMetadata } from '../metadata.ts';
import { responseError } from '../response-error.ts';
import { groupBy, groupByTopic, partitionName } from '../topic-partition.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import { FetchedPartition } from './fetched-partition.ts';
import { checkTruncation, mayBeTruncated } from './truncation.ts';

interface Wanted {
  readonly assigned: AssignedPartition;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly topicId: string | undefined;
}

interface WantedOfNode {
  readonly nodeId: number;
  readonly item: Wanted;
}

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

const NEWEST_BY_NAME = 12;
// Without a session: the broker keeps nothing between two fetches.
const NO_SESSION = { sessionId: 0, sessionEpoch: -1 } as const;

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #busyNodes = new Set<number>();
  readonly #onChange: () => void;
  readonly #closed = new AbortController();
  /** The first failure that nobody has been told of yet. */
  #error: unknown;

  /** `onChange` hears of everything that may let a waiting poll go on. */
  constructor(cluster: Cluster, settings: ConsumerSettings, onChange: () => void) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#onChange = onChange;
  }

  /** Sends what can be sent for these partitions. Calling it often costs little. Resolves when metadata was there; answers come later. */
  async fetch(partitions: Iterable<AssignedPartition>, signal?: AbortSignal): Promise<void> {
    const nowMs = this.#cluster.settings.platform.clock.monotonic();
    const wanted: WantedOfNode[] = [];
    const unchecked: WantedOfNode[] = [];
    for (const assigned of partitions) {
      const offset = assigned.position;
      if (offset === undefined || assigned.isPaused || assigned.fetched || assigned.notBeforeMs > nowMs) continue;
      const topic = await this.#topic(assigned, signal);
      const leader = topic?.partitions.find((candidate) => candidate.partition === assigned.partition);
      if (topic === undefined || leader === undefined || leader.leader < 0) {
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

  close(): void {
    this.#closed.abort(new Error('the consumer is closed'));
  }

  async #topic(assigned: AssignedPartition, signal?: AbortSignal): Promise<TopicMetadata | undefined> {
    const known = this.#cluster.topics.peek(assigned.topic);
    if (known) return known;
    try {
      return await this.#cluster.topics.get(assigned.topic, {
        signal,
        allowAutoTopicCreation: this.#settings.allowAutoTopicCreation,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isRetriable(error)) throw error;
      this.#cluster.noticeError(error);
      return undefined;
    }
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
    const topics = [...groupByTopic(wanted)].map(([topic, items]) => ({
      ...(version > NEWEST_BY_NAME ? { topicId: items[0]?.topicId ?? '' } : { topic }),
      partitions: items.map(({ partition, offset, leaderEpoch }) => ({
        partition,
        fetchOffset: offset,
        currentLeaderEpoch: leaderEpoch,
        partitionMaxBytes: settings.maxPartitionFetchBytes,
      })),
    }));
    const response = await connection.sendVersion(
      fetchApi,
      version,
      {
        maxWaitMs: settings.fetchMaxWaitMs,
        minBytes: settings.fetchMinBytes,
        maxBytes: settings.fetchMaxBytes,
        isolationLevel: settings.readCommitted ? 1 : 0,
        ...NO_SESSION,
        topics,
        forgottenTopicsData: [],
        ...(settings.rackId === null ? {} : { rackId: settings.rackId }),
      },
      { signal, timeoutMs: this.#cluster.settings.requestTimeoutMs + settings.fetchMaxWaitMs },
    );
    const error = responseError(response.errorCode, `fetch from broker ${nodeId}`);
    if (error) throw error;
    for (const item of wanted) this.#sortAnswer(item, findAnswer(response, item));
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
    if (answer.records === null || answer.records.length === 0) return;
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
    const { clock, random } = this.#cluster.settings.platform;
    const waitMs = backoffMs(this.#cluster.settings.retryBackoff, 1, random);
    assigned.notBeforeMs = clock.monotonic() + waitMs;
    clock.schedule(waitMs, this.#onChange);
  }
}

function findAnswer(response: FetchResponse, { topic, topicId, partition }: Wanted): PartitionAnswer | undefined {
  const answers = response.responses.find(
    (candidate) => candidate.topic === topic || (candidate.topic === '' && candidate.topicId === topicId),
  );
  return answers?.partitions.find((candidate) => candidate.partitionIndex === partition);
}
