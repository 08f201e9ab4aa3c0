// The calls of `Admin` about transactions and those who write in them (KIP-664).

import type { RetryScope } from '../cluster.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { TopicCalls } from './topic-calls.ts';
import {
  abortTransaction,
  type DescribedProducers,
  type DescribedTransaction,
  describeProducers,
  describeTransactions,
  type FencedProducer,
  fenceProducers,
  type HangingTransaction,
  type ListedTransaction,
  type ListTransactionsOptions,
  listTransactions,
} from './transactions.ts';

/** What `Admin` can do with transactions. */
export class TransactionCalls extends TopicCalls {
  /**
   * The transactional ids of all brokers that the client may describe, by id (KIP-664). Ids that were not used for `transactional.id.expiration.ms` (a week)
   * are forgotten. Rejects when one broker cannot be asked, and with INVALID_REGULAR_EXPRESSION for a pattern that is none (KIP-1152).
   *
   * @example
   * const open = await admin.listTransactions({ states: ['Ongoing'], longerThanMs: 60_000n });
   * console.log(open.map(({ transactionalId }) => transactionalId));
   */
  listTransactions(options?: ListTransactionsOptions): Promise<ListedTransaction[]> {
    return listTransactions(this.cluster, options);
  }

  /**
   * What transactional ids are about now, in their order: producer, state, since when and in which partitions (KIP-664). Errors of an id:
   * TRANSACTIONAL_ID_NOT_FOUND, TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
   *
   * @example
   * const [{ transaction, error } = {}] = await admin.describeTransactions(['payments']);
   * console.log(error?.code ?? transaction?.state);
   */
  describeTransactions(transactionalIds: readonly string[], options?: RetryScope): Promise<DescribedTransaction[]> {
    return describeTransactions(this.cluster, transactionalIds, options);
  }

  /**
   * Who writes to partitions, as their leaders know it: producer ids, epochs, last sequences and times (ms since 1970), and where open transactions begin
   * (KIP-664). TOPIC_AUTHORIZATION_FAILED for a partition whose topic the client may not read. Rejects with `TimeoutError` while one of them is not there or
   * has no leader.
   *
   * @example
   * const [{ producers } = {}] = await admin.describeProducers([{ topic: 'orders', partition: 0 }]);
   * console.log(producers?.map(({ producerId, lastSequence }) => [producerId, lastSequence]));
   */
  describeProducers(partitions: readonly TopicPartition[], options?: RetryScope): Promise<DescribedProducers[]> {
    return describeProducers(this.cluster, partitions, options);
  }

  /**
   * Ends a transaction that its coordinator has forgotten, in one partition, so that readers of committed records get on (KIP-664). The last resort: what
   * its coordinator still knows `fenceProducers` ends better. Rejects with CLUSTER_AUTHORIZATION_FAILED, with INVALID_PRODUCER_EPOCH when the
   * producer has gone on in a newer epoch, with TRANSACTION_COORDINATOR_FENCED when its coordinator has, and with `TimeoutError` while the partition is not
   * there.
   *
   * @example
   * const before = BigInt(Date.now() - 3_600_000);
   * for (const { topic, partition, producers } of await admin.describeProducers([{ topic: 'orders', partition: 0 }]))
   *   for (const producer of producers)
   *     if (producer.transactionStartOffset !== undefined && producer.lastTimestamp < before)
   *       await admin.abortTransaction({ topic, partition, ...producer });
   */
  abortTransaction(hanging: HangingTransaction, options?: RetryScope): Promise<void> {
    return abortTransaction(this.cluster, hanging, options);
  }

  /**
   * Takes transactional ids from whoever uses them: what they have open is aborted, and their producers fail with `ProducerFencedError` (KIP-618). Waits for
   * the abort. Errors of an id: TRANSACTIONAL_ID_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED.
   *
   * @example
   * const [{ producer } = {}] = await admin.fenceProducers(['payments']);
   * console.log('from now on epoch', producer?.producerEpoch);
   */
  fenceProducers(transactionalIds: readonly string[], options?: RetryScope): Promise<FencedProducer[]> {
    return fenceProducers(this.cluster, transactionalIds, options);
  }
}
