// The storage engine of one process: partitions as directories of segment files, in one or more log directories.

import { OpenFiles, writeMetaProperties } from '../../log/index.ts';
import type { Clock, Disk, Random } from '../../platform/index.ts';
import { KafkaError, randomUuid, ZERO_UUID } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type {
  HostedPartition,
  KnownTopic,
  LogConfig,
  LogDirDescription,
  PartitionSpec,
  StorageEngine,
} from '../engine.ts';
import { cordonedDirectoriesOf, logDirectoriesOf, type StorageConfig } from '../storage-config.ts';
import { describeLogDirectory } from './describe-log-directory.ts';
import { isDiskFull, isSystemError } from './disk-errors.ts';
import { filesToKeepOpen } from './files-to-keep-open.ts';
import { mayHaveFuture } from './future-logs.ts';
import { LocalHostedPartition } from './hosted-partition.ts';
import { LogCleaner } from './log-cleaner.ts';
import { LogDirectory, type LogDirectoryOptions } from './log-directory.ts';
import { applyRetention, flushOverdue, flushRolled, removeExpiredProducers } from './log-maintenance.ts';
import type { LocalPartition } from './partition.ts';
import { parsePartitionDirectory, partitionDirectoryName } from './partition-directory.ts';
import { PartitionMoves } from './partition-moves.ts';
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
  /** Resolves when the metadata says in which log directory the partition is. Without it partitions move all the same. */
  readonly assignDirectory?: (partition: HostedPartition, directoryId: string) => Promise<void>;
  /** Called when a log directory has failed. A broker whose last one has should stop. */
  readonly onLogDirectoryFailure?: (path: string, error: Error, onlineDirectories: number) => void;
  /** Runs a callback once the requests that arrived together have been handled. `setImmediate` unless given. */
  readonly defer?: (callback: () => void) => void;
}

/** Partitions that do not exist yet and that somebody wants in a certain directory; the oldest wish is forgotten. */
const MOST_WANTED = 1000;

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
  readonly #cleaner: LogCleaner;
  readonly #moves: PartitionMoves;
  /** Where partitions that are made later shall be, by their names. */
  readonly #wanted = new Map<string, string>();
  #clusterId = '';
  #isStopped = false;

  constructor(options: LocalEngineOptions) {
    const { disk, clock, random, logger, config } = options;
    this.#options = options;
    this.#openFiles = new OpenFiles(disk, filesToKeepOpen(config['log.max.open.files'], undefined));
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
    const directories = () => this.#online();
    const isMoving = ({ name }: LocalPartition) => this.#moves.has(name);
    this.#cleaner = new LogCleaner({ clock, logger, config, directories, isMoving });
    const assignDirectory = options.assignDirectory ?? (() => Promise.resolve());
    const releaseFromCleaner = (partition: LocalPartition) => this.#cleaner.release(partition);
    const moves = { clock, logger, config, directories, assignDirectory, releaseFromCleaner };
    this.#moves = new PartitionMoves(moves, logDirectoriesOf(config).length);
  }

  /** Known once `start` has resolved. */
  get clusterId(): string {
    return this.#clusterId;
  }

  /** Ids of the directories that could be used at the start, in the order of `log.dirs`. Known once `start` has resolved. */
  get directoryIds(): readonly string[] {
    return this.#directories.map(({ id }) => id);
  }

  /** Ids of those that get no partitions any more. */
  get cordonedDirectoryIds(): readonly string[] {
    const cordoned = cordonedDirectoriesOf(this.#options.config);
    return this.#directories.filter(({ path }) => cordoned.includes(path)).map(({ id }) => id);
  }

  get wasCleanlyStopped(): boolean {
    return this.#directories.every((directory) => directory.wasCleanlyStopped);
  }

  /** Locks the directories and reads what they say of themselves. Partitions come with `openPartition`, when their settings are known. */
  async start(): Promise<void> {
    const { config, disk } = this.#options;
    this.#openFiles.limitTo(filesToKeepOpen(config['log.max.open.files'], await disk.openFileLimit?.()));
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
    for (const directory of this.#directories) {
      const { path, meta } = directory;
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
      directory.id = meta?.directoryId ?? randomUuid(random);
      if (meta?.directoryId === undefined)
        await writeMetaProperties(disk, path, { clusterId, nodeId, directoryId: directory.id });
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
    if (config['log.cleaner.enable']) this.#cleaner.start();
    return [
      this.#cleaner,
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

  /** The broker's settings have changed: those that are only looked at now and then count at once. */
  reconfigure(): void {
    this.#cleaner.reconfigure();
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const directory of this.#directories) directory.refuseAppends();
    await Promise.all(this.#tasks.map((task) => task.stop()));
    await this.#moves.stop();
    await Promise.allSettled(this.#removing.values());
    await Promise.all(this.#directories.map((directory) => directory.close()));
    await this.#openFiles.close();
  }

  /** Ends without a stop: what was not written is lost, nothing is marked. For tests and simulations. */
  async crash(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await Promise.all(this.#tasks.map((task) => task.stop()));
    await this.#moves.stop();
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
      await this.#removeCopies(hosted, directory);
      directory.loadSoon(hosted);
      this.#resumeMove(hosted, directory);
    } else {
      directory.reserve(name);
      // Why it cannot be made is told, and kept in it.
      await hosted.load().catch(() => {});
    }
    return hosted;
  }

  /**
   * Where the partition is, or else where it shall be: where somebody wants it, or in the directory that holds the fewest. Otherwise why it is
   * nowhere.
   */
  #directoryFor(spec: PartitionSpec, name: string): LogDirectory | KafkaError {
    const holders = this.#directories.filter((directory) => directory.has(name));
    const holder =
      holders.find(({ id }) => id === spec.directoryId) ??
      holders[0] ??
      this.#directories.find((directory) => directory.hasJournaled(spec));
    const [broken] = this.#broken;
    if (broken !== undefined && spec.isNew !== true && (holder === undefined || this.#isElsewhere(spec)))
      return new KafkaError('KAFKA_STORAGE_ERROR', broken.error.message, { cause: broken.error });
    if (holder !== undefined) return holder.error ?? holder;
    const online = this.#online();
    const cordoned = cordonedDirectoriesOf(this.#options.config);
    const open = online.filter(({ path }) => !cordoned.includes(path));
    const wanted = online.find(({ path }) => path === this.#wanted.get(name));
    this.#wanted.delete(name);
    // The metadata asks for none where all are cordoned, unless that has happened just now.
    const [first] = open.length > 0 ? open.sort((a, b) => a.partitionCount - b.partitionCount) : online;
    return (
      wanted ?? first ?? new KafkaError('KAFKA_STORAGE_ERROR', `Cannot make ${name}: all log directories are offline`)
    );
  }

  /** Whether the metadata has the partition in a directory that is not here: what is found of it elsewhere was left by a move. */
  #isElsewhere({ directoryId }: PartitionSpec): boolean {
    if (directoryId === undefined || directoryId === ZERO_UUID) return false;
    return this.#directories.every(({ id }) => id !== directoryId);
  }

  /** Of an interrupted move both directories tell; only one of them was gone on with. */
  async #removeCopies(hosted: LocalHostedPartition, directory: LogDirectory): Promise<void> {
    for (const other of this.#online()) {
      if (other === directory) continue;
      if (other.has(hosted.name)) await other.removeCopy(hosted);
      await other.forgetJournalOf(hosted);
    }
  }

  /** Goes on with a move that the end of the last run has interrupted. */
  #resumeMove(hosted: LocalHostedPartition, directory: LogDirectory): void {
    const target = this.#online().find((other) => other !== directory && other.futures.wasLeft(hosted.name));
    if (target === undefined) return;
    this.#moves.move(hosted, target).catch((error: unknown) => {
      this.#options.logger.error({ error, to: target.path }, `Cannot go on moving ${hosted.name} to ${target.path}`);
    });
  }

  async movePartition(topic: string, index: number, path: string): Promise<void> {
    const name = partitionDirectoryName(topic, index);
    const tried = `Cannot move ${name} to ${path}`;
    if (!mayHaveFuture(name)) throw new KafkaError('INVALID_TOPIC_EXCEPTION', `${tried}: the topic name is too long`);
    const offline = this.#broken[0]?.error ?? this.#directories.find(({ isOnline }) => !isOnline)?.error;
    const target = this.#directories.find((directory) => directory.path === path);
    if (target === undefined && this.#broken.every((broken) => broken.path !== path))
      throw new KafkaError('LOG_DIR_NOT_FOUND', `${tried}: it is none of log.dirs`);
    if (target?.isOnline !== true) throw new KafkaError('KAFKA_STORAGE_ERROR', `${tried}: it is offline`);
    if (cordonedDirectoriesOf(this.#options.config).includes(path))
      throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', `${tried}: it is cordoned`);
    const hosted = this.#get(topic, index);
    if (hosted === undefined) {
      this.#want(name, path);
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `${tried}: there is no such partition yet`);
    }
    if (hosted.error !== undefined) throw new KafkaError('KAFKA_STORAGE_ERROR', `${tried}: ${hosted.error.message}`);
    // What is in the directory that is offline may be this very partition.
    if (offline !== undefined && hosted.directory !== target)
      throw new KafkaError('KAFKA_STORAGE_ERROR', `${tried}: ${offline.message}`);
    try {
      await this.#moves.move(hosted, target);
    } catch (cause) {
      if (isSystemError(cause) && !isDiskFull(cause)) target.takeOffline(cause);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new KafkaError('KAFKA_STORAGE_ERROR', `${tried}: ${reason}`, { cause });
    }
  }

  #want(name: string, path: string): void {
    this.#wanted.delete(name);
    this.#wanted.set(name, path);
    for (const oldest of this.#wanted.keys()) {
      if (this.#wanted.size <= MOST_WANTED) break;
      this.#wanted.delete(oldest);
    }
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
    if (this.#moves.has(name)) await this.#moves.cancel(name);
    const deleteDelayMs = hosted?.config['file.delete.delay.ms'] ?? 0;
    for (const directory of this.#directories) {
      if (directory.has(name)) await directory.removePartition(name, deleteDelayMs);
      if (directory.isOnline) await directory.futures.discard(name);
      if (hosted !== undefined) await directory.forgetJournalOf(hosted);
    }
  }

  async setStraysAside(topics: readonly KnownTopic[]): Promise<void> {
    const topicIds = new Set(topics.map(({ topicId }) => topicId));
    const counts = new Map(topics.map(({ topic, partitionCount }) => [topic, partitionCount]));
    for (const directory of this.#online()) {
      await directory.forgetJournalOfOthers(topicIds);
      await directory.futures.discardLeftOfOthers(({ topic, index }) => index < (counts.get(topic) ?? 0));
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
    const logEndOffset = (name: string) => {
      const id = parsePartitionDirectory(name);
      return id && this.#get(id.topic, id.index)?.loaded?.logEndOffset;
    };
    const { disk, config } = this.#options;
    const cordoned = cordonedDirectoriesOf(config);
    const isCordoned = (path: string) => cordoned.includes(path);
    const broken = this.#broken.map((one) => {
      return { ...one, totalBytes: -1, usableBytes: -1, isCordoned: isCordoned(one.path), partitions: [] };
    });
    return [
      ...broken,
      ...(await Promise.all(
        this.#directories.map((directory) =>
          describeLogDirectory(directory, disk, isCordoned(directory.path), logEndOffset),
        ),
      )),
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
