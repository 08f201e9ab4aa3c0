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
import { authorizedOperations, isAuthorized, mayDo } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { partitionState } from '../partition-state.ts';

type TopicResponse = ResponseInput<typeof describeTopicPartitions>['topics'][number];

export const describeTopicPartitionsHandler = handler(describeTopicPartitions, {
  handle(request, context) {
    const { services } = context;
    const { cursor } = request;
    const wantsAll = request.topics.length === 0;
    const asked = topicNames(request, context);
    const isVisible = (name: string) =>
      wantsAll ? mayDo(context, 'describe', 'topic', name) : isAuthorized(context, 'describe', 'topic', name);
    const names = asked.filter(isVisible);
    // Whether they exist is not told.
    const hidden = (wantsAll || names.length === asked.length ? [] : asked.filter((name) => !names.includes(name))).map(
      (name) => ({ ...failure(name, new KafkaError('TOPIC_AUTHORIZATION_FAILED')), isInternal: false }),
    );
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
        return { topics: [...topics, ...hidden], nextCursor: { topicName: name, partitionIndex: described.nextIndex } };
      }
      const next = names[position + 1];
      if (remaining <= 0 && next !== undefined) {
        return { topics: [...topics, ...hidden], nextCursor: { topicName: next, partitionIndex: 0 } };
      }
    }
    // A topic that went away between two pages of "all" is no error.
    const existing = wantsAll ? topics.filter((topic) => topic.errorCode === 0) : topics;
    return { topics: [...existing, ...hidden], nextCursor: null };
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
    const unknown = failure(name, new KafkaError('UNKNOWN_TOPIC_OR_PARTITION'));
    const topicAuthorizedOperations = authorizedOperations(context, 'topic', name);
    return { response: { ...unknown, topicAuthorizedOperations }, nextIndex: undefined };
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
      topicAuthorizedOperations: authorizedOperations(context, 'topic', name),
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
