// ShareGroupDescribe: one group with its members and what they share.

import { type ErrorName, errorCode, type shareGroupDescribe } from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';
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
  return {
    errorCode: errorCode(error),
    errorMessage,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  };
}

/** Topics that are gone cannot be named, and are left out. */
function describeMember(member: ShareMember, topics: GroupTopics): DescribedShareGroup['members'][number] {
  const { memberId, rackId, memberEpoch, clientId, clientHost, subscribedTopicNames } = member;
  const topicPartitions = [...member.assigned].flatMap(([topicId, partitions]) => {
    const topic = topics.byId(topicId);
    return topic === undefined ? [] : [{ topicId, topicName: topic.name, partitions: [...partitions] }];
  });
  return {
    memberId,
    rackId,
    memberEpoch,
    clientId,
    clientHost,
    subscribedTopicNames: [...subscribedTopicNames],
    assignment: { topicPartitions },
  };
}
