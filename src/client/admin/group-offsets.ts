// Committed offsets of a group, from outside the group: read, set, forget.

import { type KafkaError, offsetCommit, offsetDelete, offsetFetch } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupByTopic, type TopicPartition } from '../topic-partition.ts';
import { itemError, throwResponseError } from './response-error.ts';

/** How far a group is in one partition: the offset of the next record to read. */
export interface CommittedOffset extends TopicPartition {
  readonly offset: bigint;
  /** -1 when the committer did not say. */
  readonly leaderEpoch: number;
  /** What the committer wrote beside it. */
  readonly metadata: string | null;
}

/** What became of the offset of one partition. */
export interface OffsetResult extends TopicPartition {
  readonly error: KafkaError | undefined;
}

/** Which offsets to list. */
export interface ListGroupOffsetsOptions extends RetryScope {
  /** Default: all that the group has committed. */
  readonly partitions?: readonly TopicPartition[] | undefined;
  /** Wait for transactions that are about to move the offsets. Default false. */
  readonly requireStable?: boolean | undefined;
}

// From version 10 on topics go by id; names live in the versions before.
const NEWEST_BY_NAME = 9;

/** The offsets that the group has committed; partitions without one are left out. */
export function listGroupOffsets(
  cluster: Cluster,
  groupId: string,
  options: ListGroupOffsetsOptions = {},
): Promise<CommittedOffset[]> {
  const what = `read the offsets of group ${groupId}`;
  const topics =
    options.partitions === undefined
      ? null
      : [...groupByTopic(options.partitions)].map(([name, items]) => ({
          name,
          partitionIndexes: items.map((item) => item.partition),
        }));
  return cluster.retry(what, options, async () => {
    const response = await cluster.sendToCoordinator(
      'group',
      groupId,
      offsetFetch,
      (version) => ({
        ...(version >= 8 ? { groups: [{ groupId, topics }] } : { groupId, topics }),
        ...(version >= 7 ? { requireStable: options.requireStable ?? false } : {}),
      }),
      { signal: options.signal, purpose: 'general', maxVersion: NEWEST_BY_NAME },
    );
    // Version 8 answers for many groups, the versions before for one.
    const group = response.groups[0] ?? response;
    throwResponseError(group.errorCode, what);
    return group.topics.flatMap((topic) =>
      topic.partitions.flatMap((partition) => {
        throwResponseError(partition.errorCode, `${what} for ${topic.name}-${partition.partitionIndex}`);
        if (partition.committedOffset < 0n) return [];
        return {
          topic: topic.name,
          partition: partition.partitionIndex,
          offset: partition.committedOffset,
          leaderEpoch: partition.committedLeaderEpoch,
          metadata: partition.metadata,
        };
      }),
    );
  });
}

/** Where a group is to go on in one partition. */
export interface NewOffset extends TopicPartition {
  readonly offset: bigint;
  readonly leaderEpoch?: number | undefined;
  readonly metadata?: string | undefined;
}

/** Sets offsets of a group that has no members; while it has some the broker refuses with UNKNOWN_MEMBER_ID. */
export function alterGroupOffsets(
  cluster: Cluster,
  groupId: string,
  offsets: readonly NewOffset[],
  options: RetryScope = {},
): Promise<OffsetResult[]> {
  return cluster.retry(`set offsets of group ${groupId}`, options, async () => {
    const request = {
      groupId,
      memberId: '',
      topics: [...groupByTopic(offsets)].map(([name, items]) => ({
        name,
        partitions: items.map((item) => ({
          partitionIndex: item.partition,
          committedOffset: item.offset,
          committedLeaderEpoch: item.leaderEpoch ?? -1,
          committedMetadata: item.metadata ?? '',
        })),
      })),
    };
    const response = await cluster.sendToCoordinator('group', groupId, offsetCommit, request, {
      signal: options.signal,
      purpose: 'general',
      maxVersion: NEWEST_BY_NAME,
    });
    return readResults(response.topics, `set the offset of group ${groupId}`);
  });
}

/** Forgets offsets of topics to which the group is not subscribed. */
export function deleteGroupOffsets(
  cluster: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[],
  options: RetryScope = {},
): Promise<OffsetResult[]> {
  const what = `delete offsets of group ${groupId}`;
  return cluster.retry(what, options, async () => {
    const request = {
      groupId,
      topics: [...groupByTopic(partitions)].map(([name, items]) => ({
        name,
        partitions: items.map((item) => ({ partitionIndex: item.partition })),
      })),
    };
    const response = await cluster.sendToCoordinator('group', groupId, offsetDelete, request, {
      signal: options.signal,
      purpose: 'general',
    });
    throwResponseError(response.errorCode, what);
    return readResults(response.topics, `delete the offset of group ${groupId}`);
  });
}

function readResults(
  topics: readonly { name: string; partitions: readonly { partitionIndex: number; errorCode: number }[] }[],
  what: string,
): OffsetResult[] {
  return topics.flatMap((topic) =>
    topic.partitions.map(({ partitionIndex, errorCode }) => ({
      topic: topic.name,
      partition: partitionIndex,
      error: itemError(errorCode, `${what} for ${topic.name}-${partitionIndex}`),
    })),
  );
}
