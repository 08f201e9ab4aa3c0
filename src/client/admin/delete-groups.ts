// DeleteGroups: groups without members, with their committed offsets.

import { deleteGroups as deleteGroupsApi, type KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError } from './response-error.ts';

/** What became of one group: NON_EMPTY_GROUP when it still has members. */
export interface DeletedGroup {
  readonly groupId: string;
  readonly error: KafkaError | undefined;
}

export function deleteGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: RetryScope = {},
): Promise<DeletedGroup[]> {
  return Promise.all(groupIds.map((groupId) => deleteGroup(cluster, groupId, options)));
}

function deleteGroup(cluster: Cluster, groupId: string, options: RetryScope): Promise<DeletedGroup> {
  const what = `delete group ${groupId}`;
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToCoordinator(
      'group',
      groupId,
      deleteGroupsApi,
      { groupsNames: [groupId] },
      { signal: options.signal, purpose: 'general' },
    );
    const result = response.results.find((candidate) => candidate.groupId === groupId);
    return { groupId, error: result && itemError(result.errorCode, what) };
  });
}
