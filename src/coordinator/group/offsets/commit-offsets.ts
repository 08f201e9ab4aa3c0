// OffsetCommit: a group keeps where it stands. Members commit with their generation; without one it is a consumer that assigns its
// partitions itself, or an administrator, and the group must be empty. v2-4 may set how long the offset is kept; v9+ hears
// GROUP_ID_NOT_FOUND; v10+ names topics by id.

import {
  errorCode,
  KafkaError,
  type OffsetCommitRequest,
  type OffsetCommitValue,
  type offsetCommit,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { requireCommitter } from '../classic/committer.ts';
import { restartSession } from '../classic/session.ts';
import { type PartitionCheck, requireConsumerCommitter } from '../consumer/commit-check.ts';
import type { GroupContext, GroupResult, RequestContext } from '../group-context.ts';
import type { GroupRecord } from '../group-record.ts';
import { requireStreamsCommitter } from '../streams/commit-check.ts';
import { notForOffsets } from './not-for-offsets.ts';

type PartitionRequest = OffsetCommitRequest['topics'][number]['partitions'][number];

const FIRST_VERSION_WITH_NOT_FOUND = 9;
const DEFAULT_RETENTION = -1n;

/** Throws what is wrong with the request as a whole. */
export function commitOffsets(
  context: GroupContext,
  request: OffsetCommitRequest,
  { apiVersion }: RequestContext,
): GroupResult<Answer<typeof offsetCommit>> {
  const checkPartition = checkCommitter(context, request, apiVersion);
  const nowMs = BigInt(context.clock.now());
  const { retentionTimeMs, groupId: group } = request;
  const expireTimestamp = retentionTimeMs === DEFAULT_RETENTION ? -1n : nowMs + retentionTimeMs;
  const records: GroupRecord[] = [];
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map((partition) => {
      const { partitionIndex } = partition;
      checkPartition({ name, topicId }, partitionIndex);
      if ((partition.committedMetadata ?? '').length > context.config['offset.metadata.max.bytes']) {
        return { partitionIndex, errorCode: errorCode('OFFSET_METADATA_TOO_LARGE') };
      }
      const key = { group, topic: name, partition: partitionIndex };
      const value = { ...committedOffset(partition), commitTimestamp: nowMs, expireTimestamp, topicId };
      records.push({ kind: 'offset-commit', key, value });
      return { partitionIndex, errorCode: 0 };
    }),
  }));
  return { records, response: { topics } };
}

/** What is to be held against each partition. Throws for a committer who may not commit at all. */
function checkCommitter(context: GroupContext, request: OffsetCommitRequest, apiVersion: number): PartitionCheck {
  const group = context.groups.get(request.groupId);
  if (group === undefined) {
    // A group that only keeps offsets comes into being with its first commit.
    if (request.generationIdOrMemberEpoch < 0) return allowAll;
    throw new KafkaError(apiVersion >= FIRST_VERSION_WITH_NOT_FOUND ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION');
  }
  const { memberId, groupInstanceId, generationIdOrMemberEpoch } = request;
  if (group.type === 'share') throw notForOffsets(group);
  if (group.type !== 'classic') {
    const memberEpoch = generationIdOrMemberEpoch;
    const committer = { memberId, groupInstanceId, memberEpoch, apiVersion, isTransactional: false };
    return group.type === 'streams'
      ? requireStreamsCommitter(group, committer)
      : requireConsumerCommitter(group, committer);
  }
  const member = requireCommitter(group, { memberId, groupInstanceId, generationId: generationIdOrMemberEpoch });
  if (member !== undefined) restartSession(context, group, member);
  return allowAll;
}

function allowAll(): void {}

function committedOffset(partition: PartitionRequest): Pick<OffsetCommitValue, 'offset' | 'leaderEpoch' | 'metadata'> {
  return {
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata ?? '',
  };
}
