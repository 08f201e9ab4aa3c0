// ShareGroupDescribe: share groups with members and assignments. A group that reads a topic which the sender may not see is not told.

import { KafkaError, type ResponseInput, shareGroupDescribe } from '../../protocol/index.ts';
import { authorizedOperations, isAuthorized, mayDo } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler, type RequestContext } from '../handler.ts';
import { requireShareGroups } from '../share/share-request.ts';

type DescribedGroup = ResponseInput<typeof shareGroupDescribe>['groups'][number];

export const shareGroupDescribeHandler = handler(shareGroupDescribe, {
  async handle(request, context) {
    requireShareGroups(context);
    const groups = request.groupIds.map(async (groupId) => {
      if (!isAuthorized(context, 'describe', 'group', groupId))
        return failure(groupId, new KafkaError('GROUP_AUTHORIZATION_FAILED'));
      const group = await context.services.groups.share.describe(groupContext(context), groupId);
      if (group.errorCode !== 0) return group;
      if (!areTopicsVisible(group, context)) {
        const message = 'The group has described topic(s) that the client is not authorized to describe.';
        return failure(groupId, new KafkaError('TOPIC_AUTHORIZATION_FAILED', message));
      }
      return request.includeAuthorizedOperations
        ? { ...group, authorizedOperations: authorizedOperations(context, 'group', groupId) }
        : group;
    });
    return { groups: await Promise.all(groups) };
  },
  fail: (request, error) => ({ groups: request.groupIds.map((groupId) => failure(groupId, error)) }),
});

function areTopicsVisible({ members }: DescribedGroup, context: RequestContext): boolean {
  const topics = new Set(
    members.flatMap(({ assignment }) => assignment.topicPartitions.map((topic) => topic.topicName)),
  );
  return [...topics].every((topic) => mayDo(context, 'describe', 'topic', topic));
}

function failure(groupId: string, error: KafkaError): DescribedGroup {
  return {
    errorCode: error.errorCode,
    errorMessage: error.message,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  };
}
