// Asks the transaction coordinator for the partitions that a producer writes to: whether their transaction knows them, or, where the
// version of the request says so, to add them to it (KIP-890).

import type { TransactionConfig, TransactionCoordinator } from '../coordinator/index.ts';
import { operationError, type TopicPartition } from '../coordinator/index.ts';
import type { MetadataController } from '../metadata/index.ts';
import { type Clock, sleep } from '../platform/index.ts';
import { CONFIG_RESOURCE, type ErrorName, KafkaError } from '../protocol/index.ts';
import type { TransactionSupport } from './transaction-verification.ts';

export interface TransactionPartitionsOptions {
  readonly transactions: TransactionCoordinator;
  readonly metadata: MetadataController;
  readonly config: TransactionConfig;
  readonly clock: Clock;
}

export interface AskedPartitions {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly partitions: readonly TopicPartition[];
}

const VERIFICATION_SETTING = 'transaction.partition.verification.enable';
/** The transaction version of producers that add partitions by writing to them. */
const IMPLICIT_ADD_VERSION = 2;

export class TransactionPartitions {
  readonly #options: TransactionPartitionsOptions;

  constructor(options: TransactionPartitionsOptions) {
    this.#options = options;
  }

  /** Whether records must be in a transaction that the coordinator knows. It can be switched off while the broker runs. */
  get isVerified(): boolean {
    const { metadata, config } = this.#options;
    const text = metadata.image.configs.of({ type: CONFIG_RESOURCE.broker, name: '' })[VERIFICATION_SETTING];
    return text === undefined ? config[VERIFICATION_SETTING] : text.trim().toLowerCase() === 'true';
  }

  mustAsk(support: TransactionSupport): boolean {
    return support === 'add' || this.isVerified;
  }

  /** As `add` or a mere question, as the version of the request says. The error of each partition, in their order. */
  async ask(request: AskedPartitions, support: TransactionSupport): Promise<ErrorName[]> {
    try {
      if (support !== 'add') return await this.#options.transactions.verifyPartitions(request);
      await this.add(request, IMPLICIT_ADD_VERSION);
      return request.partitions.map(() => 'NONE');
    } catch (error) {
      const name = operationError(error);
      return request.partitions.map(() => name);
    }
  }

  /**
   * Adds partitions to the transaction. While the one before still ends it is waited for, as long as the settings allow: a producer that is
   * told CONCURRENT_TRANSACTIONS comes back much later, and may have to send all its records again. Rejects with a `KafkaError`.
   */
  async add(request: AskedPartitions, clientTransactionVersion: number): Promise<void> {
    const { clock, config, transactions } = this.#options;
    const waitMs = config['add.partitions.to.txn.retry.backoff.max.ms'];
    const deadlineMs = clock.monotonic() + waitMs;
    // The end of the other transaction is heard of as soon as it comes; pauses are for what else may be in the way.
    let wait = () => Promise.race([transactions.whenEnded(request.transactionalId), sleep(clock, waitMs)]);
    for (;;) {
      try {
        return await transactions.addPartitions(request, clientTransactionVersion);
      } catch (error) {
        const isConcurrent = error instanceof KafkaError && error.code === 'CONCURRENT_TRANSACTIONS';
        if (!isConcurrent || clock.monotonic() >= deadlineMs) throw error;
      }
      await wait();
      wait = () => sleep(clock, config['add.partitions.to.txn.retry.backoff.ms']);
    }
  }
}
