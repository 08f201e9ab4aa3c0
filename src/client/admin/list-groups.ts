// ListGroups: asked of every broker, since each knows the groups that it coordinates.

import { listGroups as listGroupsApi } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { throwResponseError } from './response-error.ts';

/** A group that there is. */
export interface ListedGroup {
  readonly groupId: string;
  /** `consumer`, `connect`, or empty for a group that only keeps offsets. */
  readonly protocolType: string;
  /** `Stable`, `Empty` ...; empty when the broker is too old to say. */
  readonly state: string;
  /** `Classic`, `Consumer`, `Share`, `Streams`; empty when the broker is too old to say. */
  readonly type: string;
}

/** Which groups to list: those of one of these states and of one of these types. Default: all. */
export interface ListGroupsOptions extends RetryScope {
  readonly states?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
}

export async function listGroups(cluster: Cluster, options: ListGroupsOptions = {}): Promise<ListedGroup[]> {
  const { brokers } = await cluster.retry('find the brokers', options, () => cluster.metadata(options.signal));
  const lists = await Promise.all([...brokers.keys()].map((nodeId) => listOfBroker(cluster, nodeId, options)));
  return lists.flat().sort((left, right) => (left.groupId < right.groupId ? -1 : 1));
}

function listOfBroker(cluster: Cluster, nodeId: number, options: ListGroupsOptions): Promise<ListedGroup[]> {
  const what = `list the groups of broker ${nodeId}`;
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToNode(
      nodeId,
      listGroupsApi,
      (version) => ({
        // Older brokers cannot filter; leaving the filters out lets them answer, and the filter below does their work.
        statesFilter: version >= 4 ? [...(options.states ?? [])] : [],
        typesFilter: version >= 5 ? [...(options.types ?? [])] : [],
      }),
      { signal: options.signal },
    );
    throwResponseError(response.errorCode, what);
    return response.groups
      .map((group) => ({
        groupId: group.groupId,
        protocolType: group.protocolType,
        state: group.groupState,
        type: group.groupType,
      }))
      .filter((group) => matches(group.state, options.states) && matches(group.type, options.types));
  });
}

function matches(value: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined || allowed.length === 0) return true;
  return allowed.some((candidate) => candidate.toLowerCase() === value.toLowerCase());
}
