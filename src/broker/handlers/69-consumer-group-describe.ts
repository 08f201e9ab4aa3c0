// ConsumerGroupDescribe: groups of the consumer protocol with members, assignments and targets. A group that reads a topic which the
// sender may not see is not told.

import { describedConsumerGroupError } from '../../coordinator/index.ts';
import { consumerGroupDescribe, type KafkaError, type ResponseInput } from '../../protocol/index.ts';
import { describeGroups } from '../describe-groups.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

type DescribedGroup = ResponseInput<typeof consumerGroupDescribe>['groups'][number];

export const consumerGroupDescribeHandler = handler(consumerGroupDescribe, {
  handle: async (request, context) => ({
    groups: await describeGroups<DescribedGroup>(request, context, {
      describe: (groupId) => context.services.groups.describeConsumerGroup(groupContext(context), groupId),
      topicsOf,
      hiddenTopics: 'The described group uses topics that the client is not authorized to describe.',
      failure,
    }),
  }),
  fail: (request, error) => ({ groups: request.groupIds.map((groupId) => failure(groupId, error)) }),
});

function topicsOf({ members }: DescribedGroup): string[] {
  return members.flatMap(({ assignment, targetAssignment }) =>
    [assignment, targetAssignment].flatMap(({ topicPartitions }) => topicPartitions.map(({ topicName }) => topicName)),
  );
}

function failure(groupId: string, error: KafkaError): DescribedGroup {
  return describedConsumerGroupError(groupId, error.code, error.message);
}
