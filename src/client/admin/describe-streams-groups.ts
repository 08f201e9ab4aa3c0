// StreamsGroupDescribe (KIP-1071): the topology of a Kafka Streams application, its members and their tasks.

import {
  streamsGroupDescribe as describeApi,
  type KafkaError,
  type StreamsGroupDescribeResponse,
} from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { type AclOperation, type DescribeOptions, readAuthorizedOperations } from './authorized-operations.ts';
import { answered, itemError } from './response-error.ts';

type DescribedByBroker = StreamsGroupDescribeResponse['groups'][number];

/** As the broker tells it. */
export type StreamsGroupDescription = Pick<
  DescribedByBroker,
  'groupId' | 'groupState' | 'groupEpoch' | 'assignmentEpoch' | 'topology' | 'members'
> & {
  /** What this client may do with the group; undefined where that was not asked for. */
  readonly authorizedOperations: readonly AclOperation[] | undefined;
};

/** A streams group, or why it cannot be described. */
export interface DescribedStreamsGroup {
  readonly groupId: string;
  readonly group: StreamsGroupDescription | undefined;
  /** GROUP_ID_NOT_FOUND: there is no such group, or it is of another type. */
  readonly error: KafkaError | undefined;
}

/** One answer for each id, in their order. */
export function describeStreamsGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: DescribeOptions = {},
): Promise<DescribedStreamsGroup[]> {
  return Promise.all(groupIds.map((groupId) => describeStreamsGroup(cluster, groupId, options)));
}

function describeStreamsGroup(
  cluster: Cluster,
  groupId: string,
  options: DescribeOptions,
): Promise<DescribedStreamsGroup> {
  const what = `describe streams group ${groupId}`;
  return cluster.retry(what, options, async () => {
    const { includeAuthorizedOperations = false } = options;
    const request = { groupIds: [groupId], includeAuthorizedOperations };
    const response = await cluster.sendToCoordinator('group', groupId, describeApi, request, {
      signal: options.signal,
      purpose: 'general',
    });
    const described = answered(response.groups[0], what);
    const error = itemError(described.errorCode, what, described.errorMessage);
    if (error) return { groupId, group: undefined, error };
    const { groupState, groupEpoch, assignmentEpoch, topology, members } = described;
    const authorizedOperations = readAuthorizedOperations(described.authorizedOperations);
    return {
      groupId,
      group: { groupId, groupState, groupEpoch, assignmentEpoch, topology, members, authorizedOperations },
      error: undefined,
    };
  });
}
