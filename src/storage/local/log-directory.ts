// One of the broker's log directories: its lock, its identity, its checkpoints, the partitions in it, and whether it can be used.

import { join } from 'node:path';
import {
  Log,
  type MetaProperties,
  type OpenFiles,
  readCleanShutdown,
  readMetaProperties,
  readPartitionMetadata,
  removeCleanShutdown,
  setAsideName,
  writeCleanShutdown,
} from '../../log/index.ts';
import { type Clock, type Disk, type DiskLock, errorCode, type Random, type Timer } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { PartitionSpec } from '../engine.ts';
import type { StorageConfig } from '../storage-config.ts';
import { type Committable, Committer } from './committer.ts';
import { isSystemError } from './disk-errors.ts';
import { Journal } from './journal/journal.ts';
import { removeJournalFiles } from './journal/journal-files.ts';
import { RecoveredJournal } from './journal/recovered-journal.ts';
import { Limiter } from './limiter.ts';
import { OffsetCheckpoint } from './offset-checkpoints.ts';
import { LocalPartition, type PartitionServices } from './partition.ts';
import { parsePartitionDirectory, partitionDirectoryName } from './partition-directory.ts';
import type { TailCache } from './tail-cache.ts';
import { WriteBehind } from './write-behind.ts';

const LOCK_FILE = '.lock';
/** Stands among the partitions, but belongs to the metadata. */
const METADATA_DIRECTORY = '__cluster_metadata-0';
/** Of use to a controller elsewhere only. */
const NO_BROKER_EPOCH = -1n;
/** Partitions of one directory that are written at a time. */
const WRITES_AT_A_TIME = 8;
/** Fewer than Node has threads for the disk, so that writes and reads go on beside slow syncs. */
const SYNCS_AT_A_TIME = 2;
/** Opening a log is mostly waiting for the disk, so one "thread" of Kafka's setting is worth several. */
const OPENINGS_PER_RECOVERY_THREAD = 8;

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
  /** As found; undefined in a directory that nobody has used yet. */
  readonly meta: MetaProperties | undefined;
  readonly wasCleanlyStopped: boolean;
  /** Open partitions by the name of their directory. */
  readonly partitions = new Map<string, LocalPartition>();
  /** Partition directories that are there but not open, because nobody asked for them yet or because they cannot be opened. */
  readonly unopened: Set<string>;
  /** Why it can no longer be used. */
  error: Error | undefined;
  readonly #options: LogDirectoryOptions;
  readonly #lock: DiskLock;
  readonly #recoveryPoints: OffsetCheckpoint;
  readonly #logStartOffsets: OffsetCheckpoint;
  /** Below them logs were compacted. */
  readonly cleanerOffsets: OffsetCheckpoint;
  readonly #limiter: Limiter;
  /** What an earlier run committed and its segments may lack. */
  readonly #recovered: RecoveredJournal;
  readonly #journal: Journal<Committable>;
  readonly #writeBehind: WriteBehind;
  readonly committer: Committer;
  readonly #services: PartitionServices;
  #openings = 0;
  readonly #removals = new Set<Timer>();
  /** Work that nobody waits for but the end. */
  readonly #background = new Set<Promise<void>>();

  private constructor(path: string, options: LogDirectoryOptions, lock: DiskLock, found: Found) {
    this.path = path;
    this.meta = found.meta;
    this.wasCleanlyStopped = found.wasCleanlyStopped;
    this.unopened = new Set(found.partitionNames);
    this.#options = options;
    this.#lock = lock;
    this.#recoveryPoints = found.recoveryPoints;
    this.#logStartOffsets = found.logStartOffsets;
    this.cleanerOffsets = found.cleanerOffsets;
    this.#limiter = new Limiter(options.config['num.recovery.threads.per.data.dir'] * OPENINGS_PER_RECOVERY_THREAD);
    this.#recovered = found.journal;
    const { disk, random, clock, config, defer } = options;
    const maxBytes = config['log.journal.max.bytes'];
    const firstSequence = found.journal.lastSequence + 1n;
    this.#journal = new Journal({ disk, random, directory: path, maxBytes, firstSequence });
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
    this.#services = {
      committer: this.committer,
      tailCache: options.tailCache,
      now: () => clock.now(),
      logger: options.logger,
      flushOnAcksAll: config['log.flush.on.acks.all'],
      unwritten,
      checkpointLogStartOffsets: () => this.#checkpointOrWarn(),
      onDiskError: (error) => this.takeOffline(error),
    };
  }

  /** Makes the directory when missing, locks it and reads what it says of itself. */
  static async open(path: string, options: LogDirectoryOptions): Promise<LogDirectory> {
    const { disk, logger } = options;
    await disk.makeDirectory(path);
    const lock = await lockDirectory(disk, path);
    try {
      const entries = await disk.list(path);
      const directories = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => name);
      const partitionNames = directories.filter(isPartition);
      const isMarkedClean = (await readCleanShutdown(disk, path)) !== undefined;
      if (isMarkedClean) await removeJournalFiles(disk, path);
      const journal = await RecoveredJournal.read(disk, path, logger);
      const directory = new LogDirectory(path, options, lock, {
        meta: await readMetaProperties(disk, path),
        partitionNames,
        wasCleanlyStopped: isMarkedClean || (partitionNames.length === 0 && journal.isEmpty),
        journal,
        recoveryPoints: await OffsetCheckpoint.open(disk, path, 'recovery-point-offset-checkpoint', logger),
        logStartOffsets: await OffsetCheckpoint.open(disk, path, 'log-start-offset-checkpoint', logger),
        cleanerOffsets: await OffsetCheckpoint.open(disk, path, 'cleaner-offset-checkpoint', logger),
      });
      // Deletions that an earlier run did not come to.
      for (const name of directories) if (name.endsWith('-delete')) directory.#removeLater(join(path, name), 0);
      return directory;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** With those that are being made, so that the partitions of a topic are spread although they are made at once. */
  get partitionCount(): number {
    return this.partitions.size + this.unopened.size + this.#openings;
  }

  get isOnline(): boolean {
    return this.error === undefined;
  }

  /** To be called before anything is written: from here on, an end without `close` is a crash. */
  removeCleanMark(): Promise<void> {
    return removeCleanShutdown(this.#options.disk, this.path);
  }

  /** Opens the partition, or makes it. Rejects when its files cannot be used; the others are not touched by that. */
  async openPartition(spec: PartitionSpec): Promise<LocalPartition> {
    this.#openings++;
    try {
      return await this.#limiter.run(() => this.#openPartition(spec));
    } finally {
      this.#openings--;
    }
  }

  async #openPartition(spec: PartitionSpec): Promise<LocalPartition> {
    if (this.error !== undefined) throw this.error;
    const { disk, clock, random, logger, openFiles, config } = this.#options;
    const name = partitionDirectoryName(spec.topic, spec.index);
    const path = join(this.path, name);
    if (this.unopened.has(name)) await this.#setAsideOtherTopic(spec, name, path);
    if (this.error !== undefined) throw this.error;
    const exists = this.unopened.has(name);
    if (!exists) {
      // A partition of the same name may be gone, and its offsets must not pass for those of the new one.
      await this.#recoveryPoints.write();
      await this.#logStartOffsets.write();
      await this.cleanerOffsets.write();
      this.unopened.add(name);
    }
    const log = await Log.open({
      disk,
      clock,
      random,
      logger,
      openFiles,
      directory: path,
      topic: spec.topic,
      partition: spec.index,
      topicId: spec.topicId,
      config: spec.config,
      recoveryPoint: this.#recoveryPoints.offsetOf(name),
      logStartOffset: this.#logStartOffsets.offsetOf(name),
      wasCleanlyStopped: this.wasCleanlyStopped || !exists,
      producerIdExpirationMs: config['producer.id.expiration.ms'],
    });
    try {
      await this.#recovered.replay(log);
      await this.#makeDurable(log);
      if (this.error !== undefined) throw this.error;
    } catch (error) {
      await log.closeAbruptly();
      throw error;
    }
    await this.#recovered.forget(spec.topicId, spec.index);
    const partition = new LocalPartition(log, spec.leaderEpoch, this.#services);
    this.unopened.delete(name);
    this.partitions.set(name, partition);
    return partition;
  }

  /** What a crash left in the page cache must not be seen before it is durable, or a power cut could give its offsets to other records. */
  async #makeDurable(log: Log): Promise<void> {
    if (log.unflushedMessages === 0n) return;
    try {
      await log.sync();
    } catch (error) {
      this.takeOffline(error);
    }
  }

  /** Takes the partition out of service now; its files go `file.delete.delay.ms` later. */
  async removePartition(partition: LocalPartition): Promise<void> {
    partition.fail(new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'it was deleted'));
    this.#forget(partition.name);
    if (!this.isOnline) return;
    try {
      await partition.log.renameForDeletion(this.#uniqueId());
    } catch (error) {
      this.takeOffline(error);
      return;
    }
    this.#removeLater(partition.log.directory, partition.config['file.delete.delay.ms'], () => partition.log.delete());
  }

  /** The same for one that is not open. */
  async removeUnopened(name: string, deleteDelayMs: number): Promise<void> {
    const path = await this.#setAside(name, 'delete');
    if (path !== undefined) this.#removeLater(path, deleteDelayMs);
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

  /** Whether the partition is here, if only in the journal: a power cut may have taken the name of its directory. */
  holds(name: string, topicId: string, index: number): boolean {
    return this.unopened.has(name) || this.#recovered.has(topicId, index);
  }

  /** What the journal has of other topics than these is no longer wanted. */
  forgetJournalOfOthers(knownTopicIds: ReadonlySet<string>): Promise<void> {
    return this.#recovered.forgetOthers(knownTopicIds);
  }

  /** The topic id that the directory of a partition claims. */
  topicIdOf(name: string): Promise<string | undefined> {
    return readPartitionMetadata(this.#options.disk, join(this.path, name));
  }

  async checkpointRecoveryPoints(): Promise<void> {
    if (!this.isOnline) return;
    for (const [name, { log }] of this.partitions) this.#recoveryPoints.set(name, log.recoveryPoint);
    await this.#recoveryPoints.write();
  }

  async checkpointLogStartOffsets(): Promise<void> {
    if (!this.isOnline) return;
    for (const [name, partition] of this.partitions) this.#logStartOffsets.set(name, partition.logStartOffset);
    await this.#logStartOffsets.write();
  }

  /** For a caller whose work is done without it: it is written again soon. */
  async #checkpointOrWarn(): Promise<void> {
    try {
      await this.checkpointLogStartOffsets();
    } catch (error) {
      this.#options.logger.warn({ path: this.path, error }, 'The log start offsets could not be saved yet');
    }
  }

  /** For good, as far as this process is concerned: what a failed disk says later cannot be trusted. */
  takeOffline(cause: unknown): void {
    if (this.error !== undefined) return;
    const reason = innermostMessage(cause);
    const error = new Error(`The log directory ${this.path} is offline: ${reason}`, { cause });
    this.error = error;
    for (const partition of this.partitions.values()) {
      partition.fail(new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause }));
      this.#inBackground(partition.log.closeAbruptly());
    }
    this.#inBackground(this.#closeJournal());
    this.#options.onFailure(this, error);
  }

  /** Lets go of a directory that turned out not to be ours, without a trace. */
  async abandon(): Promise<void> {
    for (const timer of this.#removals) timer.cancel();
    await this.#lock.release();
  }

  /** Lets go of everything as it is: what the end of the process would leave. For tests and simulations. */
  async crash(): Promise<void> {
    for (const timer of this.#removals) timer.cancel();
    this.error ??= new Error(`The log directory ${this.path} was left`);
    for (const partition of this.partitions.values()) {
      partition.fail(new KafkaError('KAFKA_STORAGE_ERROR', 'the broker crashed'));
      await partition.log.closeAbruptly();
    }
    await this.#closeJournal();
    await Promise.all(this.#background);
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
    for (const timer of this.#removals) timer.cancel();
    this.#removals.clear();
    this.refuseAppends();
    await this.committer.idle();
    await this.#writeBehind.stop();
    if (this.isOnline) await this.#closeLogs();
    await this.#journal.close();
    await Promise.all(this.#background);
    this.partitions.clear();
    await this.#lock.release();
  }

  async #closeLogs(): Promise<void> {
    try {
      await this.#limiter.forEach(this.partitions.values(), (partition) => partition.log.close());
      await this.checkpointRecoveryPoints();
      await this.checkpointLogStartOffsets();
      await this.#journal.remove();
      // What was not opened is as it was found: clean only if all of the directory was.
      if (!this.wasCleanlyStopped && (this.unopened.size > 0 || !this.#recovered.isEmpty)) return;
      await writeCleanShutdown(this.#options.disk, this.path, NO_BROKER_EPOCH);
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

  /** A topic was deleted and made anew while its old directory could not be removed. */
  async #setAsideOtherTopic(spec: PartitionSpec, name: string, path: string): Promise<void> {
    const topicId = await this.topicIdOf(name);
    if (topicId === undefined || topicId === spec.topicId) return;
    this.#options.logger.warn(
      { path, topicId, expected: spec.topicId },
      'A directory belongs to a deleted topic of the same name; removing it',
    );
    await this.removeUnopened(name, spec.config['file.delete.delay.ms']);
  }

  #forget(name: string): void {
    this.partitions.delete(name);
    this.unopened.delete(name);
    this.#recoveryPoints.forget(name);
    this.#logStartOffsets.forget(name);
    this.cleanerOffsets.forget(name);
  }

  #uniqueId(): string {
    return this.#options.random.bytes(16).toString('hex');
  }

  #removeLater(path: string, delayMs: number, remove = () => this.#options.disk.remove(path)): void {
    const timer = this.#options.clock.schedule(delayMs, () => {
      this.#removals.delete(timer);
      this.#inBackground(remove());
    });
    this.#removals.add(timer);
  }

  /** Failures of such work are logged; those of the disk take the directory offline. */
  #inBackground(work: Promise<void>): void {
    const watched = work.catch((error: unknown) => {
      if (isSystemError(error) && this.isOnline) this.takeOffline(error);
      else this.#options.logger.warn({ path: this.path, error }, 'Work on the log directory failed');
    });
    this.#background.add(watched);
    void watched.then(() => this.#background.delete(watched));
  }
}

interface Found {
  readonly meta: MetaProperties | undefined;
  readonly partitionNames: readonly string[];
  readonly wasCleanlyStopped: boolean;
  readonly journal: RecoveredJournal;
  readonly recoveryPoints: OffsetCheckpoint;
  readonly logStartOffsets: OffsetCheckpoint;
  readonly cleanerOffsets: OffsetCheckpoint;
}

function isPartition(name: string): boolean {
  return name !== METADATA_DIRECTORY && parsePartitionDirectory(name) !== undefined;
}

/** What the disk said, not what was made of it on the way. */
function innermostMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message;
}

async function lockDirectory(disk: Disk, path: string): Promise<DiskLock> {
  try {
    return await disk.lock(path, LOCK_FILE);
  } catch (error) {
    if (errorCode(error) !== 'ELOCKED') throw error;
    throw new Error(`Cannot lock the log directory ${path}: another process uses it`, { cause: error });
  }
}
