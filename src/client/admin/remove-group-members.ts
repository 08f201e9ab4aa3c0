// LeaveGroup in the name of others (KIP-345): static members that will not come back, or all members at once.

import { type KafkaError, leaveGroup } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { describeGroups } from './describe-groups.ts';
import { itemError, throwResponseError } from './response-error.ts';

/** What became of one member. */
export interface RemovedMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** UNKNOWN_MEMBER_ID: there is no such member. */
  readonly error: KafkaError | undefined;
}

/** Whom to remove, and what to tell the others. */
export interface RemoveGroupMembersOptions extends RetryScope {
  /** `group.instance.id` of static members. Default: everybody. */
  readonly instanceIds?: readonly string[] | undefined;
  /** For the broker's log. */
  readonly reason?: string | undefined;
}

export async function removeGroupMembers(
  cluster: Cluster,
  groupId: string,
  options: RemoveGroupMembersOptions = {},
): Promise<RemovedMember[]> {
  const what = `remove members of group ${groupId}`;
  const members = options.instanceIds?.map((instanceId) => ({ memberId: '', groupInstanceId: instanceId }));
  const leaving = members ?? (await membersOf(cluster, groupId, options));
  if (leaving.length === 0) return [];
  return cluster.retry(what, options, async () => {
    const request = { groupId, members: leaving.map((member) => ({ ...member, reason: options.reason ?? null })) };
    const response = await cluster.sendToCoordinator('group', groupId, leaveGroup, request, {
      signal: options.signal,
      purpose: 'general',
    });
    throwResponseError(response.errorCode, what);
    return response.members.map(({ memberId, groupInstanceId, errorCode }) => ({
      memberId,
      instanceId: groupInstanceId,
      error: itemError(errorCode, `remove member ${groupInstanceId ?? memberId} of group ${groupId}`),
    }));
  });
}

async function membersOf(cluster: Cluster, groupId: string, options: RetryScope) {
  const [described] = await describeGroups(cluster, [groupId], options);
  if (described?.error) throw described.error;
  return (described?.group?.members ?? []).map(({ memberId, instanceId }) => ({
    memberId: instanceId === null ? memberId : '',
    groupInstanceId: instanceId,
  }));
}
