// Members and assignments of groups: ConsumerGroupDescribe for groups of the consumer protocol, ShareGroupDescribe for share groups,
// DescribeGroups for the others.

import {
  type ConsumerGroupDescribeResponse,
  consumerGroupDescribe,
  type DescribeGroupsResponse,
  describeGroups as describeGroupsApi,
  type KafkaError,
  type ShareGroupDescribeResponse,
  shareGroupDescribe,
} from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { readAssignment } from '../consumer/consumer-protocol.ts';
import type { TopicPartition } from '../topic-partition.ts';
import { type AclOperation, type DescribeOptions, readAuthorizedOperations } from './authorized-operations.ts';
import { answered, itemError } from './response-error.ts';

/** A member with the partitions that it has. */
export interface GroupMember {
  readonly memberId: string;
  /** `group.instance.id` of a static member. */
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly assignment: readonly TopicPartition[];
}

/** A group with its members. */
export interface GroupDescription {
  readonly groupId: string;
  /** `Stable`, `Empty`, `PreparingRebalance`, `Dead` ... */
  readonly state: string;
  readonly type: 'Classic' | 'Consumer' | 'Share';
  readonly protocolType: string;
  /** The assignor; empty while there is none. */
  readonly assignor: string;
  /** Node id of the coordinator. */
  readonly coordinatorId: number;
  readonly members: readonly GroupMember[];
  /** What this client may do with the group; undefined where that was not asked for, or the broker is too old to say. */
  readonly authorizedOperations: readonly AclOperation[] | undefined;
}

/** A group, or why it cannot be described. */
export interface DescribedGroup {
  readonly groupId: string;
  readonly group: GroupDescription | undefined;
  readonly error: KafkaError | undefined;
}

/** One answer for each id, in their order. A group that nobody has heard of is described as `Dead`, or has the error GROUP_ID_NOT_FOUND. */
export function describeGroups(
  cluster: Cluster,
  groupIds: readonly string[],
  options: DescribeOptions = {},
): Promise<DescribedGroup[]> {
  return Promise.all(groupIds.map((groupId) => describeGroup(cluster, groupId, options)));
}

function describeGroup(cluster: Cluster, groupId: string, options: DescribeOptions): Promise<DescribedGroup> {
  return cluster.retry(`describe group ${groupId}`, options, async () => {
    const { id: coordinatorId } = await cluster.findCoordinator('group', groupId, options.signal);
    const connection = await cluster.connection(coordinatorId, 'general', options.signal);
    const sending = { signal: options.signal };
    const { includeAuthorizedOperations = false } = options;
    const request = { groupIds: [groupId], includeAuthorizedOperations };
    // Each API knows the groups of its own protocol; of others it says that there are none.
    if (connection.serves(consumerGroupDescribe)) {
      const { groups } = await connection.send(consumerGroupDescribe, request, sending);
      const described = readConsumerGroup(groupId, coordinatorId, groups, 'Consumer');
      if (!isUnknown(described)) return described;
    }
    const { groups } = await connection.send(
      describeGroupsApi,
      {
        groups: [groupId],
        ...(connection.versionOf(describeGroupsApi) >= 3 && { includeAuthorizedOperations }),
      },
      sending,
    );
    const classic = readClassicGroup(groupId, coordinatorId, groups);
    if (!isUnknown(classic) || !connection.serves(shareGroupDescribe)) return classic;
    const answer = await connection.send(shareGroupDescribe, request, sending);
    const shared = readConsumerGroup(groupId, coordinatorId, answer.groups, 'Share');
    return isUnknown(shared) ? classic : shared;
  });
}

function isUnknown({ error, group }: DescribedGroup): boolean {
  return error?.code === 'GROUP_ID_NOT_FOUND' || group?.state === 'Dead';
}

function readConsumerGroup(
  groupId: string,
  coordinatorId: number,
  groups: ConsumerGroupDescribeResponse['groups'] | ShareGroupDescribeResponse['groups'],
  type: 'Consumer' | 'Share',
): DescribedGroup {
  const group = only<(typeof groups)[number]>(groups, groupId);
  const error = itemError(group.errorCode, `describe group ${groupId}`, group.errorMessage);
  if (error) return { groupId, group: undefined, error };
  const members = group.members.map((member) => ({
    memberId: member.memberId,
    instanceId: 'instanceId' in member ? member.instanceId : null,
    clientId: member.clientId,
    clientHost: member.clientHost,
    assignment: member.assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({ topic: topicName, partition })),
    ),
  }));
  return {
    groupId,
    error: undefined,
    group: {
      groupId,
      state: group.groupState,
      type,
      protocolType: type === 'Share' ? 'share' : 'consumer',
      assignor: group.assignorName,
      coordinatorId,
      members,
      authorizedOperations: readAuthorizedOperations(group.authorizedOperations),
    },
  };
}

function readClassicGroup(
  groupId: string,
  coordinatorId: number,
  groups: DescribeGroupsResponse['groups'],
): DescribedGroup {
  const group = only(groups, groupId);
  const error = itemError(group.errorCode, `describe group ${groupId}`, group.errorMessage);
  if (error) return { groupId, group: undefined, error };
  const isConsumer = group.protocolType === 'consumer';
  const members = group.members.map((member) => ({
    memberId: member.memberId,
    instanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    // Empty while the group rebalances.
    assignment: isConsumer && member.memberAssignment.length > 0 ? readAssignment(member.memberAssignment) : [],
  }));
  return {
    groupId,
    error: undefined,
    group: {
      groupId,
      state: group.groupState,
      type: 'Classic',
      protocolType: group.protocolType,
      assignor: group.protocolData,
      coordinatorId,
      members,
      authorizedOperations: readAuthorizedOperations(group.authorizedOperations),
    },
  };
}

function only<T extends { readonly groupId: string }>(groups: readonly T[], groupId: string): T {
  return answered(
    groups.find((candidate) => candidate.groupId === groupId),
    `describe group ${groupId}`,
  );
}
