// AddPartitionsToTxn: partitions that a transaction will write to. From v4 on several transactions in one request, from brokers only, which
// may also just ask (`verifyOnly`, KIP-890). v2+ hears PRODUCER_FENCED.

import type { TopicPartition } from '../../coordinator/index.ts';
import { isInternalTopic } from '../../metadata/index.ts';
import { addPartitionsToTxn, type ErrorName, errorCode, type RequestOf } from '../../protocol/index.ts';
import { isAuthorized, requireCluster } from '../authorization.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

type Request = RequestOf<typeof addPartitionsToTxn>;
type Transaction = Request['transactions'][number];
type TopicResult = NonNullable<Answer<typeof addPartitionsToTxn>['resultsByTopicV3AndBelow']>[number];

const FIRST_BATCHED_VERSION = 4;
const FIRST_VERSION_WITH_PRODUCER_FENCED = 2;
/** The transaction version of the clients whose brokers send v4+. */
const LATEST_TRANSACTION_VERSION = 2;

export const addPartitionsToTxnHandler = handler(addPartitionsToTxn, {
  async handle(request, context) {
    if (context.apiVersion < FIRST_BATCHED_VERSION)
      return { resultsByTopicV3AndBelow: await topicResults(singleTransaction(request), context) };
    requireCluster(context, 'clusterAction');
    const resultsByTransaction = request.transactions.map(async (transaction) => ({
      transactionalId: transaction.transactionalId,
      topicResults: await topicResults(transaction, context),
    }));
    return { errorCode: 0, resultsByTransaction: await Promise.all(resultsByTransaction) };
  },
  fail(request, error, { apiVersion }) {
    if (apiVersion >= FIRST_BATCHED_VERSION) return { errorCode: error.errorCode };
    return { resultsByTopicV3AndBelow: sameForAll(singleTransaction(request), error.errorCode) };
  },
});

/** The request of a version that knows one transaction only, in the form of the later ones. */
function singleTransaction(request: Request): Transaction {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    verifyOnly: false,
    topics: request.v3AndBelowTopics,
  };
}

async function topicResults(transaction: Transaction, context: RequestContext): Promise<TopicResult[]> {
  const { apiVersion, services } = context;
  const { transactionalId, producerId, producerEpoch } = transaction;
  const isFromClient = apiVersion < FIRST_BATCHED_VERSION;
  if (isFromClient && !isAuthorized(context, 'write', 'transactionalId', transactionalId))
    return sameForAll(transaction, errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'));
  const refusals = transaction.topics.map(({ name, partitions }) =>
    partitions.map((partition) => refusalOf({ topic: name, partition }, isFromClient, context)),
  );
  // One that is refused refuses all.
  if (refusals.flat().some((name) => name !== undefined))
    return resultsOf(transaction, (topic, index) => refusals[topic]?.[index] ?? 'OPERATION_NOT_ATTEMPTED');
  const partitions = transaction.topics.flatMap(({ name, partitions: indexes }) =>
    indexes.map((partition): TopicPartition => ({ topic: name, partition })),
  );
  const request = { transactionalId, producerId, producerEpoch, partitions };
  try {
    if (transaction.verifyOnly) {
      const errors = (await services.transactions.verifyPartitions(request)).values();
      return resultsOf(transaction, () => errors.next().value ?? 'NONE');
    }
    await services.transactionPartitions.add(request, isFromClient ? 0 : LATEST_TRANSACTION_VERSION);
    return sameForAll(transaction, 0);
  } catch (error) {
    const { errorCode: code } = asKafkaError(error, context);
    return sameForAll(transaction, fencedErrorCode(code, apiVersion, FIRST_VERSION_WITH_PRODUCER_FENCED));
  }
}

function refusalOf(
  { topic, partition }: TopicPartition,
  isFromClient: boolean,
  context: RequestContext,
): ErrorName | undefined {
  if (isFromClient && (isInternalTopic(topic) || !isAuthorized(context, 'write', 'topic', topic)))
    return 'TOPIC_AUTHORIZATION_FAILED';
  const exists = context.services.metadata.image.topics.partition(topic, partition) !== undefined;
  return exists ? undefined : 'UNKNOWN_TOPIC_OR_PARTITION';
}

function sameForAll(transaction: Transaction, code: number): TopicResult[] {
  return transaction.topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode: code })),
  }));
}

function resultsOf(transaction: Transaction, errorOf: (topic: number, partition: number) => ErrorName): TopicResult[] {
  return transaction.topics.map(({ name, partitions }, topic) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex, index) => ({
      partitionIndex,
      partitionErrorCode: errorCode(errorOf(topic, index)),
    })),
  }));
}
