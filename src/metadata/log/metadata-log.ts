// Where the metadata's records are kept, as a contract. Here it is a directory with Kafka's files; an engine that keeps metadata in a database has
// its own.

import type { CoordinatorLog, LogRecord } from '../../coordinator/index.ts';

/** A coordinator's log of one partition, number 0, that can forget what a snapshot says shorter. */
export interface MetadataLog extends CoordinatorLog {
  /** The offset that the next record gets. */
  readonly endOffset: bigint;
  /** The term of this node as the one that writes the log. It grows with every start. */
  readonly epoch: number;
  /** What a load reads beside the latest snapshot. */
  readonly bytesSinceSnapshot: number;
  /**
   * Keeps `records` as all there is to know about the log below `endOffset`, durably, and then lets go of what they replace. Appends go on
   * meanwhile. One at a time.
   */
  writeSnapshot(snapshot: MetadataSnapshot): Promise<void>;
  /** Closing twice is harmless. */
  close(): Promise<void>;
}

export interface MetadataSnapshot {
  readonly endOffset: bigint;
  /** Taken while the snapshot is written: must not change. */
  readonly records: Iterable<LogRecord>;
}
