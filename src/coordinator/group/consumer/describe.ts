// ConsumerGroupDescribe: one group with its members, what they own and what they are to own. v1+ tells which protocol a member speaks.

import type { consumerGroupDescribe, ErrorName } from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { namedPartitions, undescribedGroup } from '../describe-group.ts';
import type { GroupContext } from '../group-context.ts';
import { shortName } from './assignor.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { ConsumerMember } from './consumer-member.ts';
import type { GroupTopics } from './group-topics.ts';
import { requireConsumerGroup } from './leave.ts';

export type DescribedConsumerGroup = Answer<typeof consumerGroupDescribe>['groups'][number];
type DescribedMember = DescribedConsumerGroup['members'][number];

const CLASSIC_MEMBER = 0;
const CONSUMER_MEMBER = 1;

/** Throws GROUP_ID_NOT_FOUND. */
export function describeConsumerGroup(context: GroupContext, groupId: string): DescribedConsumerGroup {
  const group = requireConsumerGroup(context, groupId);
  const topics = context.topics();
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: group.preferredAssignor ?? shortName(context.config['group.consumer.assignors'][0] ?? 'uniform'),
    members: Array.from(group.members, (member) => describeMember(group, member, topics)),
  };
}

export function describedConsumerGroupError(
  groupId: string,
  error: ErrorName,
  errorMessage: string | null = null,
): DescribedConsumerGroup {
  return { ...undescribedGroup(groupId, error, errorMessage), assignorName: '' };
}

function describeMember(group: ConsumerGroup, member: ConsumerMember, topics: GroupTopics): DescribedMember {
  const owned = new Map<string, number[]>();
  for (const partitions of [member.assigned, member.pendingRevocation])
    for (const [topicId, epochs] of partitions) owned.set(topicId, [...(owned.get(topicId) ?? []), ...epochs.keys()]);
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.memberEpoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...member.subscribedTopicNames],
    subscribedTopicRegex: member.subscribedTopicRegex,
    assignment: { topicPartitions: namedPartitions(owned, topics) },
    targetAssignment: { topicPartitions: namedPartitions(group.target(member.memberId), topics) },
    memberType: member.classic === null ? CONSUMER_MEMBER : CLASSIC_MEMBER,
  };
}
