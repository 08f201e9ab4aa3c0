// OffsetDelete (KIP-496): forgets where a group stood in partitions that it does not read any more.

import { errorCode, offsetDelete, type RequestOf, type ResponseInput } from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

type TopicRequest = RequestOf<typeof offsetDelete>['topics'][number];
type TopicResponse = ResponseInput<typeof offsetDelete>['topics'][number];

export const offsetDeleteHandler = handler(offsetDelete, {
  async handle(request, context) {
    requireGroup(context, 'delete', request.groupId);
    const { topics: image } = context.services.metadata.image;
    const known: TopicRequest[] = [];
    const refused: TopicResponse[] = [];
    for (const topic of request.topics) {
      if (!isAuthorized(context, 'read', 'topic', topic.name)) {
        refused.push(failure(topic, errorCode('TOPIC_AUTHORIZATION_FAILED')));
        continue;
      }
      const exists = (index: number) => image.partition(topic.name, index) !== undefined;
      const existing = keep(topic, exists);
      const missing = keep(topic, (index) => !exists(index));
      if (existing.partitions.length > 0) known.push(existing);
      if (missing.partitions.length > 0) refused.push(failure(missing, errorCode('UNKNOWN_TOPIC_OR_PARTITION')));
    }
    const response = await context.services.groups.deleteOffsets(groupContext(context), { ...request, topics: known });
    return response.errorCode === 0 ? { ...response, topics: [...response.topics, ...refused] } : response;
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
