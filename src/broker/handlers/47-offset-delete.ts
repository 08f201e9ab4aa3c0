// OffsetDelete (KIP-496): forgets where a group stood in partitions that it does not read any more.

import { errorCode, offsetDelete, type RequestOf, type ResponseInput } from '../../protocol/index.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

type TopicRequest = RequestOf<typeof offsetDelete>['topics'][number];
type TopicResponse = ResponseInput<typeof offsetDelete>['topics'][number];

export const offsetDeleteHandler = handler(offsetDelete, {
  async handle(request, context) {
    const { topics: image } = context.services.metadata.image;
    const exists = (topic: string, index: number) => image.partition(topic, index) !== undefined;
    const unknown = request.topics
      .map((topic) => keep(topic, (index) => !exists(topic.name, index)))
      .filter(({ partitions }) => partitions.length > 0)
      .map((topic) => failure(topic, errorCode('UNKNOWN_TOPIC_OR_PARTITION')));
    const known = request.topics
      .map((topic) => keep(topic, (index) => exists(topic.name, index)))
      .filter(({ partitions }) => partitions.length > 0);
    const response = await context.services.groups.deleteOffsets(groupContext(context), { ...request, topics: known });
    return response.errorCode === 0 ? { ...response, topics: [...response.topics, ...unknown] } : response;
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), topics: [] }),
});

function keep(topic: TopicRequest, isWanted: (index: number) => boolean): TopicRequest {
  return { ...topic, partitions: topic.partitions.filter(({ partitionIndex }) => isWanted(partitionIndex)) };
}

function failure(topic: TopicRequest, code: number): TopicResponse {
  return {
    name: topic.name,
    partitions: topic.partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
  };
}
