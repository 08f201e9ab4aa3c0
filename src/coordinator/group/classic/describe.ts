// DescribeGroups: one classic group with its members. Subscriptions are told of stable groups only.
// v6+ answers GROUP_ID_NOT_FOUND where older versions see a group in state Dead (KIP-1043).

import { type describeGroups, type ErrorName, errorCode } from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { classicGroup } from '../find-group.ts';
import type { GroupContext } from '../group-context.ts';
import { metadataFor, NO_ASSIGNMENT } from './classic-member.ts';

export type DescribedGroup = Answer<typeof describeGroups>['groups'][number];

const FIRST_VERSION_WITH_NOT_FOUND = 6;

export function describeGroup(context: GroupContext, groupId: string, apiVersion: number): DescribedGroup {
  const group = classicGroup(context, groupId);
  if (group === undefined) {
    if (apiVersion < FIRST_VERSION_WITH_NOT_FOUND) return { ...describedError(groupId), groupState: 'Dead' };
    const reason = context.groups.has(groupId) ? 'is not a classic group' : 'not found';
    const errorMessage = `Group ${groupId} ${reason}.`;
    return { ...describedError(groupId, 'GROUP_ID_NOT_FOUND'), groupState: 'Dead', errorMessage };
  }
  const isStable = group.state === 'Stable';
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: (isStable ? group.protocolName : null) ?? '',
    members: Array.from(group.members, (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? metadataFor(member, group.protocolName) : NO_ASSIGNMENT,
      memberAssignment: member.assignment,
    })),
  };
}

export function describedError(groupId: string, error: ErrorName = 'NONE'): DescribedGroup {
  return { errorCode: errorCode(error), groupId, groupState: '', protocolType: '', protocolData: '', members: [] };
}
