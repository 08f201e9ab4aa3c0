// StreamsGroupDescribe: streams groups with topology, members and tasks. A group whose topology has a topic which the sender may not see is
// not told.

import { KafkaError, type ResponseInput, streamsGroupDescribe } from '../../protocol/index.ts';
import { authorizedOperations, isAuthorized, mayDo } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler, type RequestContext } from '../handler.ts';
import { topicsOfTopology } from '../topology-topics.ts';

type DescribedGroup = ResponseInput<typeof streamsGroupDescribe>['groups'][number];

export const streamsGroupDescribeHandler = handler(streamsGroupDescribe, {
  async handle(request, context) {
    const groups = request.groupIds.map(async (groupId) => {
      if (!isAuthorized(context, 'describe', 'group', groupId))
        return failure(groupId, new KafkaError('GROUP_AUTHORIZATION_FAILED'));
      const group = await context.services.groups.describeStreamsGroup(groupContext(context), groupId);
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

function areTopicsVisible({ topology }: DescribedGroup, context: RequestContext): boolean {
  return topicsOfTopology(topology?.subtopologies ?? []).every((topic) => mayDo(context, 'describe', 'topic', topic));
}

function failure(groupId: string, error: KafkaError): DescribedGroup {
  return {
    errorCode: error.errorCode,
    errorMessage: error.message,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    topology: null,
    members: [],
  };
}
