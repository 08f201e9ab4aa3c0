// One of the broker's log directories: its lock, its identity, its checkpoints, the partitions in it, and whether it can be used.

import { join } from 'node:path';
import {
  Log,
  type LogServices,
  type MetaProperties,
  type OpenFiles,
  readPartitionMetadata,
  removeCleanShutdown,
  setAsideName,
  writeCleanShutdown,
} from '../../log/index.ts';
import type { Clock, Disk, DiskLock, Random } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { PartitionSpec } from '../engine.ts';
import type { StorageConfig } from '../storage-config.ts';
import { BackgroundWork } from './background-work.ts';
import { type Committable, Committer } from './committer.ts';
import type { DirectoryCheckpoints } from './directory-checkpoints.ts';
import { innermostMessage, isSystemError } from './disk-errors.ts';
import { type FoundDirectory, findDirectory } from './found-directory.ts';
import { FutureLogs } from './future-logs.ts';
import type { LocalHostedPartition } from './hosted-partition.ts';
import { Journal } from './journal/journal.ts';
import type { RecoveredJournal } from './journal/recovered-journal.ts';
import { Limiter } from './limiter.ts';
import { LocalPartition } from './partition.ts';
import type { PartitionServices } from './partition-services.ts';
import type { TailCache } from './tail-cache.ts';
import { WorkQueue } from './work-queue.ts';
import { WriteBehind } from './write-behind.ts';

/** Partitions of one directory that are written at a time. */
const WRITES_AT_A_TIME = 8;
/** Fewer than Node has threads for the disk, so that writes and reads go on beside slow syncs. */
const SYNCS_AT_A_TIME = 2;
/** Opening a log is mostly waiting for the disk, so one "thread" of Kafka's setting is worth several. */
const OPENINGS_PER_RECOVERY_THREAD = 8;
/** Logs whose end a crash left in the page cache and that wait together for the journal to have it, each with at most 64 KiB. */
const MADE_DURABLE_AT_A_TIME = 256;

export interface LogDirectoryOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly config: StorageConfig;
  readonly openFiles: OpenFiles;
  readonly tailCache: TailCache;
  readonly defer: (callback: () => void) => void;
  /** Called once, when the directory can no longer be used. */
  readonly onFailure: (directory: LogDirectory, error: Error) => void;
}

export class LogDirectory {
  readonly path: string;
  /** Known once the engine has found out whose it is. */
  id = '';
  /** As found; undefined in a directory that nobody has used yet. */
  readonly meta: MetaProperties | undefined;
  readonly wasCleanlyStopped: boolean;
  /** Partitions whose log is loaded, by the name of their directory. */
  readonly partitions = new Map<string, LocalPartition>();
  /** Partition directories whose log is not loaded, because nobody needed it yet or because it cannot be. */
  readonly unopened: Set<string>;
  /** Of those, the ones whose directory is still to be made. */
  readonly #unmade = new Set<string>();
  /** Why it can no longer be used. */
  error: KafkaError | undefined;
  readonly #options: LogDirectoryOptions;
  readonly #lock: DiskLock;
  readonly checkpoints: DirectoryCheckpoints;
  /** Copies of partitions that move here. */
  readonly futures: FutureLogs;
  readonly #limiter: Limiter;
  readonly #durabilityLimiter = new Limiter(MADE_DURABLE_AT_A_TIME);
  /** Loads, one after the other, the logs that nobody has asked for yet. */
  readonly #warmUp: WorkQueue<LocalHostedPartition>;
  readonly #loads = new Set<Promise<LocalPartition>>();
  #isClosing = false;
  /** What an earlier run committed and its segments may lack. */
  readonly #recovered: RecoveredJournal;
  readonly #journal: Journal<Committable>;
  readonly #writeBehind: WriteBehind;
  readonly committer: Committer;
  readonly #services: PartitionServices;
  readonly #logServices: LogServices;
  readonly #background: BackgroundWork;

  private constructor(options: LogDirectoryOptions, found: FoundDirectory) {
    this.path = found.path;
    this.meta = found.meta;
    this.wasCleanlyStopped = found.wasCleanlyStopped;
    this.unopened = new Set(found.partitionNames);
    this.#options = options;
    this.#lock = found.lock;
    this.checkpoints = found.checkpoints;
    const { disk, random, clock, logger, config, openFiles, defer } = options;
    this.#background = new BackgroundWork(clock, (error) => this.#onBackgroundError(error));
    const producerIdExpirationMs = () => config['producer.id.expiration.ms'];
    this.#logServices = { disk, clock, random, logger, openFiles, producerIdExpirationMs };
    const openings = config['num.recovery.threads.per.data.dir'] * OPENINGS_PER_RECOVERY_THREAD;
    this.#limiter = new Limiter(openings);
    // The other half of the places is for those that somebody waits for. Why one cannot be loaded is told when it is tried.
    this.#warmUp = new WorkQueue(openings / 2, async (hosted) => {
      await hosted.load().catch(() => {});
    });
    this.#recovered = found.journal;
    const maxBytes = config['log.journal.max.bytes'];
    const place = { directory: found.path, firstSequence: found.journal.lastSequence + 1n };
    this.#journal = new Journal({ disk, random, maxBytes, ...place });
    const unwritten = { bytes: 0, limitBytes: config['log.unwritten.max.bytes'] };
    const onSyncError = (error: unknown) => this.takeOffline(error);
    this.#writeBehind = new WriteBehind({ clock, journal: this.#journal, unwritten, onSyncError });
    this.committer = new Committer({
      writeConcurrency: WRITES_AT_A_TIME,
      syncConcurrency: SYNCS_AT_A_TIME,
      onSyncError,
      defer,
      journalMinPartitions: config['log.journal.min.partitions'],
      ...(maxBytes > 0 && { journal: this.#journal, writeBehind: this.#writeBehind }),
    });
    this.futures = new FutureLogs({
      disk,
      path: found.path,
      logServices: this.#logServices,
      checkpoints: found.checkpoints,
      leftNames: found.futureNames,
      uniqueId: () => this.#uniqueId(),
      remove: (path) => this.#removeLater(path, 0),
      onFailure: (error) => this.takeOffline(error),
    });
    this.#services = {
      committer: this.committer,
      tailCache: options.tailCache,
      now: () => clock.now(),
      logger,
      flushOnAcksAll: config['log.flush.on.acks.all'],
      unwritten,
      // Whoever asks has done its work without it: they are written again soon.
      checkpointLogStartOffsets: () =>
        this.checkpointLogStartOffsets().catch((error: unknown) => {
          logger.warn({ path: this.path, error }, 'The log start offsets could not be saved yet');
        }),
      onDiskError: (error) => this.takeOffline(error),
    };
  }

  /** Makes the directory when missing, locks it and reads what it says of itself. */
  static async open(path: string, options: LogDirectoryOptions): Promise<LogDirectory> {
    const found = await findDirectory(path, options.disk, options.logger);
    const directory = new LogDirectory(options, found);
    // Deletions that an earlier run did not come to.
    for (const name of found.deletedNames) directory.#removeLater(join(path, name), 0);
    return directory;
  }

  /** With those that are being made, so that the partitions of a topic are spread although they are made at once. */
  get partitionCount(): number {
    return this.partitions.size + this.unopened.size + this.futures.size;
  }

  get isOnline(): boolean {
    return this.error === undefined;
  }

  /** Milliseconds of a clock that only goes forward. */
  monotonic(): number {
    return this.#options.clock.monotonic();
  }

  /** To be called before anything is written: from here on, an end without `close` is a crash. Makes the names of the partition directories last too. */
  removeCleanMark(): Promise<void> {
    return removeCleanShutdown(this.#options.disk, this.path);
  }

  /** Whether the partition has data here. */
  has(name: string): boolean {
    return this.partitions.has(name) || this.unopened.has(name);
  }

  /** The partition will be made here when it is loaded. */
  reserve(name: string): void {
    this.unopened.add(name);
    this.#unmade.add(name);
  }

  /** Has the partition loaded when there is nothing more urgent to do. */
  loadSoon(hosted: LocalHostedPartition): void {
    this.#warmUp.add(hosted);
    this.#warmUp.start();
  }

  /** Loads the partition when its turn comes, or makes it. Rejects when its files cannot be used; the others are not touched by that. */
  load(hosted: LocalHostedPartition): Promise<LocalPartition> {
    const loading = this.#openPartition(hosted).catch((error: unknown) => {
      throw this.#explained(hosted, error);
    });
    this.#loads.add(loading);
    const forget = () => this.#loads.delete(loading);
    loading.then(forget, forget);
    return loading;
  }

  async #openPartition(hosted: LocalHostedPartition): Promise<LocalPartition> {
    const { name, topicId, index, leaderEpoch } = hosted;
    const log = await this.#limiter.run(() => this.#openLog(hosted));
    const partition = new LocalPartition(log, leaderEpoch, this.#services);
    // From here on it fails with the directory.
    this.unopened.delete(name);
    this.partitions.set(name, partition);
    try {
      await this.#durabilityLimiter.run(() => partition.makeDurable());
      if (this.error !== undefined) throw this.error;
    } catch (error) {
      if (this.partitions.get(name) === partition) {
        this.partitions.delete(name);
        this.unopened.add(name);
      }
      await log.closeAbruptly();
      throw error;
    }
    await this.#recovered.forget(topicId, index);
    return partition;
  }

  async #openLog(hosted: LocalHostedPartition): Promise<Log> {
    this.#requireWanted(hosted);
    const { name } = hosted;
    const hasTopicId = !this.#unmade.has(name) && (await this.#hasTopicId(hosted));
    if (this.error !== undefined) throw this.error;
    const isNew = this.#unmade.has(name);
    if (isNew) {
      // A partition of the same name may be gone, or never came, and its offsets must not pass for those of the new one.
      this.checkpoints.forget(name);
      await this.checkpoints.write();
      this.#unmade.delete(name);
    }
    const log = await this.#openFiles(hosted, hasTopicId, this.wasCleanlyStopped || isNew);
    try {
      await this.#recovered.replay(log);
      if (this.error !== undefined) throw this.error;
    } catch (error) {
      await log.closeAbruptly();
      throw error;
    }
    return log;
  }

  #openFiles(hosted: LocalHostedPartition, hasTopicId: boolean, wasCleanlyStopped: boolean): Promise<Log> {
    const { name, topic, index: partition, topicId, config } = hosted;
    const directory = join(this.path, name);
    const known = { ...this.checkpoints.offsetsOf(name), hasTopicId, wasCleanlyStopped };
    return Log.open(this.#logServices, { directory, topic, partition, topicId, config, ...known });
  }

  #explained({ name, topic, index }: LocalHostedPartition, cause: unknown): KafkaError {
    if (cause instanceof KafkaError) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new KafkaError('KAFKA_STORAGE_ERROR', `Cannot open ${name}: ${reason}`, { cause });
    this.#options.logger.error({ topic, partition: index, error: cause }, error.message);
    return error;
  }

  #requireWanted(hosted: LocalHostedPartition): void {
    if (hosted.error !== undefined) throw hosted.error;
    if (this.#isClosing)
      throw new KafkaError('NOT_LEADER_OR_FOLLOWER', `Cannot open ${hosted.name}: the broker is stopping`);
  }

  /** Takes the partition out of service now; its files go `file.delete.delay.ms` later. */
  async removePartition(name: string, deleteDelayMs: number): Promise<void> {
    const partition = this.partitions.get(name);
    partition?.fail(new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'it was deleted'));
    const isUnmade = this.#unmade.has(name);
    this.#forget(name);
    if (!this.isOnline || isUnmade) return;
    try {
      if (partition === undefined) {
        const path = await this.#setAside(name, 'delete');
        if (path !== undefined) this.#removeLater(path, deleteDelayMs);
      } else {
        await this.#removeLog(partition.log, deleteDelayMs);
      }
    } catch (error) {
      this.takeOffline(error);
    }
  }

  /** The partition, which is held, goes on here: in the log that `futures` has promoted. */
  async admit(hosted: LocalHostedPartition, partition: LocalPartition): Promise<void> {
    const log = await this.#openFiles(hosted, true, true);
    try {
      if (this.error !== undefined) throw this.error;
      partition.moveTo(log, this.#services);
    } catch (error) {
      await log.closeAbruptly();
      throw error;
    }
    this.partitions.set(hosted.name, partition);
    await this.checkpointLogStartOffsets();
  }

  /** The partition has gone on elsewhere; what it had here goes `file.delete.delay.ms` later. */
  async leave(name: string, log: Log, deleteDelayMs: number): Promise<void> {
    this.#forget(name);
    if (!this.isOnline) return;
    try {
      await this.#removeLog(log, deleteDelayMs);
    } catch (error) {
      this.takeOffline(error);
    }
  }

  /** An interrupted move has left the partition here too. */
  async removeCopy(hosted: LocalHostedPartition): Promise<void> {
    if (await this.#hasTopicId(hosted)) await this.removePartition(hosted.name, 0);
  }

  async #removeLog(log: Log, deleteDelayMs: number): Promise<void> {
    await log.renameForDeletion(this.#uniqueId());
    this.#background.later(deleteDelayMs, () => log.delete());
  }

  /** Out of the way, and kept: whoever lost the metadata by accident still has the data. Resolves to the new path. */
  setStrayAside(name: string): Promise<string | undefined> {
    return this.#setAside(name, 'stray');
  }

  /** Resolves to undefined when the disk fails, which takes the directory offline. */
  async #setAside(name: string, reason: 'delete' | 'stray'): Promise<string | undefined> {
    const { disk } = this.#options;
    const path = join(this.path, setAsideName(name, this.#uniqueId(), reason));
    try {
      await disk.rename(join(this.path, name), path);
      await disk.syncDirectory(this.path);
    } catch (error) {
      this.takeOffline(error);
      return undefined;
    }
    this.#forget(name);
    return path;
  }

  /** Whether it is here if only in the journal: a power cut may have taken the name of its directory. */
  hasJournaled({ topicId, index }: PartitionSpec): boolean {
    return this.#recovered.has(topicId, index);
  }

  /** What the journal has of the partition is no longer wanted. */
  forgetJournalOf({ topicId, index }: PartitionSpec): Promise<void> {
    return this.#recovered.forget(topicId, index);
  }

  /** What the journal has of other topics than these is no longer wanted. */
  forgetJournalOfOthers(knownTopicIds: ReadonlySet<string>): Promise<void> {
    return this.#recovered.forgetOthers(knownTopicIds);
  }

  async checkpointRecoveryPoints(): Promise<void> {
    if (this.isOnline) await this.checkpoints.saveRecoveryPoints(this.partitions);
  }

  async checkpointLogStartOffsets(): Promise<void> {
    if (this.isOnline) await this.checkpoints.saveLogStartOffsets(this.partitions);
  }

  /** For good, as far as this process is concerned: what a failed disk says later cannot be trusted. */
  takeOffline(cause: unknown): void {
    if (this.error !== undefined) return;
    const reason = innermostMessage(cause);
    const error = new KafkaError('KAFKA_STORAGE_ERROR', `The log directory ${this.path} is offline: ${reason}`, {
      cause,
    });
    this.error = error;
    for (const partition of this.partitions.values()) {
      partition.fail(error);
      this.#background.run(partition.log.closeAbruptly());
    }
    this.#background.run(this.futures.closeAbruptly());
    this.#background.run(this.#closeJournal());
    this.#options.onFailure(this, error);
  }

  /** Lets go of a directory that turned out not to be ours, without a trace. */
  async abandon(): Promise<void> {
    this.#background.cancelPlanned();
    await this.#lock.release();
  }

  /** Lets go of everything as it is: what the end of the process would leave. For tests and simulations. */
  async crash(): Promise<void> {
    this.#background.cancelPlanned();
    await this.#endLoads();
    this.error ??= new KafkaError('KAFKA_STORAGE_ERROR', `The log directory ${this.path} was left`);
    for (const partition of this.partitions.values()) {
      partition.fail(new KafkaError('KAFKA_STORAGE_ERROR', 'the broker crashed'));
      await partition.log.closeAbruptly();
    }
    await this.futures.closeAbruptly();
    await this.#closeJournal();
    await this.#background.idle();
    await this.#lock.release();
  }

  /** What waits is still made durable. */
  refuseAppends(): void {
    for (const partition of this.partitions.values()) {
      partition.suspend(new KafkaError('NOT_LEADER_OR_FOLLOWER', 'the broker is stopping'));
    }
  }

  /** Makes everything durable, closes it and says so on the disk. Closing twice is harmless. */
  async close(): Promise<void> {
    this.#background.cancelPlanned();
    await this.#endLoads();
    this.refuseAppends();
    await this.committer.idle();
    await this.#writeBehind.stop();
    if (this.isOnline) await this.#closeLogs();
    await this.futures.closeAbruptly();
    await this.#journal.close();
    await this.#background.idle();
    this.partitions.clear();
    await this.#lock.release();
  }

  /** Nothing is loaded any more, and nothing is being loaded, when it resolves. */
  async #endLoads(): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled(this.#loads);
    await this.#warmUp.idle();
  }

  async #closeLogs(): Promise<void> {
    try {
      await this.#limiter.forEach(this.partitions.values(), (partition) => partition.log.close());
      await this.checkpointRecoveryPoints();
      await this.checkpointLogStartOffsets();
      await this.#journal.remove();
      // What was not opened is as it was found: clean only if all of the directory was.
      if (!this.wasCleanlyStopped && (this.unopened.size > 0 || !this.#recovered.isEmpty)) return;
      // Without the epoch of the broker, which is of use to a controller elsewhere only.
      await writeCleanShutdown(this.#options.disk, this.path, -1n);
    } catch (error) {
      this.takeOffline(error);
    } finally {
      for (const partition of this.partitions.values()) {
        partition.fail(new KafkaError('NOT_LEADER_OR_FOLLOWER', 'the broker has stopped'));
      }
    }
  }

  async #closeJournal(): Promise<void> {
    await this.#writeBehind.stop();
    await this.#journal.close();
  }

  /**
   * Whether the directory says that it is the topic's. One of another topic of the same name, such as one that was deleted while this directory was
   * away, is set aside.
   */
  async #hasTopicId(hosted: LocalHostedPartition): Promise<boolean> {
    const topicId = await readPartitionMetadata(this.#options.disk, join(this.path, hosted.name));
    if (topicId === undefined || topicId === hosted.topicId) return topicId !== undefined;
    const kept = await this.setStrayAside(hosted.name);
    if (kept === undefined) return false;
    this.reserve(hosted.name);
    this.#options.logger.warn(
      { path: kept, topicId, expected: hosted.topicId },
      'A partition directory belongs to another topic of the same name; it was renamed and is kept',
    );
    return false;
  }

  #forget(name: string): void {
    this.partitions.delete(name);
    this.unopened.delete(name);
    this.#unmade.delete(name);
    this.checkpoints.forget(name);
  }

  #uniqueId(): string {
    return this.#options.random.bytes(16).toString('hex');
  }

  #removeLater(path: string, delayMs: number): void {
    this.#background.later(delayMs, () => this.#options.disk.remove(path));
  }

  /** Failures of the disk take the directory offline, others are logged. */
  #onBackgroundError(error: unknown): void {
    if (isSystemError(error) && this.isOnline) this.takeOffline(error);
    else this.#options.logger.warn({ path: this.path, error }, 'Work on the log directory failed');
  }
}
