// DescribeTopicPartitions (KIP-966): topics page by page, so that a cluster with very many partitions can be described.

import { isInternalTopic } from '../../metadata/index.ts';
import {
  describeTopicPartitions,
  errorCode,
  KafkaError,
  type RequestOf,
  type ResponseInput,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { TOPIC_OPERATIONS } from '../authorized-operations.ts';
import { handler, type RequestContext } from '../handler.ts';
import { partitionState } from '../partition-state.ts';

type TopicResponse = ResponseInput<typeof describeTopicPartitions>['topics'][number];

export const describeTopicPartitionsHandler = handler(describeTopicPartitions, {
  handle(request, context) {
    const { services } = context;
    const { cursor } = request;
    const wantsAll = request.topics.length === 0;
    const names = topicNames(request, context);
    let remaining = Math.max(
      Math.min(services.config['max.request.partition.size.limit'], request.responsePartitionLimit),
      1,
    );
    const topics: TopicResponse[] = [];
    for (const [position, name] of names.entries()) {
      const start = name === cursor?.topicName ? cursor.partitionIndex : 0;
      const described = describeTopic(name, start, remaining, context);
      topics.push(described.response);
      remaining -= described.response.partitions.length;
      if (described.nextIndex !== undefined) {
        return { topics, nextCursor: { topicName: name, partitionIndex: described.nextIndex } };
      }
      const next = names[position + 1];
      if (remaining <= 0 && next !== undefined) return { topics, nextCursor: { topicName: next, partitionIndex: 0 } };
    }
    // A topic that went away between two pages of "all" is no error.
    return { topics: wantsAll ? topics.filter((topic) => topic.errorCode === 0) : topics, nextCursor: null };
  },
  fail(request, error) {
    return { topics: request.topics.map(({ name }) => failure(name, error)), nextCursor: null };
  },
});

function topicNames(request: RequestOf<typeof describeTopicPartitions>, context: RequestContext): string[] {
  const { cursor } = request;
  const asked =
    request.topics.length === 0
      ? context.services.metadata.image.topics.byName.keys()
      : request.topics.map(({ name }) => name);
  const names = [...new Set(asked)].filter((name) => name >= (cursor?.topicName ?? '')).sort();
  if (cursor === null) return names;
  if (request.topics.length > 0 && !names.includes(cursor.topicName)) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `DescribeTopicPartitionsRequest topic list should contain the cursor topic: ${cursor.topicName}`,
    );
  }
  if (cursor.partitionIndex < 0) {
    throw new KafkaError(
      'INVALID_REQUEST',
      `DescribeTopicPartitionsRequest cursor partition must be valid: ${cursor.partitionIndex}`,
    );
  }
  return names;
}

function describeTopic(
  name: string,
  start: number,
  limit: number,
  context: RequestContext,
): { response: TopicResponse; nextIndex: number | undefined } {
  const topic = context.services.metadata.image.topics.byName.get(name);
  if (topic === undefined) {
    return { response: failure(name, new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')), nextIndex: undefined };
  }
  const end = Math.min(topic.partitions.length, start + limit);
  const partitions = topic.partitions.slice(start, end).map((partition, position) => {
    const partitionIndex = start + position;
    const state = partitionState(context.services, name, partitionIndex, partition);
    return {
      errorCode: state.leaderId === -1 ? errorCode('LEADER_NOT_AVAILABLE') : 0,
      partitionIndex,
      ...state,
      // Never null: the Java client does not expect it.
      eligibleLeaderReplicas: partition.eligibleLeaderReplicas,
      lastKnownElr: partition.lastKnownElr,
    };
  });
  return {
    response: {
      errorCode: 0,
      name,
      topicId: topic.topicId,
      isInternal: isInternalTopic(name),
      partitions,
      topicAuthorizedOperations: TOPIC_OPERATIONS,
    },
    nextIndex: end < topic.partitions.length ? end : undefined,
  };
}

function failure(name: string, error: KafkaError): TopicResponse {
  return {
    errorCode: errorCode(error.code),
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
  };
}
