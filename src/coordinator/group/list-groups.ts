// ListGroups: the groups of one partition. v4+ asks by state, v5+ by type.

import type { ListGroupsRequest, listGroups } from '../../protocol/index.ts';
import type { Answer } from './answer.ts';
import type { GroupContext } from './group-context.ts';

export type ListedGroup = Answer<typeof listGroups>['groups'][number];

/** Names are compared without regard to case; unknown ones match nothing. */
export function listedGroups({ groups }: GroupContext, request: ListGroupsRequest): ListedGroup[] {
  const states = new Set(request.statesFilter.map((state) => state.trim().toLowerCase()));
  const types = new Set(request.typesFilter.map((type) => type.toLowerCase()));
  const listed: ListedGroup[] = [];
  for (const { groupId, state, type, protocolType } of groups.values()) {
    if (states.size > 0 && !states.has(state.toLowerCase())) continue;
    if (types.size > 0 && !types.has(type)) continue;
    listed.push({ groupId, protocolType: protocolType ?? '', groupState: state, groupType: type });
  }
  return listed;
}
