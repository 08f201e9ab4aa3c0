// Transactions and producers from outside (KIP-664): who has what open since when, and how to end what nobody will end any more.

import {
  describeProducers as describeProducersApi,
  describeTransactions as describeTransactionsApi,
  initProducerId,
  type KafkaError,
  listTransactions as listTransactionsApi,
  writeTxnMarkers,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupBy, groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import { answered, itemError, throwResponseError } from './response-error.ts';

/** A transactional id that a coordinator knows. */
export interface ListedTransaction {
  readonly transactionalId: string;
  readonly producerId: bigint;
  /** `Empty`, `Ongoing`, `PrepareCommit`, `PrepareAbort`, `CompleteCommit`, `CompleteAbort`, `PrepareEpochFence`, `Dead`. */
  readonly state: string;
}

/** Filters leave all through where they are left out. */
export interface ListTransactionsOptions extends RetryScope {
  readonly states?: readonly string[] | undefined;
  readonly producerIds?: readonly bigint[] | undefined;
  /** Only those that have run for longer, ms. Needs Kafka 3.8. */
  readonly longerThanMs?: bigint | undefined;
  /** RE2 pattern of transactional ids. Needs Kafka 4.1. */
  readonly transactionalIdPattern?: string | undefined;
}

/** What a transactional id is about now. */
export interface TransactionDescription {
  readonly coordinatorId: number;
  readonly state: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  /** ms since 1970; undefined when none is open. */
  readonly startedAtMs: bigint | undefined;
  readonly partitions: readonly TopicPartition[];
}

/** What a transactional id is about, or why it cannot be told. */
export interface DescribedTransaction {
  readonly transactionalId: string;
  readonly transaction: TransactionDescription | undefined;
  readonly error: KafkaError | undefined;
}

/** A producer as the leader of a partition knows it. */
export interface ActiveProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly lastSequence: number;
  /** ms since 1970. */
  readonly lastTimestamp: bigint;
  readonly coordinatorEpoch: number;
  /** Undefined without an open transaction. */
  readonly transactionStartOffset: bigint | undefined;
}

/** Who writes to one partition, or why it cannot be told. */
export interface DescribedProducers extends TopicPartition {
  readonly producers: readonly ActiveProducer[];
  readonly error: KafkaError | undefined;
}

/** An open transaction in one partition, as `describeProducers` tells of it. */
export interface HangingTransaction extends TopicPartition {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
}

/** What became of one transactional id. */
export interface FencedProducer {
  readonly transactionalId: string;
  /** Whom a producer with this id is from now on; undefined with an error. */
  readonly producer: { readonly producerId: bigint; readonly producerEpoch: number } | undefined;
  readonly error: KafkaError | undefined;
}

/** Asks every broker, since each knows the transactions that it coordinates. */
export async function listTransactions(
  cluster: Cluster,
  options: ListTransactionsOptions = {},
): Promise<ListedTransaction[]> {
  const { brokers } = await cluster.retry('find the brokers', options, () => cluster.metadata(options.signal));
  const lists = await Promise.all([...brokers.keys()].map((nodeId) => transactionsOf(cluster, nodeId, options)));
  return lists.flat().sort((left, right) => (left.transactionalId < right.transactionalId ? -1 : 1));
}

function transactionsOf(cluster: Cluster, nodeId: number, options: ListTransactionsOptions) {
  const what = `list the transactions of broker ${nodeId}`;
  const { states = [], producerIds = [], longerThanMs, transactionalIdPattern } = options;
  const request = {
    stateFilters: [...states],
    producerIdFilters: [...producerIds],
    ...(longerThanMs !== undefined && { durationFilter: longerThanMs }),
    ...(transactionalIdPattern !== undefined && { transactionalIdPattern }),
  };
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToNode(nodeId, listTransactionsApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, what);
    return response.transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
      transactionalId,
      producerId,
      state: transactionState,
    }));
  });
}

/** One answer for each id, in their order; TRANSACTIONAL_ID_NOT_FOUND for those that nobody uses. */
export function describeTransactions(
  cluster: Cluster,
  transactionalIds: readonly string[],
  options: RetryScope = {},
): Promise<DescribedTransaction[]> {
  return Promise.all(transactionalIds.map((id) => describeTransaction(cluster, id, options)));
}

function describeTransaction(
  cluster: Cluster,
  transactionalId: string,
  options: RetryScope,
): Promise<DescribedTransaction> {
  const what = `describe transactional id ${transactionalId}`;
  return cluster.retry(what, options, async () => {
    const { id: coordinatorId } = await cluster.findCoordinator('transaction', transactionalId, options.signal);
    const request = { transactionalIds: [transactionalId] };
    const response = await cluster.sendToNode(coordinatorId, describeTransactionsApi, request, {
      signal: options.signal,
    });
    const state = answered(response.transactionStates[0], what);
    const error = itemError(state.errorCode, what);
    if (error) return { transactionalId, transaction: undefined, error };
    const transaction = {
      coordinatorId,
      state: state.transactionState,
      producerId: state.producerId,
      producerEpoch: state.producerEpoch,
      timeoutMs: state.transactionTimeoutMs,
      startedAtMs: state.transactionStartTimeMs < 0n ? undefined : state.transactionStartTimeMs,
      partitions: state.topics.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
    };
    return { transactionalId, transaction, error: undefined };
  });
}

/** Who writes to partitions, as their leaders know it. */
export async function describeProducers(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  options: RetryScope = {},
): Promise<DescribedProducers[]> {
  return cluster.retry('describe producers', options, async () => {
    const { signal } = options;
    const led = await Promise.all(
      partitions.map(async (place) => ({
        ...place,
        leader: (await cluster.topics.leader(place.topic, place.partition, { signal })).leader,
      })),
    );
    const byLeader = [...groupBy(led, ({ leader }) => leader)];
    return (await Promise.all(byLeader.map(([leader, group]) => producersAt(cluster, leader, group, options)))).flat();
  });
}

async function producersAt(
  cluster: Cluster,
  leader: number,
  partitions: readonly TopicPartition[],
  { signal }: RetryScope,
): Promise<DescribedProducers[]> {
  const topics = [...groupByTopic(partitions)].map(([name, items]) => ({
    name,
    partitionIndexes: items.map(({ partition }) => partition),
  }));
  const response = await cluster.sendToNode(leader, describeProducersApi, { topics }, { signal });
  return response.topics.flatMap((topic) =>
    topic.partitions.map(({ partitionIndex, errorCode, errorMessage, activeProducers }) => {
      const place = { topic: topic.name, partition: partitionIndex };
      return {
        ...place,
        error: itemError(errorCode, `describe the producers of ${partitionName(place)}`, errorMessage),
        producers: activeProducers.map(({ currentTxnStartOffset, ...producer }) => ({
          ...producer,
          transactionStartOffset: currentTxnStartOffset < 0n ? undefined : currentTxnStartOffset,
        })),
      };
    }),
  );
}

/** Ends a transaction that its coordinator has forgotten, in one partition, so that readers of committed records get on. */
export function abortTransaction(
  cluster: Cluster,
  hanging: HangingTransaction,
  options: RetryScope = {},
): Promise<void> {
  const { topic, partition, producerId, producerEpoch, coordinatorEpoch } = hanging;
  const what = `abort the transaction of producer ${producerId} in ${partitionName(hanging)}`;
  const marker = {
    producerId,
    producerEpoch,
    coordinatorEpoch,
    transactionResult: false,
    topics: [{ name: topic, partitionIndexes: [partition] }],
  };
  return cluster.retry(what, options, async () => {
    const { signal } = options;
    const { leader } = await cluster.topics.leader(topic, partition, { signal });
    const { markers } = await cluster.sendToNode(leader, writeTxnMarkers, { markers: [marker] }, { signal });
    throwResponseError(markers[0]?.topics[0]?.partitions[0]?.errorCode ?? 0, what);
  });
}

/** Takes transactional ids from whoever uses them: their open transactions are aborted, and their producers are fenced. */
export function fenceProducers(
  cluster: Cluster,
  transactionalIds: readonly string[],
  options: RetryScope = {},
): Promise<FencedProducer[]> {
  return Promise.all(transactionalIds.map((id) => fenceProducer(cluster, id, options)));
}

async function fenceProducer(cluster: Cluster, transactionalId: string, options: RetryScope): Promise<FencedProducer> {
  const what = `fence the producer with transactional id ${transactionalId}`;
  const request = { transactionalId, transactionTimeoutMs: cluster.settings.requestTimeoutMs };
  return cluster.retry(what, options, async () => {
    const { producerId, producerEpoch, errorCode } = await cluster.sendToCoordinator(
      'transaction',
      transactionalId,
      initProducerId,
      request,
      { signal: options.signal },
    );
    const error = itemError(errorCode, what);
    // The transaction of the old producer ends first.
    if (error?.retriable) throw error;
    return { transactionalId, producer: error ? undefined : { producerId, producerEpoch }, error };
  });
}
