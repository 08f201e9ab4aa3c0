// The storage engine of one process: partitions as directories of segment files, in one or more log directories.

import { OpenFiles, writeMetaProperties } from '../../log/index.ts';
import type { Clock, Disk, Random } from '../../platform/index.ts';
import { KafkaError, randomUuid } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type {
  HostedPartition,
  KnownTopic,
  LogConfig,
  LogDirDescription,
  PartitionSpec,
  StorageEngine,
} from '../engine.ts';
import { logDirectoriesOf, type StorageConfig } from '../storage-config.ts';
import { describeLogDirectory } from './describe-log-directory.ts';
import { isSystemError } from './disk-errors.ts';
import { LocalHostedPartition } from './hosted-partition.ts';
import { LogCleaner } from './log-cleaner.ts';
import { LogDirectory, type LogDirectoryOptions } from './log-directory.ts';
import { applyRetention, flushOverdue, flushRolled, removeExpiredProducers } from './log-maintenance.ts';
import { parsePartitionDirectory, partitionDirectoryName } from './partition-directory.ts';
import { PeriodicTask } from './periodic-task.ts';
import { TailCache } from './tail-cache.ts';

export interface LocalEngineOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly config: StorageConfig;
  readonly nodeId: number;
  /** Of a cluster that exists; without it the directories tell, or a new one is made up. */
  readonly clusterId?: string;
  /** Called when a log directory has failed. A broker whose last one has should stop. */
  readonly onLogDirectoryFailure?: (path: string, error: Error, onlineDirectories: number) => void;
  /** Runs a callback once the requests that arrived together have been handled. `setImmediate` unless given. */
  readonly defer?: (callback: () => void) => void;
}

export class LocalEngine implements StorageEngine {
  readonly #options: LocalEngineOptions;
  readonly #openFiles: OpenFiles;
  readonly #directoryOptions: LogDirectoryOptions;
  #directories: LogDirectory[] = [];
  /** Those that could not be used at the start. */
  readonly #broken: { readonly path: string; readonly error: Error }[] = [];
  readonly #partitions = new Map<string, Map<number, LocalHostedPartition>>();
  /** Removals under way, by directory name: a new partition of the same name waits until the old directory has another. */
  readonly #removing = new Map<string, Promise<void>>();
  #tasks: { stop(): Promise<void> }[] = [];
  #clusterId = '';
  readonly #directoryIds: string[] = [];
  #isStopped = false;

  constructor(options: LocalEngineOptions) {
    const { disk, clock, random, logger, config } = options;
    this.#options = options;
    this.#openFiles = new OpenFiles(disk, config['log.max.open.files']);
    this.#directoryOptions = {
      disk,
      clock,
      random,
      logger,
      config,
      openFiles: this.#openFiles,
      tailCache: new TailCache(config['log.tail.cache.bytes']),
      defer: options.defer ?? setImmediate,
      onFailure: (directory, error) => this.#onDirectoryFailure(directory, error),
    };
  }

  /** Known once `start` has resolved. */
  get clusterId(): string {
    return this.#clusterId;
  }

  /** Ids of the directories that could be used at the start, in the order of `log.dirs`. Known once `start` has resolved. */
  get directoryIds(): readonly string[] {
    return this.#directoryIds;
  }

  get wasCleanlyStopped(): boolean {
    return this.#directories.every((directory) => directory.wasCleanlyStopped);
  }

  /** Locks the directories and reads what they say of themselves. Partitions come with `openPartition`, when their settings are known. */
  async start(): Promise<void> {
    try {
      await this.#openDirectories();
      await this.#identify();
      for (const directory of this.#directories) await directory.removeCleanMark();
    } catch (error) {
      await Promise.all(this.#directories.map((directory) => directory.abandon()));
      throw error;
    }
    this.#tasks = this.#startTasks();
  }

  async #openDirectories(): Promise<void> {
    for (const path of logDirectoriesOf(this.#options.config)) {
      try {
        this.#directories.push(await LogDirectory.open(path, this.#directoryOptions));
      } catch (cause) {
        if (!isSystemError(cause)) throw cause;
        const error = new Error(`Cannot use the log directory ${path}: ${(cause as Error).message}`, { cause });
        this.#options.logger.error({ path, error }, error.message);
        this.#broken.push({ path, error });
      }
    }
    const [first] = this.#broken;
    if (this.#directories.length === 0) throw first?.error ?? new Error('Cannot start: log.dirs names no directory');
  }

  /** Makes sure that all directories belong to this node of this cluster, and marks the new ones. */
  async #identify(): Promise<void> {
    const { nodeId, disk, random } = this.#options;
    const known = this.#directories.find(({ meta }) => meta !== undefined)?.meta?.clusterId;
    this.#clusterId = this.#options.clusterId ?? known ?? randomUuid(random);
    const clusterId = this.#clusterId;
    for (const { path, meta } of this.#directories) {
      if (meta !== undefined && meta.nodeId !== nodeId) {
        throw new Error(
          `Cannot use the log directory ${path}: it belongs to node ${meta.nodeId}, this is node ${nodeId}`,
        );
      }
      if (meta !== undefined && meta.clusterId !== clusterId) {
        throw new Error(
          `Cannot use the log directory ${path}: it belongs to cluster ${meta.clusterId}, this is cluster ${clusterId}`,
        );
      }
      const directoryId = meta?.directoryId ?? randomUuid(random);
      if (meta?.directoryId === undefined) await writeMetaProperties(disk, path, { clusterId, nodeId, directoryId });
      this.#directoryIds.push(directoryId);
    }
  }

  #startTasks(): { stop(): Promise<void> }[] {
    const { clock, config, logger } = this.#options;
    const task = (setting: IntervalSetting, run: (directory: LogDirectory) => Promise<void> | void) =>
      new PeriodicTask({
        clock,
        initialDelayMs: config['log.initial.task.delay.ms'],
        intervalMs: () => config[setting],
        run: async () => {
          for (const directory of this.#online()) await run(directory);
        },
        onError: (error) => logger.error({ setting, error }, 'Periodic work on the logs failed'),
      });
    const directories = () => this.#online();
    const cleaners = config['log.cleaner.enable'] ? [new LogCleaner({ clock, logger, config, directories })] : [];
    return [
      ...cleaners,
      task('log.retention.check.interval.ms', (directory) => applyRetention(directory, logger)),
      task('log.flush.scheduler.interval.ms', (directory) => flushOverdue(directory, clock.now())),
      task('log.flush.offset.checkpoint.interval.ms', (directory) => {
        flushRolled(directory);
        return directory.checkpointRecoveryPoints();
      }),
      task('log.flush.start.offset.checkpoint.interval.ms', (directory) => directory.checkpointLogStartOffsets()),
      task('producer.id.expiration.check.interval.ms', (directory) => removeExpiredProducers(directory, clock.now())),
    ];
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const directory of this.#directories) directory.refuseAppends();
    await Promise.all(this.#tasks.map((task) => task.stop()));
    await Promise.allSettled(this.#removing.values());
    await Promise.all(this.#directories.map((directory) => directory.close()));
    await this.#openFiles.close();
  }

  /** Ends without a stop: what was not written is lost, nothing is marked. For tests and simulations. */
  async crash(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await Promise.all(this.#tasks.map((task) => task.stop()));
    await Promise.allSettled(this.#removing.values());
    await Promise.all(this.#directories.map((directory) => directory.crash()));
    await this.#openFiles.close();
  }

  async openPartition(spec: PartitionSpec): Promise<HostedPartition> {
    const name = partitionDirectoryName(spec.topic, spec.index);
    await this.#removing.get(name);
    const existing = this.#get(spec.topic, spec.index);
    // One that could not be loaded is tried again.
    if (existing !== undefined && (existing.loaded !== undefined || existing.error === undefined)) {
      existing.update(spec.leaderEpoch, spec.config);
      return existing;
    }
    if (this.#isStopped) throw new KafkaError('NOT_LEADER_OR_FOLLOWER', `Cannot open ${name}: the broker is stopping`);
    const directory = this.#directoryFor(spec, name);
    const hosted = new LocalHostedPartition(spec, directory);
    let ofTopic = this.#partitions.get(spec.topic);
    if (ofTopic === undefined) {
      ofTopic = new Map();
      this.#partitions.set(spec.topic, ofTopic);
    }
    ofTopic.set(spec.index, hosted);
    if (directory instanceof KafkaError) {
      this.#options.logger.error({ topic: spec.topic, partition: spec.index, error: directory }, directory.message);
    } else if (directory.has(name)) {
      directory.loadSoon(hosted);
    } else {
      directory.reserve(name);
      // Why it cannot be made is told, and kept in it.
      await hosted.load().catch(() => {});
    }
    return hosted;
  }

  /** Where the partition is, or else where it shall be: in the directory that holds the fewest. Otherwise why it is nowhere. */
  #directoryFor(spec: PartitionSpec, name: string): LogDirectory | KafkaError {
    const holder = this.#directories.find((directory) => directory.has(name) || directory.hasJournaled(spec));
    if (holder !== undefined) return holder.error ?? holder;
    const [broken] = this.#broken;
    if (broken !== undefined && spec.isNew !== true)
      return new KafkaError('KAFKA_STORAGE_ERROR', broken.error.message, { cause: broken.error });
    const [first] = this.#online().sort((a, b) => a.partitionCount - b.partitionCount);
    return first ?? new KafkaError('KAFKA_STORAGE_ERROR', `Cannot make ${name}: all log directories are offline`);
  }

  partition(topic: string, index: number): HostedPartition | undefined {
    return this.#get(topic, index);
  }

  removePartition(topic: string, index: number): Promise<void> {
    const name = partitionDirectoryName(topic, index);
    const hosted = this.#get(topic, index);
    const ofTopic = this.#partitions.get(topic);
    ofTopic?.delete(index);
    if (ofTopic?.size === 0) this.#partitions.delete(topic);
    const removal = this.#remove(name, hosted).finally(() => {
      if (this.#removing.get(name) === removal) this.#removing.delete(name);
    });
    this.#removing.set(name, removal);
    return removal;
  }

  async #remove(name: string, hosted: LocalHostedPartition | undefined): Promise<void> {
    if (hosted?.loaded === undefined) {
      await hosted?.retire(new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `${name} was deleted`));
    }
    const deleteDelayMs = hosted?.config['file.delete.delay.ms'] ?? 0;
    for (const directory of this.#directories) {
      if (directory.has(name)) await directory.removePartition(name, deleteDelayMs);
      if (hosted !== undefined) await directory.forgetJournalOf(hosted);
    }
  }

  async setStraysAside(topics: readonly KnownTopic[]): Promise<void> {
    const topicIds = new Set(topics.map(({ topicId }) => topicId));
    const counts = new Map(topics.map(({ topic, partitionCount }) => [topic, partitionCount]));
    for (const directory of this.#online()) {
      await directory.forgetJournalOfOthers(topicIds);
      for (const name of [...directory.unopened]) {
        const id = parsePartitionDirectory(name);
        const isOfTopic = id === undefined || id.index < (counts.get(id.topic) ?? 0);
        if (isOfTopic || this.#get(id.topic, id.index) !== undefined) continue;
        const path = await directory.setStrayAside(name);
        if (path === undefined) break;
        this.#options.logger.warn({ path }, 'A partition directory belongs to no topic; it was renamed and is kept');
      }
    }
  }

  updateConfig(topic: string, config: LogConfig): void {
    for (const partition of this.#partitions.get(topic)?.values() ?? [])
      partition.update(partition.leaderEpoch, config);
  }

  async describeLogDirs(): Promise<LogDirDescription[]> {
    const broken = this.#broken.map((one) => ({ ...one, totalBytes: -1, usableBytes: -1, partitions: [] }));
    return [
      ...broken,
      ...(await Promise.all(this.#directories.map((directory) => describeLogDirectory(directory, this.#options.disk)))),
    ];
  }

  #get(topic: string, index: number): LocalHostedPartition | undefined {
    return this.#partitions.get(topic)?.get(index);
  }

  #online(): LogDirectory[] {
    return this.#directories.filter((directory) => directory.isOnline);
  }

  #onDirectoryFailure(directory: LogDirectory, error: Error): void {
    const online = this.#online().length;
    this.#options.logger.error({ path: directory.path, error, onlineDirectories: online }, error.message);
    this.#options.onLogDirectoryFailure?.(directory.path, error, online);
  }
}

type IntervalSetting = {
  [Name in keyof StorageConfig]: Name extends `log.${string}.interval.ms` | `producer.${string}.interval.ms`
    ? Name
    : never;
}[keyof StorageConfig];
