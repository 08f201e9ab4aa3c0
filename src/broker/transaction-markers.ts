// Where the ends of transactions are written: into partitions, and through the group coordinator into those that keep committed offsets.

import { GROUP_TOPIC, type GroupCoordinator, type LogMarker, type TopicPartition } from '../coordinator/index.ts';
import type { MetadataController } from '../metadata/index.ts';
import type { Clock } from '../platform/index.ts';
import { KafkaError } from '../protocol/index.ts';
import type { StorageEngine } from '../storage/index.ts';
import { appendMarker } from './coordinator-log.ts';
import type { TransactionVerification } from './transaction-verification.ts';

export interface TransactionMarkersOptions {
  readonly storage: StorageEngine;
  readonly metadata: MetadataController;
  readonly groups: GroupCoordinator;
  readonly verification: TransactionVerification;
  readonly clock: Clock;
}

export class TransactionMarkers {
  readonly #options: TransactionMarkersOptions;

  constructor(options: TransactionMarkersOptions) {
    this.#options = options;
  }

  /** For the transaction coordinator: a partition that was deleted meanwhile needs no marker. */
  async writeWhereItExists({ topic, partition }: TopicPartition, marker: LogMarker): Promise<void> {
    if (this.#options.metadata.image.topics.partition(topic, partition) === undefined) return;
    await this.write({ topic, partition }, marker);
  }

  /** Durable when it resolves. Rejects with the `KafkaError` of WriteTxnMarkers. */
  async write({ topic, partition: index }: TopicPartition, marker: LogMarker): Promise<void> {
    const { storage, groups, verification, clock } = this.#options;
    const hosted = storage.partition(topic, index);
    if (hosted === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
    const partition = hosted.loaded ?? (await hosted.load());
    verification.transactionEnds(partition, marker);
    if (topic === GROUP_TOPIC) await this.#complete(groups, index, marker);
    else await appendMarker(partition, marker, clock.now());
  }

  async #complete(groups: GroupCoordinator, index: number, marker: LogMarker): Promise<void> {
    try {
      await groups.completeTransaction(index, marker);
    } catch (error) {
      const isNotReady =
        error instanceof KafkaError &&
        ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR'].includes(error.code);
      // Who writes markers expects the errors of partitions.
      throw isNotReady ? new KafkaError('NOT_LEADER_OR_FOLLOWER') : error;
    }
  }
}
