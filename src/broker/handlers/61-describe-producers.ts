// DescribeProducers: whom a partition remembers, and where their open transactions begin (KIP-664).

import { validateTopicName } from '../../metadata/index.ts';
import { describeProducers, errorCode, KafkaError, type ResponseInput } from '../../protocol/index.ts';
import { requireTopic } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { leaderPartition } from '../partitions.ts';

type PartitionResponse = ResponseInput<typeof describeProducers>['topics'][number]['partitions'][number];

export const describeProducersHandler = handler(describeProducers, {
  async handle({ topics }, context) {
    const described = topics.map(async ({ name, partitionIndexes }) => ({
      name,
      partitions: await Promise.all(partitionIndexes.map((index) => describePartition(name, index, context))),
    }));
    return { topics: await Promise.all(described) };
  },
  fail({ topics }, error) {
    return {
      topics: topics.map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((index) => failure(index, error)),
      })),
    };
  },
});

async function describePartition(topic: string, index: number, context: RequestContext): Promise<PartitionResponse> {
  try {
    const invalid = validateTopicName(topic);
    if (invalid !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', invalid);
    requireTopic(context, 'read', topic);
    const producers = (await leaderPartition(context.services, topic, index)).producers();
    return {
      partitionIndex: index,
      errorCode: 0,
      errorMessage: null,
      activeProducers: producers.map((producer) => ({
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        lastSequence: producer.lastSequence,
        lastTimestamp: producer.lastTimestampMs,
        coordinatorEpoch: producer.coordinatorEpoch,
        currentTxnStartOffset: producer.currentTransactionStartOffset,
      })),
    };
  } catch (error) {
    return failure(index, asKafkaError(error, context));
  }
}

function failure(partitionIndex: number, error: KafkaError): PartitionResponse {
  return { partitionIndex, errorCode: errorCode(error.code), errorMessage: error.message, activeProducers: [] };
}
