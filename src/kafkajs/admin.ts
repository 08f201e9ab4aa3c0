// The admin client of kafkajs: calls that throw, instead of results that carry errors.

import { Admin, type ClientOptions, groupByTopic } from '../client/index.ts';

/** A topic to make; numbers that are left out are the broker's own. */
export interface TopicConfig {
  readonly topic: string;
  readonly numPartitions?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly configEntries?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/** An offset in one partition, in decimal. */
export interface PartitionOffset {
  readonly partition: number;
  readonly offset: string;
}

/** Resolves when a broker has answered. */
export async function reachCluster(options: ClientOptions): Promise<void> {
  await using admin = new Admin(options);
  await admin.describeCluster();
}

/** From `Kafka.admin`. What a broker refuses rejects with its `KafkaError`. */
export class AdminAdapter {
  readonly #admin: Admin;

  constructor(options: ClientOptions) {
    this.#admin = new Admin(options);
  }

  /** Resolves when a broker has answered. */
  async connect(): Promise<void> {
    await this.#admin.describeCluster();
  }

  /** Closes all connections. */
  async disconnect(): Promise<void> {
    await this.#admin[Symbol.asyncDispose]();
  }

  /** The names of all topics, internal ones too. */
  async listTopics(): Promise<string[]> {
    return (await this.#admin.listTopics({ includeInternal: true })).map(({ name }) => name);
  }

  /** False when one of them is there already. */
  async createTopics(request: {
    readonly topics: readonly TopicConfig[];
    readonly validateOnly?: boolean;
    readonly waitForLeaders?: boolean;
    readonly timeout?: number;
  }): Promise<boolean> {
    const topics = request.topics.map(({ topic, numPartitions, replicationFactor, configEntries = [] }) => ({
      name: topic,
      numPartitions,
      replicationFactor,
      configs: Object.fromEntries(configEntries.map(({ name, value }) => [name, value])),
    }));
    const created = await this.#admin.createTopics(topics, {
      validateOnly: request.validateOnly,
      timeoutMs: request.timeout,
    });
    throwFirst(created.filter(({ error }) => error?.code !== 'TOPIC_ALREADY_EXISTS'));
    return created.every(({ error }) => error === undefined);
  }

  /** With all their records. */
  async deleteTopics({ topics, timeout }: { readonly topics: readonly string[]; readonly timeout?: number }) {
    throwFirst(await this.#admin.deleteTopics(topics, { timeoutMs: timeout }));
  }

  /** Topics with more partitions than before. */
  async createPartitions(request: {
    readonly topicPartitions: readonly { readonly topic: string; readonly count: number }[];
    readonly validateOnly?: boolean;
    readonly timeout?: number;
  }): Promise<boolean> {
    const wanted = request.topicPartitions.map(({ topic, count }) => ({ topic, totalCount: count }));
    const { validateOnly, timeout: timeoutMs } = request;
    throwFirst(await this.#admin.createPartitions(wanted, { validateOnly, timeoutMs }));
    return true;
  }

  /** Of these topics, or of all. */
  async fetchTopicMetadata({ topics }: { readonly topics?: readonly string[] } = {}) {
    const described = topics
      ? throwFirst(await this.#admin.describeTopics(topics)).flatMap(({ topic }) => topic ?? [])
      : await this.#admin.listTopics({ includeInternal: true });
    return {
      topics: described.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partition, leader, replicas, inSyncReplicas, offlineReplicas }) => ({
          partitionErrorCode: 0,
          partitionId: partition,
          leader,
          replicas: [...replicas],
          isr: [...inSyncReplicas],
          offlineReplicas: [...offlineReplicas],
        })),
      })),
    };
  }

  /** What a group has committed; -1 for a partition of a named topic without an offset. These are always offsets, so that nothing is to be resolved. */
  async fetchOffsets(request: {
    readonly groupId: string;
    readonly topics?: readonly string[];
    readonly resolveOffsets?: boolean;
  }) {
    const { groupId, topics } = request;
    const committed = await this.#admin.listGroupOffsets(groupId);
    const byTopic = groupByTopic(committed);
    const names = topics ?? [...byTopic.keys()];
    return Promise.all(
      names.map(async (topic) => {
        const known = new Map(byTopic.get(topic)?.map((one) => [one.partition, one]));
        const numbers = topics ? await this.#partitionsOf(topic) : [...known.keys()];
        const partitions = numbers.map((partition) => ({
          partition,
          offset: String(known.get(partition)?.offset ?? -1n),
          metadata: known.get(partition)?.metadata ?? null,
        }));
        return { topic, partitions };
      }),
    );
  }

  /** Where the partitions of a topic begin (`low`) and end (`high`, and `offset`). */
  async fetchTopicOffsets(topic: string) {
    const [low, high] = await Promise.all([this.#offsets(topic, 'earliest'), this.#offsets(topic, 'latest')]);
    return high.map(({ partition, offset }, index) => ({
      partition,
      offset,
      high: offset,
      low: low[index]?.offset ?? '0',
    }));
  }

  /** The first offsets of a time (ms since 1970) or later; the ends where there is no such record. */
  async fetchTopicOffsetsByTimestamp(topic: string, timestamp?: number): Promise<PartitionOffset[]> {
    const ends = await this.#offsets(topic, 'latest');
    if (timestamp === undefined) return ends;
    const found = await this.#offsets(topic, BigInt(timestamp));
    return found.map((one, index) => (one.offset === '-1' ? (ends[index] ?? one) : one));
  }

  /** Of a group that has no members. */
  async setOffsets(request: {
    readonly groupId: string;
    readonly topic: string;
    readonly partitions: readonly PartitionOffset[];
  }): Promise<void> {
    const { groupId, topic, partitions } = request;
    const offsets = partitions.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }));
    throwFirst(await this.#admin.alterGroupOffsets(groupId, offsets));
  }

  /** To the start of the topic, or to its end. Of a group that has no members. */
  async resetOffsets(request: {
    readonly groupId: string;
    readonly topic: string;
    readonly earliest?: boolean;
  }): Promise<void> {
    const { groupId, topic, earliest = false } = request;
    const partitions = await this.#offsets(topic, earliest ? 'earliest' : 'latest');
    await this.setOffsets({ groupId, topic, partitions });
  }

  /** The brokers, the controller and the id of the cluster. */
  async describeCluster() {
    const { brokers, controllerId, clusterId } = await this.#admin.describeCluster();
    return {
      brokers: brokers.map(({ id, host, port }) => ({ nodeId: id, host, port })),
      controller: controllerId < 0 ? null : controllerId,
      clusterId: clusterId ?? '',
    };
  }

  /** The groups of all brokers. */
  async listGroups() {
    const groups = await this.#admin.listGroups();
    return { groups: groups.map(({ groupId, protocolType }) => ({ groupId, protocolType })) };
  }

  /** Groups without members, with their offsets. */
  async deleteGroups(groupIds: readonly string[]) {
    throwFirst(await this.#admin.deleteGroups(groupIds));
    return groupIds.map((groupId) => ({ groupId }));
  }

  /** Everything before these offsets; all of a partition with -1. */
  async deleteTopicRecords(request: {
    readonly topic: string;
    readonly partitions: readonly PartitionOffset[];
  }): Promise<void> {
    const { topic, partitions } = request;
    const wanted = partitions.map(({ partition, offset }) => ({ topic, partition, beforeOffset: BigInt(offset) }));
    throwFirst(await this.#admin.deleteRecords(wanted));
  }

  async #offsets(topic: string, spec: 'earliest' | 'latest' | bigint): Promise<PartitionOffset[]> {
    const partitions = await this.#partitionsOf(topic);
    const found = throwFirst(
      await this.#admin.listOffsets(partitions.map((partition) => ({ topic, partition, spec }))),
    );
    return found.map(({ partition, offset }) => ({ partition, offset: String(offset ?? -1n) }));
  }

  async #partitionsOf(topic: string): Promise<number[]> {
    const [described] = throwFirst(await this.#admin.describeTopics([topic]));
    return described?.topic?.partitions.map(({ partition }) => partition) ?? [];
  }
}

function throwFirst<T extends { readonly error: Error | undefined }>(results: readonly T[]): readonly T[] {
  for (const { error } of results) if (error) throw error;
  return results;
}
