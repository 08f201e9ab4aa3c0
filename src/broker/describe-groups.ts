// What the describing of groups of the new kinds has in common: permission for the group, then for each topic that it would give away.

import { KafkaError } from '../protocol/index.ts';
import { authorizedOperations, isAuthorized, mayDo } from './authorization.ts';
import type { RequestContext } from './handler.ts';

interface DescribeGroupsRequest {
  readonly groupIds: readonly string[];
  readonly includeAuthorizedOperations: boolean;
}

export interface GroupDescriber<Group> {
  describe(groupId: string): Promise<Group>;
  /** Names of the topics that whoever reads the description learns of. */
  topicsOf(group: Group): Iterable<string>;
  /** What a sender is told who may not see one of them. */
  readonly hiddenTopics: string;
  failure(groupId: string, error: KafkaError): Group;
}

/** The groups in the order in which they are asked for. */
export function describeGroups<Group extends { readonly errorCode: number }>(
  { groupIds, includeAuthorizedOperations }: DescribeGroupsRequest,
  context: RequestContext,
  { describe, topicsOf, hiddenTopics, failure }: GroupDescriber<Group>,
): Promise<Group[]> {
  const groups = groupIds.map(async (groupId) => {
    if (!isAuthorized(context, 'describe', 'group', groupId))
      return failure(groupId, new KafkaError('GROUP_AUTHORIZATION_FAILED'));
    const group = await describe(groupId);
    if (group.errorCode !== 0) return group;
    for (const topic of new Set(topicsOf(group))) {
      if (!mayDo(context, 'describe', 'topic', topic))
        return failure(groupId, new KafkaError('TOPIC_AUTHORIZATION_FAILED', hiddenTopics));
    }
    return includeAuthorizedOperations
      ? { ...group, authorizedOperations: authorizedOperations(context, 'group', groupId) }
      : group;
  });
  return Promise.all(groups);
}
