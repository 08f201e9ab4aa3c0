// The settings of a share consumer, with Kafka's defaults.

import type { ConsumerOptions } from '../consumer/consumer-settings.ts';
import { ClientError } from '../errors.ts';
import type { ClientOptions } from '../settings.ts';
import type { AcknowledgeOutcome } from './share-record.ts';

type Shared =
  | 'maxPollRecords'
  | 'fetchMinBytes'
  | 'fetchMaxBytes'
  | 'fetchMaxWaitMs'
  | 'maxInflatedBatchBytes'
  | 'rackId';

/** How a share consumer reads, with the defaults of Kafka's. */
export interface ShareConsumerOptions extends ClientOptions, Pick<ConsumerOptions, Shared> {
  /** Kafka's `group.id`: those who share the records. */
  readonly groupId: string;
  /**
   * `implicit` (default): what a poll gave is accepted by the next poll or commit, unless something else was said of it. `explicit`: everything has to
   * be acknowledged before the next poll.
   */
  readonly acknowledgementMode?: 'implicit' | 'explicit' | undefined;
  /** `batch-optimized` (default): a poll may give some more than `maxPollRecords`, to the end of a batch. `record-limit`: never. */
  readonly acquireMode?: 'batch-optimized' | 'record-limit' | undefined;
  /** A member that does not ask for records for so long leaves the group, ms. Default 300,000. */
  readonly maxPollIntervalMs?: number | undefined;
  /** Hears what became of acknowledgements, those that travel with the next poll too. It must not throw. */
  readonly onAcknowledged?: ((outcomes: readonly AcknowledgeOutcome[]) => void) | undefined;
}

export interface ShareConsumerSettings {
  readonly groupId: string;
  readonly isExplicit: boolean;
  readonly acquireMode: 'batch-optimized' | 'record-limit';
  readonly maxPollRecords: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly maxInflatedBatchBytes: number;
  readonly maxPollIntervalMs: number;
  readonly rackId: string | null;
  onAcknowledged(outcomes: readonly AcknowledgeOutcome[]): void;
}

export function readShareConsumerSettings(options: ShareConsumerOptions): ShareConsumerSettings {
  if (options.groupId === '') throw new ClientError('A share consumer needs a group: set groupId');
  return {
    groupId: options.groupId,
    isExplicit: options.acknowledgementMode === 'explicit',
    acquireMode: options.acquireMode ?? 'batch-optimized',
    maxPollRecords: options.maxPollRecords ?? 500,
    fetchMinBytes: options.fetchMinBytes ?? 1,
    fetchMaxBytes: options.fetchMaxBytes ?? 50 * 1024 * 1024,
    fetchMaxWaitMs: options.fetchMaxWaitMs ?? 500,
    maxInflatedBatchBytes: options.maxInflatedBatchBytes ?? 128 * 1024 * 1024,
    maxPollIntervalMs: options.maxPollIntervalMs ?? 300_000,
    rackId: options.rackId ?? null,
    onAcknowledged: options.onAcknowledged ?? (() => {}),
  };
}
