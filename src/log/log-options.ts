// What opening a log needs.

import type { Clock, Disk, Random } from '../platform/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { LogConfig } from './log-config.ts';
import type { OpenFiles } from './open-files.ts';

/** What all logs of a broker share. */
export interface LogServices {
  readonly disk: Disk;
  readonly clock: Clock;
  /** For `segment.jitter.ms`. */
  readonly random: Random;
  readonly logger: Logger;
  /** File handles. */
  readonly openFiles: OpenFiles;
  /** Milliseconds after which a producer that wrote nothing is forgotten: `producer.id.expiration.ms`. */
  readonly producerIdExpirationMs: () => number;
}

export interface LogOptions {
  /** Path of the partition's own directory, `<log dir>/<topic>-<partition>`. Made when missing; the name of one that is there must last already. */
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  /** Goes into `partition.metadata` where that is missing; whoever opens an existing directory compares it before. */
  readonly topicId: string;
  /** The directory is there, and its `partition.metadata` was found to have this id. Default false. */
  readonly hasTopicId?: boolean;
  readonly config: LogConfig;
  /** From `recovery-point-offset-checkpoint`, 0 when unknown: everything below is known to be on stable storage. */
  readonly recoveryPoint: bigint;
  /** From `log-start-offset-checkpoint`, 0 when unknown. */
  readonly logStartOffset: bigint;
  /**
   * From `cleaner-offset-checkpoint`: below it the log was compacted, by Apache Kafka perhaps, whose compaction may take the end of a segment. Default 0.
   */
  readonly compactedBelow?: bigint;
  readonly wasCleanlyStopped: boolean;
}
