// What the descriptions of groups of the new kinds have in common.

import { type ErrorName, errorCode } from '../../protocol/index.ts';
import type { GroupTopics } from './consumer/group-topics.ts';

/** Of a group that cannot be described. */
export function undescribedGroup(groupId: string, error: ErrorName, errorMessage: string | null) {
  return {
    errorCode: errorCode(error),
    errorMessage,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    members: [],
  };
}

/** Topics that are gone cannot be named, and are left out. */
export function namedPartitions(partitions: Iterable<readonly [string, Iterable<number>]>, topics: GroupTopics) {
  return Array.from(partitions).flatMap(([topicId, numbers]) => {
    const topic = topics.byId(topicId);
    return topic === undefined ? [] : [{ topicId, topicName: topic.name, partitions: [...numbers] }];
  });
}
