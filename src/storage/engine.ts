// The contract between the broker and what keeps its data. `local` and `object` implement it; `engine-suite.ts` is what both must pass.

import type { AbortedTransaction, LogConfig, TimestampedOffset } from '../log/index.ts';
import type { KafkaError } from '../protocol/index.ts';

export type { AbortedTransaction, LogConfig, TimestampedOffset };

/**
 * When an append resolves: at once (unless so much waits to be written that the writer has to be slowed down), when the data is in the page
 * cache, or when it is on stable storage.
 */
export type Durability = 'none' | 'written' | 'synced';

export interface AppendOptions {
  readonly durability: Durability;
  /** Who writes: clients are refused control batches and what the topic's settings forbid, coordinators are not. */
  readonly origin: 'client' | 'coordinator';
  /** Of a transaction marker, from the request that asked for it: 2 and above means that its epoch must be new (KIP-890). Default 0. */
  readonly transactionVersion?: number;
}

/** Who wants to know what became of an append. Told once; what it throws, it must deal with itself. */
export interface AppendListener {
  /** It has the durability that was asked for. */
  appended(result: AppendResult): void;
  /** A `KafkaError`, or whatever else went wrong. Nothing is appended, or what was is gone again, or nobody can tell: the log directory has failed. */
  refused(error: unknown): void;
}

/** Where a group of batches went. */
export interface AppendResult {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** Milliseconds; -1 unless the topic has `message.timestamp.type=LogAppendTime`. */
  readonly logAppendTimeMs: bigint;
  readonly logStartOffset: bigint;
}

export type Isolation = 'read_uncommitted' | 'read_committed';

export interface ReadOptions {
  readonly offset: bigint;
  /** Bytes. The first batch is returned whole even when it is larger, if `minOneBatch`. */
  readonly maxBytes: number;
  readonly minOneBatch: boolean;
  readonly isolation: Isolation;
}

export interface ReadResult {
  /** Whole batches, one behind the other; views that stay valid. */
  readonly records: readonly Buffer[];
  readonly sizeInBytes: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
  /** Null for read_uncommitted. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

/** What a producer left behind in a partition, for DescribeProducers. */
export interface ProducerDescription {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly lastSequence: number;
  readonly lastTimestampMs: bigint;
  readonly coordinatorEpoch: number;
  /** -1 when no transaction is open. */
  readonly currentTransactionStartOffset: bigint;
}

/**
 * One partition that this broker leads, whether its log is in memory yet or not: a broker has thousands that nobody asks for, and brings in
 * each when it is first needed.
 */
export interface HostedPartition {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  readonly leaderEpoch: number;
  readonly config: LogConfig;
  /** Of the log directory where it is; undefined where it is in none. */
  readonly directoryId: string | undefined;
  /** Why its data cannot be used; undefined while nothing says so. */
  readonly error: KafkaError | undefined;
  /** The partition, once it was loaded. */
  readonly loaded: Partition | undefined;
  /**
   * Resolves, in the order of the calls, when the partition can be used; who calls it first has it loaded. Rejects with KAFKA_STORAGE_ERROR, and
   * with NOT_LEADER_OR_FOLLOWER while the broker stops.
   */
  load(): Promise<Partition>;
}

/** One partition of one topic, ready to be used. */
export interface Partition {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  readonly leaderEpoch: number;
  readonly config: LogConfig;
  readonly logStartOffset: bigint;
  /** Readers see offsets below it. It advances, in order, as appends reach the durability that they asked for. */
  readonly highWatermark: bigint;
  /** read_committed readers see offsets below it. */
  readonly lastStableOffset: bigint;
  readonly logEndOffset: bigint;
  /**
   * Appends whole record batches (the buffer is owned by the partition from now on, and patched in place). The order of calls is the order in the
   * log: offsets are decided before this returns. Rejects with a `KafkaError`; nothing is appended then.
   */
  append(records: Buffer, options: AppendOptions): Promise<AppendResult>;
  /** The same for those who append to many partitions at a time: a promise for each would cost more than the rest. May tell the listener at once. */
  beginAppend(records: Buffer, options: AppendOptions, listener: AppendListener): void;
  /** Reads from the tail's memory at once, from the disk with a promise. Throws or rejects OFFSET_OUT_OF_RANGE, KAFKA_STORAGE_ERROR. */
  read(options: ReadOptions): ReadResult | Promise<ReadResult>;
  /** The first record whose timestamp is at least `timestampMs`, among those below `limit` (default: the high watermark). */
  findByTimestamp(timestampMs: bigint, limit?: bigint): Promise<TimestampedOffset | undefined>;
  /** The record with the largest timestamp (KIP-734). */
  findMaxTimestamp(): Promise<TimestampedOffset | undefined>;
  /** The leader epoch in which an offset was written; -1 when unknown. */
  epochOf(offset: bigint): number;
  /** The end of the largest epoch that is at most `leaderEpoch` (KIP-320); undefined when there is none. */
  endOffsetForEpoch(leaderEpoch: number): { readonly leaderEpoch: number; readonly endOffset: bigint } | undefined;
  /** Moves the log start offset up; resolves to the new one. Throws OFFSET_OUT_OF_RANGE above the high watermark. */
  deleteRecords(beforeOffset: bigint): Promise<bigint>;
  producers(): ProducerDescription[];
  /** What the appends so far leave behind of one producer; undefined for an unknown one. */
  producer(producerId: bigint): ProducerDescription | undefined;
  /** Calls `listener` whenever the high watermark, last stable offset or log start offset moved, or the partition went away. Returns how to stop. */
  watch(listener: () => void): () => void;
  /** Bytes on disk. */
  readonly sizeInBytes: number;
}

export interface PartitionSpec {
  readonly topic: string;
  readonly index: number;
  readonly topicId: string;
  readonly leaderEpoch: number;
  readonly config: LogConfig;
  /**
   * The topic was created just now. Default false: while a log directory is offline, a partition that is found in none of the others
   * may be there, and an empty one must not take its place.
   */
  readonly isNew?: boolean;
  /** The log directory where the metadata has it, which counts where several have it: an interrupted move leaves two. */
  readonly directoryId?: string | undefined;
}

/** A topic that the metadata has. */
export interface KnownTopic {
  readonly topic: string;
  readonly topicId: string;
  readonly partitionCount: number;
}

export interface LogDirDescription {
  readonly path: string;
  /** Undefined while the directory is online. */
  readonly error?: Error;
  readonly totalBytes: number;
  readonly usableBytes: number;
  /** It gets no partitions any more. */
  readonly isCordoned: boolean;
  readonly partitions: readonly {
    readonly topic: string;
    readonly index: number;
    readonly sizeInBytes: number;
    /** It is a copy, under way, of a partition that moves here. */
    readonly isFuture: boolean;
    /** Records, counted in offsets, that the copy lacks; -1 where that is unknown. 0 for a partition that is here. */
    readonly offsetLag: bigint;
  }[];
}

export interface StorageEngine {
  /** Looks at what is there. `wasCleanlyStopped` tells afterwards whether the last stop was clean. */
  start(): Promise<void>;
  readonly wasCleanlyStopped: boolean;
  /** Everything written is on stable storage, and marked as cleanly stopped, when it resolves. */
  stop(): Promise<void>;
  /**
   * Leads the partition from now on. What is there is loaded when it is needed, what is not is made before this resolves; one that is known already
   * takes the new epoch and settings.
   */
  openPartition(spec: PartitionSpec): Promise<HostedPartition>;
  partition(topic: string, index: number): HostedPartition | undefined;
  /**
   * Begins to move the partition to another log directory, and to no other; in its own one it stays. Resolves when that is known to the disk. Rejects
   * with LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR, INVALID_REPLICA_ASSIGNMENT for a directory that is cordoned, INVALID_TOPIC_EXCEPTION for a name that
   * is too long, and UNKNOWN_TOPIC_OR_PARTITION: a partition that does not exist yet will be made there.
   */
  movePartition(topic: string, index: number, path: string): Promise<void>;
  /** Takes the partition out of service at once and deletes its data `file.delete.delay.ms` later. */
  removePartition(topic: string, index: number): Promise<void>;
  /** Partition data that the metadata does not know is put out of the way under another name, and kept. */
  setStraysAside(topics: readonly KnownTopic[]): Promise<void>;
  updateConfig(topic: string, config: LogConfig): void;
  describeLogDirs(): Promise<LogDirDescription[]>;
}
