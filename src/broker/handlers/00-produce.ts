// Produce: appends each partition's batches. All partitions are begun before the first is awaited, so that one group commit takes them.

import { isInternalTopic } from '../../metadata/index.ts';
import { KafkaError, produce, type RequestOf, validateProducedBatch } from '../../protocol/index.ts';
import type { AppendOptions, Durability, Partition } from '../../storage/index.ts';
import { requireTopic } from '../authorization.ts';
import { thisNode } from '../cluster-nodes.ts';
import { handler, type RequestContext, UnanswerableError } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { failedPartition, OpenAnswers, PartitionAnswer } from '../partition-answer.ts';
import { currentLeader, leaderPartition, type TopicReference, topicName } from '../partitions.ts';
import { type ProducedTransaction, producedTransaction } from '../produced-transaction.ts';

const DURABILITY: Readonly<Record<number, Durability>> = { 0: 'none', 1: 'written', [-1]: 'synced' };
/** Before it a client may not send zstd; the checks of the storage are those of later versions. */
const FIRST_VERSION_WITH_ZSTD = 7;
/** The client id with which Kafka lets tools write to internal topics. */
const ADMIN_CLIENT_ID = '__admin_client';
/** From here on an error says who leads instead (KIP-951). */
const FIRST_VERSION_WITH_CURRENT_LEADER = 10;
const NO_RECORDS = Buffer.alloc(0);

export const produceHandler = handler(produce, {
  async handle(request, context) {
    const durability = DURABILITY[request.acks];
    const transaction = producedTransaction(request, context);
    const verified = context.services.produceTurns.take(context.connection, () => transaction?.verify());
    if (verified !== undefined) await verified;
    const appends: Appends = {
      open: new OpenAnswers(context),
      options: durability && { durability, origin: 'client' },
      transaction,
    };
    const responses = request.topicData.map((topic) => ({
      name: topic.name,
      topicId: topic.topicId,
      partitionResponses: topic.partitionData.map((partition) => append(appends, topic, partition)),
    }));
    await appends.open.allEnded();
    if (request.acks !== 0) {
      const namesLeader = responses.some(({ partitionResponses }) =>
        partitionResponses.some(({ currentLeader }) => currentLeader !== undefined),
      );
      return { responses, nodeEndpoints: namesLeader ? [thisNode(context)] : [] };
    }
    const failed = responses.flatMap((one) => one.partitionResponses).find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) {
      // Nothing can be answered, so the closed connection tells the producer to refresh its metadata.
      throw new UnanswerableError(
        `a produce request with acks=0 failed with error ${failed.errorCode}: ${failed.errorMessage ?? ''}`,
      );
    }
    return null;
  },
  quota: { key: 'producer_byte_rate', bytesOf: (_answer, requestBytes) => requestBytes },
  fail(request, error) {
    return {
      responses: request.topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index }) => failedPartition(index, error)),
      })),
    };
  },
});

/** What the appends of one request have in common. */
interface Appends {
  readonly open: OpenAnswers;
  /** Undefined for acks that mean nothing. */
  readonly options: AppendOptions | undefined;
  readonly transaction: ProducedTransaction | undefined;
}

type ProducedPartition = RequestOf<typeof produce>['topicData'][number]['partitionData'][number];

/** Begins the append. The answer is complete when the open ones have ended. */
function append(appends: Appends, topic: TopicReference, produced: ProducedPartition): PartitionAnswer {
  const { context } = appends.open;
  const answer = new PartitionAnswer(produced.index, appends.open);
  let known: string | undefined;
  try {
    const name = topicName(context, topic);
    requireTopic(context, 'write', name);
    const partition = leaderPartition(context.services, name, produced.index);
    known = name;
    if (partition instanceof Promise) {
      partition
        .then((loaded) => appendTo(loaded, produced, appends, answer))
        .catch((error) => refuse(answer, error, name, topic, context));
    } else appendTo(partition, produced, appends, answer);
  } catch (error) {
    refuse(answer, error, known, topic, context);
  }
  return answer;
}

function appendTo(
  partition: Partition,
  { index, records }: ProducedPartition,
  { open: { context }, options, transaction }: Appends,
  answer: PartitionAnswer,
): void {
  const name = partition.topic;
  const bytes = records ?? NO_RECORDS;
  if (context.apiVersion < FIRST_VERSION_WITH_ZSTD)
    validateProducedBatch(bytes, { produceVersion: context.apiVersion });
  if (options === undefined) throw new KafkaError('INVALID_REQUIRED_ACKS');
  if (isInternalTopic(name) && context.clientId !== ADMIN_CLIENT_ID) {
    throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Cannot append to internal topic ${name}`);
  }
  if (options.durability === 'synced' && partition.config['min.insync.replicas'] > 1) {
    throw new KafkaError(
      'NOT_ENOUGH_REPLICAS',
      `The size of the current ISR : 1 is insufficient to satisfy the min.isr requirement of ${partition.config['min.insync.replicas']} for partition ${name}-${index}`,
    );
  }
  transaction?.requireAllowed(partition);
  partition.beginAppend(bytes, options, answer.of(name, bytes.length));
  transaction?.appended(partition);
}

/** `known` is the topic's name where there is such a partition. */
function refuse(
  answer: PartitionAnswer,
  error: unknown,
  known: string | undefined,
  topic: TopicReference,
  context: RequestContext,
): void {
  context.services.traffic.produceFailed(known);
  const kafkaError = asKafkaError(error, context);
  answer.fail(kafkaError, leaderInstead(kafkaError, topic, answer.index, context));
}

function leaderInstead(error: KafkaError, topic: TopicReference, index: number, context: RequestContext) {
  const isTold = error.code === 'NOT_LEADER_OR_FOLLOWER' && context.apiVersion >= FIRST_VERSION_WITH_CURRENT_LEADER;
  return isTold ? currentLeader(context.services, topicName(context, topic), index) : undefined;
}
