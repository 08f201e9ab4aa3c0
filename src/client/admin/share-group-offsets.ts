// Where share groups begin to read (KIP-932): told, moved and forgotten. Groups with members refuse to be moved.

import {
  alterShareGroupOffsets as alterApi,
  deleteShareGroupOffsets as deleteApi,
  describeShareGroupOffsets as describeApi,
  type KafkaError,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import type { OffsetResult } from './group-offsets.ts';
import { answered, itemError, throwResponseError } from './response-error.ts';

/** How far a share group is in one partition: everything before the offset is done with. */
export interface ShareGroupOffset extends TopicPartition {
  /** The first record that is not done; undefined while the group has not read there. */
  readonly startOffset: bigint | undefined;
  readonly leaderEpoch: number;
  /** Records still to be done; undefined where it is not known. */
  readonly lag: bigint | undefined;
  readonly error: KafkaError | undefined;
}

/** Where a share group is to begin in one partition. */
export interface NewShareGroupOffset extends TopicPartition {
  readonly startOffset: bigint;
}

/** What became of the offsets of one topic. */
export interface DeletedShareGroupOffsets {
  readonly topic: string;
  readonly error: KafkaError | undefined;
}

/** Which offsets to list. */
export interface ListShareGroupOffsetsOptions extends RetryScope {
  /** Default: all that the group reads. */
  readonly partitions?: readonly TopicPartition[] | undefined;
}

export function listShareGroupOffsets(
  cluster: Cluster,
  groupId: string,
  options: ListShareGroupOffsetsOptions = {},
): Promise<ShareGroupOffset[]> {
  const what = `read the offsets of share group ${groupId}`;
  const topics =
    options.partitions === undefined
      ? null
      : [...groupByTopic(options.partitions)].map(([topicName, items]) => ({
          topicName,
          partitions: items.map(({ partition }) => partition),
        }));
  return cluster.retry(what, options, async () => {
    const request = { groups: [{ groupId, topics }] };
    const response = await cluster.sendToCoordinator('group', groupId, describeApi, request, sending(options));
    const group = answered(response.groups[0], what);
    throwResponseError(group.errorCode, what, group.errorMessage);
    return group.topics.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partitionIndex, startOffset, leaderEpoch, lag, errorCode, errorMessage }) => ({
        topic: topicName,
        partition: partitionIndex,
        startOffset: startOffset < 0n ? undefined : startOffset,
        leaderEpoch,
        lag: lag < 0n ? undefined : lag,
        error: itemError(errorCode, `${what} for ${topicName}-${partitionIndex}`, errorMessage),
      })),
    );
  });
}

export function alterShareGroupOffsets(
  cluster: Cluster,
  groupId: string,
  offsets: readonly NewShareGroupOffset[],
  options: RetryScope = {},
): Promise<OffsetResult[]> {
  const what = `set offsets of share group ${groupId}`;
  const topics = [...groupByTopic(offsets)].map(([topicName, items]) => ({
    topicName,
    partitions: items.map(({ partition, startOffset }) => ({ partitionIndex: partition, startOffset })),
  }));
  return cluster.retry(what, options, async () => {
    const request = { groupId, topics };
    const response = await cluster.sendToCoordinator('group', groupId, alterApi, request, sending(options));
    throwResponseError(response.errorCode, what, response.errorMessage);
    return response.responses.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partitionIndex, errorCode, errorMessage }) => {
        const place = { topic: topicName, partition: partitionIndex };
        return { ...place, error: itemError(errorCode, `${what} in ${partitionName(place)}`, errorMessage) };
      }),
    );
  });
}

/** Forgets whole topics. */
export function deleteShareGroupOffsets(
  cluster: Cluster,
  groupId: string,
  topics: readonly string[],
  options: RetryScope = {},
): Promise<DeletedShareGroupOffsets[]> {
  const what = `delete offsets of share group ${groupId}`;
  return cluster.retry(what, options, async () => {
    const request = { groupId, topics: topics.map((topicName) => ({ topicName })) };
    const response = await cluster.sendToCoordinator('group', groupId, deleteApi, request, sending(options));
    throwResponseError(response.errorCode, what, response.errorMessage);
    return response.responses.map(({ topicName, errorCode, errorMessage }) => ({
      topic: topicName,
      error: itemError(errorCode, `${what} for topic ${topicName}`, errorMessage),
    }));
  });
}

function sending({ signal }: RetryScope) {
  return { signal, purpose: 'general' } as const;
}
