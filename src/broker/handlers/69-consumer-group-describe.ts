// ConsumerGroupDescribe: groups of the consumer protocol with members, assignments and targets. A group that reads a topic which the
// sender may not see is not told.

import { consumerGroupDescribe, KafkaError, type ResponseInput } from '../../protocol/index.ts';
import { authorizedOperations, isAuthorized, mayDo } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler, type RequestContext } from '../handler.ts';

type DescribedGroup = ResponseInput<typeof consumerGroupDescribe>['groups'][number];

export const consumerGroupDescribeHandler = handler(consumerGroupDescribe, {
  async handle(request, context) {
    const groups = request.groupIds.map(async (groupId) => {
      if (!isAuthorized(context, 'describe', 'group', groupId))
        return failure(groupId, new KafkaError('GROUP_AUTHORIZATION_FAILED'));
      const group = await context.services.groups.describeConsumerGroup(groupContext(context), groupId);
      if (group.errorCode !== 0) return group;
      if (!areTopicsVisible(group, context)) {
        return failure(
          groupId,
          new KafkaError(
            'TOPIC_AUTHORIZATION_FAILED',
            'The described group uses topics that the client is not authorized to describe.',
          ),
        );
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
  const topics = new Set<string>();
  for (const { assignment, targetAssignment } of members)
    for (const { topicPartitions } of [assignment, targetAssignment])
      for (const { topicName } of topicPartitions) topics.add(topicName);
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
