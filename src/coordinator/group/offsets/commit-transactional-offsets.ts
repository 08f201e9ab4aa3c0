// TxnOffsetCommit: a group keeps where it stands once the producer's transaction is committed. v3+ says which member of which generation
// commits; before, whoever has the transaction may.

import {
  errorCode,
  KafkaError,
  type OffsetCommitValue,
  type TxnOffsetCommitRequest,
  type txnOffsetCommit,
  ZERO_UUID,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { type PartitionCheck, requireConsumerCommitter } from '../consumer/commit-check.ts';
import type { Group } from '../group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import type { GroupRecord } from '../group-record.ts';
import { requireStreamsCommitter } from '../streams/commit-check.ts';
import { notForOffsets } from './not-for-offsets.ts';

type TxnOffsetCommitAnswer = Answer<typeof txnOffsetCommit>;

/** Throws what is wrong with the request as a whole. */
export function commitTransactionalOffsets(
  context: GroupContext,
  request: TxnOffsetCommitRequest,
): GroupResult<TxnOffsetCommitAnswer> {
  const checkPartition = requireCommitter(context.groups.get(request.groupId), request);
  const { groupId: group, producerId, producerEpoch } = request;
  const commitTimestamp = BigInt(context.clock.now());
  const records: GroupRecord[] = [];
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }) => {
      checkPartition({ name, topicId: context.topics().byName(name)?.topicId ?? ZERO_UUID }, partitionIndex);
      if ((committedMetadata ?? '').length > context.config['offset.metadata.max.bytes'])
        return { partitionIndex, errorCode: errorCode('OFFSET_METADATA_TOO_LARGE') };
      const value: OffsetCommitValue = {
        offset: committedOffset,
        leaderEpoch: committedLeaderEpoch,
        metadata: committedMetadata ?? '',
        commitTimestamp,
        expireTimestamp: -1n,
        topicId: ZERO_UUID,
      };
      records.push({ kind: 'offset-commit', key: { group, topic: name, partition: partitionIndex }, value });
      return { partitionIndex, errorCode: 0 };
    }),
  }));
  return { records, response: { topics }, producer: { producerId, producerEpoch } };
}

export function failedTransactionalCommit(request: TxnOffsetCommitRequest, code: number): TxnOffsetCommitAnswer {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
    })),
  };
}

/** Moves what a transaction has committed to what counts, unless something newer is there, or drops it. */
export function endTransactionOfOffsets(
  { offsets, pendingOffsets }: GroupContext,
  producerId: bigint,
  isCommit: boolean,
): void {
  for (const { groupId, topic, partition, value, position } of pendingOffsets.take(producerId)) {
    const known = offsets.get(groupId, topic, partition);
    if (isCommit && (known === undefined || position > known.position))
      offsets.set(groupId, topic, partition, { ...value, position });
  }
}

/** What is to be held against each partition. Throws for a committer who may not commit at all. */
function requireCommitter(group: Group | undefined, request: TxnOffsetCommitRequest): PartitionCheck {
  const { generationId, memberId, groupInstanceId } = request;
  if (group === undefined) {
    // A group that only keeps offsets comes into being with its first commit.
    if (generationId < 0) return allowAll;
    throw new KafkaError('ILLEGAL_GENERATION');
  }
  if (group.type === 'share') throw notForOffsets(group);
  if (group.type !== 'classic') {
    const committer = { memberId, groupInstanceId, memberEpoch: generationId, isTransactional: true };
    return group.type === 'streams'
      ? requireStreamsCommitter(group, committer)
      : requireConsumerCommitter(group, committer);
  }
  if (generationId < 0 && group.isEmpty) return allowAll;
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return allowAll;
  group.requireMember(memberId, groupInstanceId);
  if (generationId !== group.generationId) throw new KafkaError('ILLEGAL_GENERATION');
  return allowAll;
}

function allowAll(): void {}
