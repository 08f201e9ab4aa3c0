// The settings of a consumer, with Kafka's defaults.

import { ClientError } from '../errors.ts';
import type { ClientOptions } from '../settings.ts';
import type { AssignorName } from './assignors/assignors.ts';

/** Kafka's `auto.offset.reset`; the age in ms is that of KIP-1106. */
export type AutoOffsetReset = 'latest' | 'earliest' | 'none' | { readonly byDurationMs: number };

/** How a consumer reads, with the defaults of Kafka's. */
export interface ConsumerOptions extends ClientOptions {
  /** Kafka's `group.id`. Without one partitions are assigned by hand and nothing is committed. */
  readonly groupId?: string | undefined;
  /** Makes this a static member, which keeps its partitions through a short absence. */
  readonly groupInstanceId?: string | undefined;
  /** How the group works: its members divide partitions among them (`classic`, default), or the broker does (`consumer`, KIP-848). */
  readonly groupProtocol?: 'classic' | 'consumer' | undefined;
  /** Of the consumer protocol: the broker's assignor, `uniform` or `range`. Default: the broker's choice. */
  readonly groupRemoteAssignor?: string | undefined;
  /** Of the classic protocol: how partitions are divided, by preference. Default range, then cooperative-sticky. */
  readonly assignors?: readonly AssignorName[] | undefined;
  /**
   * Where to begin without a committed offset, or where the offset is gone: `latest` (default), `earliest`, fail with `none`, or with the first
   * record that is at most so old (KIP-1106).
   */
  readonly autoOffsetReset?: AutoOffsetReset | undefined;
  /** Commit what was consumed every `autoCommitIntervalMs`, before a rebalance and on close. Default true with a group. */
  readonly autoCommit?: boolean | undefined;
  /** ms. Default 5,000. */
  readonly autoCommitIntervalMs?: number | undefined;
  /** Only what transactions have committed. Default false. */
  readonly readCommitted?: boolean | undefined;
  /** Records of one batch that `poll` gives at most. Default 500. */
  readonly maxPollRecords?: number | undefined;
  /** A fetch answers at once with this many bytes. Default 1. */
  readonly fetchMinBytes?: number | undefined;
  /** Bytes of one answer of one broker. Default 50 MiB. */
  readonly fetchMaxBytes?: number | undefined;
  /** Bytes of one partition in an answer. Default 1 MiB. */
  readonly maxPartitionFetchBytes?: number | undefined;
  /** How long a broker may wait for `fetchMinBytes`, ms. Default 500. */
  readonly fetchMaxWaitMs?: number | undefined;
  /** What a compressed batch may inflate to, bytes; one that is larger is an error. Default 128 MiB. */
  readonly maxInflatedBatchBytes?: number | undefined;
  /** Verify the CRC of every batch. Default true. */
  readonly checkCrcs?: boolean | undefined;
  /** A member that is silent for so long is out of the group, ms. Default 45,000; the broker's own with the consumer protocol. */
  readonly sessionTimeoutMs?: number | undefined;
  /** ms. Default 3,000; the broker's own with the consumer protocol. */
  readonly heartbeatIntervalMs?: number | undefined;
  /** A member that does not ask for records for so long leaves the group, ms. Default 300,000. */
  readonly maxPollIntervalMs?: number | undefined;
  /** Let the broker create topics that are missing, where it is configured so. Default true. */
  readonly allowAutoTopicCreation?: boolean | undefined;
  /** Where this consumer is, to be assigned replicas nearby. */
  readonly rackId?: string | undefined;
}

export interface ConsumerSettings {
  readonly groupId: string | undefined;
  readonly groupInstanceId: string | null;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly groupRemoteAssignor: string | null;
  readonly assignors: readonly AssignorName[];
  readonly autoOffsetReset: AutoOffsetReset;
  readonly autoCommit: boolean;
  readonly autoCommitIntervalMs: number;
  readonly readCommitted: boolean;
  readonly maxPollRecords: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly maxPartitionFetchBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly maxInflatedBatchBytes: number;
  readonly checkCrcs: boolean;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxPollIntervalMs: number;
  readonly allowAutoTopicCreation: boolean;
  readonly rackId: string | null;
}

export function readConsumerSettings(options: ConsumerOptions): ConsumerSettings {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? 45_000;
  const heartbeatIntervalMs = options.heartbeatIntervalMs ?? 3000;
  if (heartbeatIntervalMs >= sessionTimeoutMs) {
    throw new ClientError(
      `A heartbeat every ${heartbeatIntervalMs} ms cannot keep a session of ${sessionTimeoutMs} ms`,
    );
  }
  const { autoOffsetReset = 'latest' } = options;
  if (typeof autoOffsetReset === 'object' && !(autoOffsetReset.byDurationMs >= 0))
    throw new ClientError(`Cannot begin ${autoOffsetReset.byDurationMs} ms ago: a duration is not negative`);
  if (options.autoCommit && options.groupId === undefined)
    throw new ClientError('Offsets are committed to a group: set groupId');
  return {
    groupId: options.groupId,
    groupInstanceId: options.groupInstanceId ?? null,
    groupProtocol: options.groupProtocol ?? 'classic',
    groupRemoteAssignor: options.groupRemoteAssignor ?? null,
    assignors: options.assignors ?? ['range', 'cooperative-sticky'],
    autoOffsetReset,
    autoCommit: options.autoCommit ?? options.groupId !== undefined,
    autoCommitIntervalMs: options.autoCommitIntervalMs ?? 5000,
    readCommitted: options.readCommitted ?? false,
    maxPollRecords: options.maxPollRecords ?? 500,
    fetchMinBytes: options.fetchMinBytes ?? 1,
    fetchMaxBytes: options.fetchMaxBytes ?? 50 * 1024 * 1024,
    maxPartitionFetchBytes: options.maxPartitionFetchBytes ?? 1024 * 1024,
    fetchMaxWaitMs: options.fetchMaxWaitMs ?? 500,
    maxInflatedBatchBytes: options.maxInflatedBatchBytes ?? 128 * 1024 * 1024,
    checkCrcs: options.checkCrcs ?? true,
    sessionTimeoutMs,
    heartbeatIntervalMs,
    maxPollIntervalMs: options.maxPollIntervalMs ?? 300_000,
    allowAutoTopicCreation: options.allowAutoTopicCreation ?? true,
    rackId: options.rackId ?? null,
  };
}
