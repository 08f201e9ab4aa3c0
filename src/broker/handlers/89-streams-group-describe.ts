// StreamsGroupDescribe: streams groups with topology, members and tasks. A group whose topology has a topic which the sender may not see is
// not told.

import { describedStreamsGroupError } from '../../coordinator/index.ts';
import { type KafkaError, type ResponseInput, streamsGroupDescribe } from '../../protocol/index.ts';
import { describeGroups } from '../describe-groups.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';
import { topicsOfTopology } from '../topology-topics.ts';

type DescribedGroup = ResponseInput<typeof streamsGroupDescribe>['groups'][number];

export const streamsGroupDescribeHandler = handler(streamsGroupDescribe, {
  handle: async (request, context) => ({
    groups: await describeGroups<DescribedGroup>(request, context, {
      describe: (groupId) => context.services.groups.describeStreamsGroup(groupContext(context), groupId),
      topicsOf: ({ topology }) => topicsOfTopology(topology?.subtopologies ?? []),
      hiddenTopics: 'The described group uses topics that the client is not authorized to describe.',
      failure,
    }),
  }),
  fail: (request, error) => ({ groups: request.groupIds.map((groupId) => failure(groupId, error)) }),
});

function failure(groupId: string, error: KafkaError): DescribedGroup {
  return describedStreamsGroupError(groupId, error.code, error.message);
}
