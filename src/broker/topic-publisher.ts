// Carries what the metadata says into the storage and the coordinators: opens and removes logs, hands on settings, loads groups. Changes
// are carried out one after the other, in the order of the metadata log.

import { ConfigError, readConfig } from '../config/index.ts';
import {
  GROUP_TOPIC,
  type GroupCoordinator,
  SHARE_TOPIC,
  type ShareCoordinator,
  TRANSACTION_TOPIC,
  type TransactionCoordinator,
} from '../coordinator/index.ts';
import { logConfigTable } from '../log/index.ts';

import {
  type ConfigSchema,
  type DirectoryAssignment,
  directoryOf,
  type MetadataDelta,
  type MetadataImage,
  type TopicImage,
} from '../metadata/index.ts';
import { CONFIG_RESOURCE } from '../protocol/index.ts';

import type { LogConfig, StorageEngine } from '../storage/index.ts';
import type { Logger } from '../telemetry/index.ts';

export interface TopicPublisherOptions {
  readonly nodeId: number;
  readonly storage: StorageEngine;
  /** Keeps in the metadata which log directory holds which partition. */
  readonly assignDirectories: (assignments: readonly DirectoryAssignment[]) => Promise<void>;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly shares: ShareCoordinator;
  readonly configSchema: ConfigSchema;
  readonly logger: Logger;
}

export class TopicPublisher {
  readonly #options: TopicPublisherOptions;
  #work: Promise<void> = Promise.resolve();
  /** The settings of topics that have none of their own: one object for all of them. */
  #defaultConfig: LogConfig | undefined;

  constructor(options: TopicPublisherOptions) {
    this.#options = options;
  }

  /** Resolves, and never rejects, when all changes so far are carried out or have failed. */
  whenDone(): Promise<void> {
    return this.#work;
  }

  /** Leads every partition of the image, puts aside what no topic owns any more, and loads the groups. */
  start(image: MetadataImage): Promise<void> {
    return this.#enqueue(async () => {
      const topics = Array.from(image.topics.byId.values(), ({ name, topicId, partitions }) => {
        return { topic: name, topicId, partitionCount: partitions.length };
      });
      await this.#orTell('put aside what belongs to no topic', () => this.#options.storage.setStraysAside(topics));
      const opened = await Promise.all(Array.from(image.topics.byId.values(), (topic) => this.#open(topic, image)));
      this.#assign(opened.flat());
    });
  }

  publish(delta: MetadataDelta, image: MetadataImage): void {
    this.#tellGroups(delta);
    void this.#enqueue(() => this.#carryOut(delta, image));
  }

  #tellGroups({ createdTopics, changedTopics, deletedTopics }: MetadataDelta): void {
    const changed = [...createdTopics, ...changedTopics.map(({ after }) => after), ...deletedTopics];
    if (changed.length === 0) return;
    const hasNewTopics = createdTopics.length > 0;
    this.#options.groups.onTopicsChanged({ changed: changed.map(({ name }) => name), hasNewTopics });
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(task).catch((error: unknown) => {
      this.#options.logger.error({ err: error }, 'cannot carry out a change of the metadata');
    });
    return this.#work;
  }

  /** What of a change cannot be carried out is told, and keeps the rest from nothing. */
  async #orTell(action: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#options.logger.error({ err: error }, `cannot ${action}`);
    }
  }

  async #carryOut(delta: MetadataDelta, image: MetadataImage): Promise<void> {
    await Promise.all(
      delta.deletedTopics.map((topic) => this.#orTell(`remove the topic ${topic.name}`, () => this.#remove(topic))),
    );
    this.#updateConfigs(delta, image);
    const opened = await Promise.all([
      ...delta.createdTopics.map((topic) => this.#open(topic, image, 0)),
      ...delta.changedTopics.map(({ before, after }) => this.#open(after, image, before.partitions.length)),
    ]);
    this.#assign(opened.flat());
  }

  /** Nobody has to wait for it: it counts when a move to another directory was interrupted, and a move makes sure of it first. */
  #assign(assignments: readonly DirectoryAssignment[]): void {
    if (assignments.length === 0) return;
    this.#options.assignDirectories(assignments).catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, 'cannot keep which log directories hold the partitions');
    });
  }

  /**
   * Partitions that are open take over their leader epoch; the others are opened, and made from `firstNew` on. One that cannot be disturbs
   * no other. Resolves to those that are in another log directory than the metadata says.
   */
  async #open(
    topic: TopicImage,
    image: MetadataImage,
    firstNew = Number.POSITIVE_INFINITY,
  ): Promise<DirectoryAssignment[]> {
    const { storage, nodeId, logger } = this.#options;
    const coordinator = this.#coordinatorOf(topic.name);
    const config = this.#configOf(topic.name, image);
    const misplaced: DirectoryAssignment[] = [];
    await Promise.all(
      topic.partitions.map(async (partition, index) => {
        const known = directoryOf(partition, nodeId);
        if (known === undefined) return;
        try {
          const { topicId } = topic;
          const { directoryId } = await storage.openPartition({
            ...{ topic: topic.name, index, topicId, config },
            leaderEpoch: partition.leaderEpoch,
            isNew: index >= firstNew,
            directoryId: known,
          });
          if (directoryId !== undefined && directoryId !== known) misplaced.push({ topicId, index, directoryId });
          // What cannot be loaded yet is retried by its coordinator, which says so in the log.
          coordinator?.load(index).catch(() => {});
        } catch (error) {
          logger.error({ err: error, topic: topic.name, partition: index }, 'cannot open a partition');
        }
      }),
    );
    return misplaced;
  }

  async #remove(topic: TopicImage): Promise<void> {
    const { storage, groups, shares } = this.#options;
    const coordinator = this.#coordinatorOf(topic.name);
    await Promise.all(topic.partitions.map((_, index) => coordinator?.unload(index)));
    await Promise.all(topic.partitions.map((_, index) => storage.removePartition(topic.name, index)));
    await shares.onTopicDeleted(topic.topicId);
    await groups.onTopicDeleted({ name: topic.name, topicId: topic.topicId });
  }

  /** Who keeps its state in the topic. */
  #coordinatorOf(topic: string): GroupCoordinator | TransactionCoordinator | ShareCoordinator | undefined {
    const { groups, transactions, shares } = this.#options;
    switch (topic) {
      case GROUP_TOPIC:
        return groups;
      case TRANSACTION_TOPIC:
        return transactions;
      case SHARE_TOPIC:
        return shares;
      default:
        return undefined;
    }
  }

  #updateConfigs(delta: MetadataDelta, image: MetadataImage): void {
    const changesBroker = delta.changedConfigs.some(({ type }) => type === CONFIG_RESOURCE.broker);
    if (changesBroker) this.#defaultConfig = undefined;
    const topics = changesBroker
      ? [...image.topics.byName.keys()]
      : delta.changedConfigs.filter(({ type }) => type === CONFIG_RESOURCE.topic).map(({ name }) => name);
    for (const name of topics) {
      if (image.topics.byName.has(name)) this.#options.storage.updateConfig(name, this.#configOf(name, image));
    }
  }

  /** The settings of a topic: its own, then the broker's dynamic ones, then those that the broker was started with. */
  #configOf(topic: string, image: MetadataImage): LogConfig {
    const own = image.configs.of({ type: CONFIG_RESOURCE.topic, name: topic });
    const isDefault = Object.keys(own).length === 0;
    if (isDefault && this.#defaultConfig !== undefined) return this.#defaultConfig;
    const config = this.#readConfig(own, image, topic);
    if (isDefault) this.#defaultConfig = config;
    return config;
  }

  #readConfig(own: Readonly<Record<string, string>>, image: MetadataImage, topic: string): LogConfig {
    const { configSchema, nodeId, logger } = this.#options;
    const broker = {
      ...configSchema.staticTexts,
      ...image.configs.of({ type: CONFIG_RESOURCE.broker, name: '' }),
      ...image.configs.of({ type: CONFIG_RESOURCE.broker, name: String(nodeId) }),
    };
    try {
      return readConfig(logConfigTable, own, broker);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // The metadata was written by another release, whose rules were others.
      logger.warn({ topic, reason: error.message }, 'the settings of a topic cannot be used; the defaults count');
      return readConfig(logConfigTable, {}, configSchema.staticTexts);
    }
  }
}
