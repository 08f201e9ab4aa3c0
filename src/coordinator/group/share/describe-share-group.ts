// ShareGroupDescribe: one group with its members and what they share.

import type { ErrorName, shareGroupDescribe } from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';
import { namedPartitions, undescribedGroup } from '../describe-group.ts';
import type { GroupContext } from '../group-context.ts';
import { requireShareGroup } from './require-share-group.ts';
import type { ShareMember } from './share-member.ts';

export type DescribedShareGroup = Answer<typeof shareGroupDescribe>['groups'][number];

/** Throws GROUP_ID_NOT_FOUND. */
export function describeShareGroup(context: GroupContext, groupId: string): DescribedShareGroup {
  const group = requireShareGroup(context, groupId);
  const topics = context.topics();
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName: 'simple',
    members: Array.from(group.members, (member) => describeMember(member, topics)),
  };
}

export function describedShareGroupError(
  groupId: string,
  error: ErrorName,
  errorMessage: string | null = null,
): DescribedShareGroup {
  return { ...undescribedGroup(groupId, error, errorMessage), assignorName: '' };
}

function describeMember(member: ShareMember, topics: GroupTopics): DescribedShareGroup['members'][number] {
  const { memberId, rackId, memberEpoch, clientId, clientHost, subscribedTopicNames } = member;
  return {
    memberId,
    rackId,
    memberEpoch,
    clientId,
    clientHost,
    subscribedTopicNames: [...subscribedTopicNames],
    assignment: { topicPartitions: namedPartitions(member.assigned, topics) },
  };
}
