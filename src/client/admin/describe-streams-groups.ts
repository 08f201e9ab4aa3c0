// StreamsGroupDescribe (KIP-1071): the topology of a Kafka Streams application, its members and their tasks.

import {
  streamsGroupDescribe as describeApi,
  KafkaError,
  type StreamsGroupDescribeResponse,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError } from './response-error.ts';

type DescribedByBroker = StreamsGroupDescribeResponse['groups'][number];

/** As the broker tells it. */
export type StreamsGroupDescription = Pick<
  DescribedByBroker,
  'groupId' | 'groupState' | 'groupEpoch' | 'assignmentEpoch' | 'topology' | 'members'
>;

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
  options: RetryScope = {},
): Promise<DescribedStreamsGroup[]> {
  return Promise.all(groupIds.map((groupId) => describeStreamsGroup(cluster, groupId, options)));
}

function describeStreamsGroup(cluster: Cluster, groupId: string, options: RetryScope): Promise<DescribedStreamsGroup> {
  const what = `describe streams group ${groupId}`;
  return cluster.retry(what, options, async () => {
    const request = { groupIds: [groupId], includeAuthorizedOperations: false };
    const response = await cluster.sendToCoordinator('group', groupId, describeApi, request, {
      signal: options.signal,
      purpose: 'general',
    });
    const [described] = response.groups;
    if (described === undefined) {
      throw new KafkaError('UNKNOWN_SERVER_ERROR', `Cannot ${what}: the broker did not answer`);
    }
    const error = itemError(described.errorCode, what, described.errorMessage);
    if (error) return { groupId, group: undefined, error };
    const { groupState, groupEpoch, assignmentEpoch, topology, members } = described;
    return {
      groupId,
      group: { groupId, groupState, groupEpoch, assignmentEpoch, topology, members },
      error: undefined,
    };
  });
}
