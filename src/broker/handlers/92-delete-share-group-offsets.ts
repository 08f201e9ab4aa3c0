// DeleteShareGroupOffsets: forgets where a share group without members stands in topics.

import { deleteShareGroupOffsets, KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';
import { requireShareGroups } from '../share/share-request.ts';

export const deleteShareGroupOffsetsHandler = handler(deleteShareGroupOffsets, {
  async handle(request, context) {
    requireShareGroups(context);
    requireGroup(context, 'delete', request.groupId);
    const allowed = new Set(
      request.topics.filter(({ topicName }) => isAuthorized(context, 'read', 'topic', topicName)),
    );
    const { errorCode, message: errorMessage } = new KafkaError('TOPIC_AUTHORIZATION_FAILED');
    const refused = request.topics
      .filter((topic) => !allowed.has(topic))
      .map(({ topicName }) => ({ topicName, topicId: ZERO_UUID, errorCode, errorMessage }));
    const answer = await context.services.groups.share.deleteOffsets(groupContext(context), {
      ...request,
      topics: [...allowed],
    });
    return answer.errorCode === 0 ? { ...answer, responses: [...refused, ...answer.responses] } : answer;
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, responses: [] }),
});
