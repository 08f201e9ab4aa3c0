// What the partitions of one log directory share.

import type { Logger } from '../../telemetry/index.ts';
import type { Committer } from './committer.ts';
import type { TailCache } from './tail-cache.ts';

export interface PartitionServices {
  readonly committer: Committer;
  readonly tailCache: TailCache;
  /** Wall time, milliseconds. */
  readonly now: () => number;
  readonly logger: Logger;
  /** False makes acks=all as durable as acks=1: `log.flush.on.acks.all`. */
  readonly flushOnAcksAll: boolean;
  /** Bytes that were appended and not yet written, of all partitions of the directory, and how many there should be at most. */
  readonly unwritten: { bytes: number; readonly limitBytes: number };
  readonly checkpointLogStartOffsets: () => Promise<void>;
  /** For an error of the disk that makes the whole directory unusable. */
  readonly onDiskError: (error: unknown) => void;
}
