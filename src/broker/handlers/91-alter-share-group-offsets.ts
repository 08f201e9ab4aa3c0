// AlterShareGroupOffsets: sets where a share group without members goes on.

import {
  alterShareGroupOffsets,
  KafkaError,
  type RequestOf,
  type ResponseInput,
  ZERO_UUID,
} from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';
import { requireShareGroups } from '../share/share-request.ts';

type TopicRequest = RequestOf<typeof alterShareGroupOffsets>['topics'][number];
type TopicResponse = ResponseInput<typeof alterShareGroupOffsets>['responses'][number];

export const alterShareGroupOffsetsHandler = handler(alterShareGroupOffsets, {
  async handle(request, context) {
    requireShareGroups(context);
    requireGroup(context, 'read', request.groupId);
    const { byName } = context.services.metadata.image.topics;
    const refused: TopicResponse[] = [];
    const known: TopicRequest[] = [];
    for (const topic of request.topics) {
      if (!isAuthorized(context, 'read', 'topic', topic.topicName))
        refused.push(failure(topic, byName.get(topic.topicName)?.topicId, 'TOPIC_AUTHORIZATION_FAILED'));
      else if (!byName.has(topic.topicName)) refused.push(failure(topic, undefined, 'UNKNOWN_TOPIC_OR_PARTITION'));
      else known.push(topic);
    }
    const answer = await context.services.groups.share.alterOffsets(groupContext(context), {
      ...request,
      topics: known,
    });
    return answer.errorCode === 0 ? { ...answer, responses: [...refused, ...answer.responses] } : answer;
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, responses: [] }),
});

function failure(
  { topicName, partitions }: TopicRequest,
  topicId: string | undefined,
  code: 'TOPIC_AUTHORIZATION_FAILED' | 'UNKNOWN_TOPIC_OR_PARTITION',
): TopicResponse {
  const { errorCode, message: errorMessage } = new KafkaError(code);
  return {
    topicName,
    topicId: topicId ?? ZERO_UUID,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode, errorMessage })),
  };
}
