// OffsetFetch: where one group stands, in the named partitions or in all. A partition without a committed offset is told as -1.

import {
  errorCode,
  type OffsetCommitValue,
  type OffsetFetchRequest,
  type OffsetFetchResponse,
  ZERO_UUID,
} from '../../../protocol/index.ts';
import { requireConsumerFetcher } from '../consumer/commit-check.ts';
import type { GroupContext } from '../group-context.ts';
import { requireStreamsFetcher } from '../streams/commit-check.ts';
import { notForOffsets } from './not-for-offsets.ts';

export type GroupOffsetsRequest = OffsetFetchRequest['groups'][number];
export type GroupOffsets = OffsetFetchResponse['groups'][number];
type PartitionOffset = GroupOffsets['topics'][number]['partitions'][number];

/**
 * `requireStable` (KIP-447): an offset that an open transaction may still change is not told, but UNSTABLE_OFFSET_COMMIT.
 * Throws STALE_MEMBER_EPOCH and the like for a member of a consumer group that is not what it takes itself for.
 */
export function fetchOffsets(
  context: GroupContext,
  request: GroupOffsetsRequest,
  requireStable: boolean,
): GroupOffsets {
  const { offsets, pendingOffsets } = context;
  const { groupId } = request;
  const group = context.groups.get(groupId);
  if (group?.type === 'share') throw notForOffsets(group);
  if (group?.type === 'consumer') requireConsumerFetcher(group, request.memberId, request.memberEpoch);
  if (group?.type === 'streams') requireStreamsFetcher(group, request.memberId, request.memberEpoch);
  const isUnstable = (topic: string, index: number) => requireStable && pendingOffsets.has(groupId, topic, index);
  if (request.topics === null) {
    const topics = Array.from(offsets.ofGroup(groupId), ([name, partitions]) => ({
      name,
      topicId: ZERO_UUID,
      partitions: Array.from(partitions, ([index, value]) =>
        isUnstable(name, index) ? unstableOffset(index) : partitionOffset(index, value),
      ),
    }));
    return { groupId, topics, errorCode: 0 };
  }
  const topics = request.topics.map(({ name, topicId, partitionIndexes }) => ({
    name,
    topicId,
    partitions: partitionIndexes.map((index) => {
      if (isUnstable(name, index)) return unstableOffset(index);
      const value = offsets.get(groupId, name, index);
      return partitionOffset(index, value !== undefined && isOfTopic(value, topicId) ? value : undefined);
    }),
  }));
  return { groupId, topics, errorCode: 0 };
}

/** A topic of the same name that was deleted since is another topic. Where either side has no id, the name decides. */
function isOfTopic(value: OffsetCommitValue, topicId: string): boolean {
  return value.topicId === ZERO_UUID || topicId === ZERO_UUID || value.topicId === topicId;
}

function unstableOffset(partitionIndex: number): PartitionOffset {
  return { ...partitionOffset(partitionIndex, undefined), errorCode: errorCode('UNSTABLE_OFFSET_COMMIT') };
}

function partitionOffset(partitionIndex: number, value: OffsetCommitValue | undefined): PartitionOffset {
  return {
    partitionIndex,
    committedOffset: value?.offset ?? -1n,
    committedLeaderEpoch: value?.leaderEpoch ?? -1,
    metadata: value?.metadata ?? '',
    errorCode: 0,
  };
}
