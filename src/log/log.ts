// One partition's log on a disk, in Apache Kafka's files.

import type { Clock, Disk } from '../platform/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import type { LogConfig } from './log-config.ts';
import type { OpenFiles } from './open-files.ts';
import type { ProducerStates } from './producer-states.ts';

export interface LogOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  /** File handles, shared by all logs of a broker. */
  readonly openFiles: OpenFiles;
  /** Path of the partition's own directory, `<log dir>/<topic>-<partition>`. Made when missing. */
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string;
  readonly config: LogConfig;
  /** From `recovery-point-offset-checkpoint`, 0 when unknown: everything below is known to be on stable storage. */
  readonly recoveryPoint: bigint;
  /** From `log-start-offset-checkpoint`, 0 when unknown. */
  readonly logStartOffset: bigint;
  readonly wasCleanlyStopped: boolean;
  /** Milliseconds after which a producer that wrote nothing is forgotten: `producer.id.expiration.ms`. */
  readonly producerIdExpirationMs: number;
}

/** Whole batches, one behind the other. */
export interface LogRead {
  readonly records: Buffer;
}

/** A record found by its timestamp. Leader epoch -1 when unknown. */
export interface TimestampedOffset {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly leaderEpoch: number;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface SegmentView {
  readonly baseOffset: bigint;
  readonly sizeInBytes: number;
  /** Path of the .log file. */
  readonly path: string;
  /** Milliseconds, -1 when it has no record. */
  readonly largestTimestamp: bigint;
}

export declare class Log {
  static open(options: LogOptions): Promise<Log>;
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string;
  get directory(): string;
  get config(): LogConfig;
  get logStartOffset(): bigint;
  /** The next offset to assign; includes what is queued. */
  get logEndOffset(): bigint;
  /** Below it everything was handed to the system. */
  get writtenEndOffset(): bigint;
  /** Below it everything is on stable storage. */
  get recoveryPoint(): bigint;
  /** Includes what is queued. */
  get sizeInBytes(): number;
  /** As of `logEndOffset`. */
  readonly producers: ProducerStates;
  readonly leaderEpochs: LeaderEpochs;
  get unflushedMessages(): bigint;
  /** Milliseconds of the clock's wall time. */
  get lastFlushMs(): number;
  /** Takes whole batches whose offsets and leader epochs are final, and queues them without copying. */
  append(batches: Buffer): void;
  /** Hands everything queued to the system. */
  write(): Promise<void>;
  /** Everything written before the call is on stable storage when it resolves. */
  sync(): Promise<void>;
  read(startOffset: bigint, maxBytes: number, endOffset: bigint, minOneBatch: boolean): Promise<LogRead>;
  findByTimestamp(timestampMs: bigint, limit: bigint): Promise<TimestampedOffset | undefined>;
  findMaxTimestamp(): Promise<TimestampedOffset | undefined>;
  abortedTransactions(fromOffset: bigint, toOffset: bigint): Promise<AbortedTransaction[]>;
  /** Applies retention; resolves to the number of segments that went. */
  deleteOldSegments(nowMs: number, highWatermark: bigint): Promise<number>;
  /** Records below are gone for readers; their segments go with the next `deleteOldSegments`. */
  advanceLogStartOffset(offset: bigint): void;
  truncateTo(offset: bigint): Promise<void>;
  truncateFullyAndStartAt(offset: bigint): Promise<void>;
  updateConfig(config: LogConfig): void;
  segments(): SegmentView[];
  /** Writes, syncs and closes. Closing twice is harmless. */
  close(): Promise<void>;
  /** Drops what is queued and lets go of the files: what a crash leaves. */
  closeAbruptly(): Promise<void>;
  /** Renames the directory to `<topic>-<partition>.<uniqueId>-delete`; nothing can be appended afterwards. */
  renameForDeletion(uniqueId: string): Promise<void>;
  /** Removes the directory with everything in it. */
  delete(): Promise<void>;
}
