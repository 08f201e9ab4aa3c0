// ShareGroupDescribe: share groups with members and assignments. A group that reads a topic which the sender may not see is not told.

import { describedShareGroupError } from '../../coordinator/index.ts';
import { type KafkaError, type ResponseInput, shareGroupDescribe } from '../../protocol/index.ts';
import { describeGroups } from '../describe-groups.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';
import { requireShareGroups } from '../share/share-request.ts';

type DescribedGroup = ResponseInput<typeof shareGroupDescribe>['groups'][number];

export const shareGroupDescribeHandler = handler(shareGroupDescribe, {
  async handle(request, context) {
    requireShareGroups(context);
    const groups = await describeGroups<DescribedGroup>(request, context, {
      describe: (groupId) => context.services.groups.share.describe(groupContext(context), groupId),
      topicsOf: ({ members }) =>
        members.flatMap(({ assignment }) => assignment.topicPartitions.map(({ topicName }) => topicName)),
      hiddenTopics: 'The group has described topic(s) that the client is not authorized to describe.',
      failure,
    });
    return { groups };
  },
  fail: (request, error) => ({ groups: request.groupIds.map((groupId) => failure(groupId, error)) }),
});

function failure(groupId: string, error: KafkaError): DescribedGroup {
  return describedShareGroupError(groupId, error.code, error.message);
}
