// What a transactional producer asks of its coordinators, each question repeated while it may still be answered.

import {
  type Api,
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  type ResponseOf,
  txnOffsetCommit,
} from '../../protocol/index.ts';
import type { Cluster, RequestFor } from '../cluster.ts';
import type { ConsumerGroupMetadata } from '../consumer/group-metadata.ts';
import { type OffsetToCommit, offsetTopics } from '../consumer/offset-to-commit.ts';
import { responseError } from '../response-error.ts';
import { groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import type { ProducerIdentity } from './producer-batch.ts';

// Newer ones are for brokers among themselves (AddPartitionsToTxn), or tell the broker that the producer follows KIP-890.
const NEWEST_ADD_PARTITIONS = 3;
const NEWEST_END_BEFORE_KIP_890 = 4;
const NEWEST_OFFSETS_BEFORE_KIP_890 = 4;

export interface TransactionRequestsOptions {
  readonly cluster: Cluster;
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  /** All attempts of one request together, ms. */
  readonly maxBlockMs: number;
}

export class TransactionRequests {
  readonly #options: TransactionRequestsOptions;

  constructor(options: TransactionRequestsOptions) {
    this.#options = options;
  }

  /** Fences other producers of the id and ends what they left open. With the identity so far, a newer producer is told from this one (KIP-360). */
  initialize(identity: ProducerIdentity | undefined): Promise<ProducerIdentity> {
    const { transactionalId, transactionTimeoutMs } = this.#options;
    return this.#retry('initialize', async (what) => {
      const response = await this.#askCoordinator(initProducerId, (version) => ({
        transactionalId,
        transactionTimeoutMs,
        ...(version >= 3 ? identity : {}),
      }));
      throwIfRefused(response.errorCode, what);
      return { producerId: response.producerId, producerEpoch: response.producerEpoch };
    });
  }

  /** True when the coordinator's cluster has transactions of the second version (KIP-890): partitions are added by writing to them. */
  hasSecondVersion(): Promise<boolean> {
    return this.#retry('begin', async () => {
      const { transactionalId, cluster } = this.#options;
      const connection = await cluster.coordinatorConnection('transaction', transactionalId);
      return (connection.features.get('transaction.version') ?? 0) >= 2;
    });
  }

  addPartitions(identity: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> {
    const topics = [...groupByTopic(partitions)].map(([name, items]) => ({
      name,
      partitions: items.map(({ partition }) => partition),
    }));
    return this.#retry('add partitions to', async (what) => {
      const response = await this.#askCoordinator(
        addPartitionsToTxn,
        {
          v3AndBelowTransactionalId: this.#options.transactionalId,
          v3AndBelowProducerId: identity.producerId,
          v3AndBelowProducerEpoch: identity.producerEpoch,
          v3AndBelowTopics: topics,
        },
        NEWEST_ADD_PARTITIONS,
      );
      for (const { name, resultsByPartition } of response.resultsByTopicV3AndBelow) {
        for (const { partitionIndex, partitionErrorCode } of resultsByPartition) {
          throwIfRefused(partitionErrorCode, `${what} (${partitionName({ topic: name, partition: partitionIndex })})`);
        }
      }
    });
  }

  addOffsets(identity: ProducerIdentity, groupId: string): Promise<void> {
    const { transactionalId } = this.#options;
    return this.#retry(`add offsets of group ${groupId} to`, async (what) => {
      const response = await this.#askCoordinator(addOffsetsToTxn, { transactionalId, ...identity, groupId });
      throwIfRefused(response.errorCode, what);
    });
  }

  commitOffsets(
    identity: ProducerIdentity,
    group: ConsumerGroupMetadata,
    offsets: readonly OffsetToCommit[],
    isSecondVersion: boolean,
  ): Promise<void> {
    const { transactionalId, cluster } = this.#options;
    const { groupId, ...member } = group;
    return this.#retry(`commit offsets of group ${groupId} in`, async (what) => {
      const response = await cluster.sendToCoordinator(
        'group',
        groupId,
        txnOffsetCommit,
        (version) => ({
          transactionalId,
          groupId,
          ...identity,
          ...(version >= 3 ? member : {}),
          topics: offsetTopics(offsets),
        }),
        isSecondVersion ? {} : { maxVersion: NEWEST_OFFSETS_BEFORE_KIP_890 },
      );
      for (const { name, partitions } of response.topics) {
        for (const { partitionIndex, errorCode } of partitions) {
          throwIfRefused(errorCode, `${what} (${partitionName({ topic: name, partition: partitionIndex })})`);
        }
      }
    });
  }

  /** Resolves to the identity for the next transaction. */
  end(identity: ProducerIdentity, committed: boolean, isSecondVersion: boolean): Promise<ProducerIdentity> {
    const { transactionalId } = this.#options;
    return this.#retry(committed ? 'commit' : 'abort', async (what) => {
      const response = await this.#askCoordinator(
        endTxn,
        { transactionalId, ...identity, committed },
        isSecondVersion ? undefined : NEWEST_END_BEFORE_KIP_890,
      );
      throwIfRefused(response.errorCode, what);
      if (response.producerId < 0n) return identity;
      return { producerId: response.producerId, producerEpoch: response.producerEpoch };
    });
  }

  #askCoordinator<A extends Api>(api: A, request: RequestFor<A>, maxVersion?: number): Promise<ResponseOf<A>> {
    const { cluster, transactionalId } = this.#options;
    return cluster.sendToCoordinator('transaction', transactionalId, api, request, { maxVersion });
  }

  #retry<T>(action: string, attempt: (what: string) => Promise<T>): Promise<T> {
    const { cluster, transactionalId, maxBlockMs } = this.#options;
    const what = `${action} the transaction of ${transactionalId}`;
    return cluster.retry(what, { timeoutMs: maxBlockMs }, () => attempt(what));
  }
}

function throwIfRefused(errorCode: number, what: string): void {
  const error = responseError(errorCode, what);
  if (error) throw error;
}
