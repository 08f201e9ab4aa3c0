// The topics that a client works with, their partitions and leaders. Asked for when they are first used, when they are too old, and after
// an error that shows them to be wrong.

import { KafkaError, metadata as metadataApi } from '../protocol/index.ts';
import type { Cluster } from './cluster.ts';
import { abortable } from './connection-pool.ts';
import { ClientError } from './errors.ts';
import { type PartitionMetadata, readTopics, type TopicMetadata } from './metadata.ts';

export interface TopicQuery {
  readonly signal?: AbortSignal | undefined;
  /** Let the broker create a topic that is missing, where it is configured so. Default false. */
  readonly allowAutoTopicCreation?: boolean | undefined;
  /** Ask what this client may do with the topics. Default false. */
  readonly includeAuthorizedOperations?: boolean | undefined;
}

interface Entry {
  readonly topic: TopicMetadata;
  readonly heardMs: number;
}

// More topics than a client should know of at once; the ones that were heard of longest ago are dropped.
const MAX_TOPICS = 100_000;

export class TopicCache {
  readonly #cluster: Cluster;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<Map<string, TopicMetadata | KafkaError>>>();
  #heardMs = Number.NaN;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The topic as last heard, asked for when unknown or too old. Rejects with the broker's error, `UNKNOWN_TOPIC_OR_PARTITION` above all. */
  async get(name: string, query: TopicQuery = {}): Promise<TopicMetadata> {
    const known = this.peek(name);
    if (known) return known;
    const topic = (await this.#askOnce(name, query)).get(name);
    if (topic === undefined)
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The broker says nothing of topic ${name}`);
    if (topic instanceof KafkaError) throw topic;
    return topic;
  }

  /** Since a broker last told of any topic; NaN before the first time. */
  get ageSeconds(): number {
    const { clock } = this.#cluster.settings.platform;
    return (clock.monotonic() - this.#heardMs) / 1000;
  }

  /** The topic as last heard, if that is recent enough. */
  peek(name: string): TopicMetadata | undefined {
    const entry = this.#entries.get(name);
    const { clock } = this.#cluster.settings.platform;
    if (entry === undefined || clock.monotonic() - entry.heardMs > this.#cluster.settings.metadataMaxAgeMs)
      return undefined;
    return entry.topic;
  }

  /** The partition with its leader. Rejects with a retriable error while there is none. */
  async leader(name: string, partition: number, query: TopicQuery = {}): Promise<PartitionMetadata> {
    const topic = await this.get(name, query);
    const found = topic.partitions.find((candidate) => candidate.partition === partition);
    if (found === undefined) {
      this.expire(name);
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Topic ${name} has no partition ${partition}`);
    }
    if (found.leader < 0) {
      this.expire(name);
      throw new KafkaError('LEADER_NOT_AVAILABLE', `Partition ${name}-${partition} has no leader`);
    }
    return found;
  }

  /** Asks the cluster for these topics, or for all, and remembers what it says. */
  ask(names: readonly string[] | 'all', query: TopicQuery = {}): Promise<Map<string, TopicMetadata | KafkaError>> {
    return this.#ask(names === 'all' ? null : names.map((name) => ({ name })), query);
  }

  /** Names by topic id, of those ids that the cluster knows. */
  async namesOf(ids: readonly string[], query: TopicQuery = {}): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    const wanted = new Set(ids);
    const take = ({ name, topicId }: TopicMetadata) => {
      if (topicId !== undefined && wanted.delete(topicId)) names.set(topicId, name);
    };
    for (const { topic } of this.#entries.values()) take(topic);
    if (wanted.size === 0) return names;
    const found = await this.#ask(
      [...wanted].map((topicId) => ({ topicId, name: null })),
      query,
    );
    for (const topic of found.values()) if (!(topic instanceof KafkaError)) take(topic);
    return names;
  }

  async #ask(
    asked: readonly { readonly name: string | null; readonly topicId?: string }[] | null,
    query: TopicQuery,
  ): Promise<Map<string, TopicMetadata | KafkaError>> {
    const response = await this.#cluster.sendToAny(
      metadataApi,
      (version) => {
        // In version 0 no topic means all.
        const topics = asked ?? (version === 0 ? [] : null);
        // Up to version 3 the broker decides alone, and creates what is missing.
        if (version < 4) return { topics };
        const { allowAutoTopicCreation = false, includeAuthorizedOperations = false } = query;
        return {
          topics,
          allowAutoTopicCreation,
          ...(version >= 8 && { includeTopicAuthorizedOperations: includeAuthorizedOperations }),
        };
      },
      { signal: query.signal },
    );
    this.#cluster.learn(response);
    const topics = readTopics(response);
    const heardMs = this.#cluster.settings.platform.clock.monotonic();
    this.#heardMs = heardMs;
    for (const [name, topic] of topics) this.#remember(name, topic, heardMs);
    return topics;
  }

  /** The next use of this topic, or of any, asks the cluster. */
  expire(name?: string): void {
    if (name === undefined) this.#entries.clear();
    else this.#entries.delete(name);
  }

  #remember(name: string, topic: TopicMetadata | KafkaError, heardMs: number): void {
    this.#entries.delete(name);
    if (topic instanceof KafkaError) return;
    if (this.#entries.size >= MAX_TOPICS) this.#entries.delete([...this.#entries.keys()][0] ?? '');
    this.#entries.set(name, { topic, heardMs });
  }

  /** Many records for the same new topic ask once. */
  #askOnce(name: string, query: TopicQuery): Promise<Map<string, TopicMetadata | KafkaError>> {
    if (name === '') throw new ClientError('A topic needs a name');
    const key = `${query.allowAutoTopicCreation ?? false} ${name}`;
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      asking = this.ask([name], { allowAutoTopicCreation: query.allowAutoTopicCreation }).finally(() =>
        this.#asking.delete(key),
      );
      this.#asking.set(key, asking);
    }
    return abortable(asking, query.signal);
  }
}
