// Carries the decision about a transaction into its partitions: one marker each, many at a time, tried again until it is written. It
// lives as long as its partition is in service; whoever loads the partition next begins again with what is not completed.

import { type Clock, sleep } from '../../platform/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { LogMarker } from '../runtime/coordinator-log.ts';
import type { Permits } from './permits.ts';
import { listPartitions, type TopicPartition } from './topic-partitions.ts';
import type { TransactionMetadata } from './transaction-metadata.ts';

/** Resolves when the marker is on stable storage, or has nowhere to go because the partition is gone. Rejects with a `KafkaError`. */
export type WriteMarker = (partition: TopicPartition, marker: LogMarker) => Promise<void>;

export interface MarkerWriterOptions {
  readonly write: WriteMarker;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Markers under way at a time, of all partitions of the transaction topic together. */
  readonly permits: Permits;
  /** The leader epoch of the partition that keeps the transaction. */
  readonly coordinatorEpoch: number;
  /** Ends all work. */
  readonly signal: AbortSignal;
}

const RETRY_BACKOFF_MS = 100;

export class MarkerWriter {
  readonly #options: MarkerWriterOptions;

  constructor(options: MarkerWriterOptions) {
    this.#options = options;
  }

  /** Resolves when every partition has its marker. Rejects only when the work was ended. */
  async writeAll(metadata: TransactionMetadata): Promise<void> {
    const marker: LogMarker = {
      producerId: metadata.producerId,
      producerEpoch: metadata.producerEpoch,
      isCommit: metadata.state === 'PrepareCommit',
      coordinatorEpoch: this.#options.coordinatorEpoch,
      transactionVersion: metadata.clientTransactionVersion,
    };
    await Promise.all(listPartitions(metadata.partitions).map((partition) => this.#writeUntilDone(partition, marker)));
  }

  async #writeUntilDone(partition: TopicPartition, marker: LogMarker): Promise<void> {
    const { clock, signal } = this.#options;
    while (!(await this.#write(partition, marker))) await sleep(clock, RETRY_BACKOFF_MS, signal);
  }

  /** False when it should be tried again. */
  async #write(partition: TopicPartition, marker: LogMarker): Promise<boolean> {
    const { write, permits, signal, logger } = this.#options;
    await permits.acquire();
    try {
      signal.throwIfAborted();
      await write(partition, marker);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      // A newer producer or coordinator has been there: the transaction is none any more in this partition.
      const isFenced =
        error instanceof KafkaError &&
        (error.code === 'INVALID_PRODUCER_EPOCH' || error.code === 'TRANSACTION_COORDINATOR_FENCED');
      logger.warn(
        { error, ...partition, producerId: marker.producerId, isFenced },
        'cannot write a transaction marker',
      );
      return isFenced;
    } finally {
      permits.release();
    }
  }
}
