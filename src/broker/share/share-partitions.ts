// The share partitions that are in use on this broker. They are loaded with the first fetch of a group, and given up with its last session.

import { type SharePartitionKey, type ShareStateStore, sharePartitionText } from '../../coordinator/index.ts';
import type { Clock } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Partition } from '../../storage/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { SharePartition } from './share-partition.ts';
import type { ShareSettings } from './share-settings.ts';

export interface SharePartitionsOptions {
  readonly store: ShareStateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  settings(groupId: string): ShareSettings;
}

export class SharePartitions {
  readonly #options: SharePartitionsOptions;
  readonly #groups = new Map<string, Map<string, SharePartition>>();

  constructor(options: SharePartitionsOptions) {
    this.#options = options;
  }

  get(key: SharePartitionKey): SharePartition | undefined {
    return this.#groups.get(key.groupId)?.get(sharePartitionText(key));
  }

  /**
   * The share partition over `partition`. A new one loads itself; `onFailure` is told when it cannot, and it is tried anew with the next
   * call.
   */
  open(key: SharePartitionKey, partition: Partition, onFailure: (error: KafkaError) => void): SharePartition {
    const known = this.get(key);
    const isCurrent = known?.partition === partition && known.isOfEpoch(partition.leaderEpoch);
    if (known !== undefined && isCurrent) return known;
    if (known !== undefined) this.remove(known);
    const { groupId } = key;
    const { store, clock, logger, settings } = this.#options;
    const sharePartition = new SharePartition({
      ...{ key, partition, store, clock, logger },
      settings: () => settings(groupId),
    });
    const group = this.#groups.get(groupId) ?? new Map<string, SharePartition>();
    this.#groups.set(groupId, group.set(sharePartitionText(key), sharePartition));
    sharePartition.load().catch((error: unknown) => {
      logger.warn({ ...key, error }, 'cannot load a share partition');
      onFailure(error instanceof KafkaError ? error : new KafkaError('UNKNOWN_SERVER_ERROR'));
      this.remove(sharePartition);
    });
    return sharePartition;
  }

  /** After an error that says that its state is not ours any more, or that there is none. */
  removeIfFenced(sharePartition: SharePartition, error: unknown): void {
    if (!(error instanceof KafkaError)) return;
    const isFenced =
      error.code === 'NOT_LEADER_OR_FOLLOWER' ||
      error.code === 'GROUP_ID_NOT_FOUND' ||
      error.code === 'UNKNOWN_TOPIC_OR_PARTITION';
    if (isFenced) this.remove(sharePartition);
  }

  remove(sharePartition: SharePartition): void {
    sharePartition.close();
    const { key } = sharePartition;
    const group = this.#groups.get(key.groupId);
    if (group?.get(sharePartitionText(key)) !== sharePartition) return;
    group.delete(sharePartitionText(key));
    if (group.size === 0) this.#groups.delete(key.groupId);
  }

  removeGroup(groupId: string): void {
    for (const sharePartition of this.#groups.get(groupId)?.values() ?? []) this.remove(sharePartition);
  }

  close(): void {
    for (const groupId of [...this.#groups.keys()]) this.removeGroup(groupId);
  }
}
