// Who may commit and fetch offsets of a streams group: its members, in their epoch; or anybody, while it is empty.

import { KafkaError } from '../../../protocol/index.ts';
import type { ConsumerCommitter, PartitionCheck } from '../consumer/commit-check.ts';
import type { StreamsGroup } from './streams-group.ts';

const FIRST_VERSION_FOR_STREAMS = 9;

/** Throws UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, UNSUPPORTED_VERSION. */
export function requireStreamsCommitter(group: StreamsGroup, committer: ConsumerCommitter): PartitionCheck {
  const { memberId, groupInstanceId, memberEpoch, isTransactional, apiVersion } = committer;
  if (memberEpoch < 0 && group.isEmpty) return allowAll;
  if (isTransactional && memberEpoch === -1 && memberId === '' && groupInstanceId === null) return allowAll;
  const member = group.requireMember(memberId);
  if (apiVersion !== undefined && apiVersion < FIRST_VERSION_FOR_STREAMS) {
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      'OffsetCommit version 9 or above must be used by members using the streams group protocol',
    );
  }
  if (memberEpoch === member.memberEpoch) return allowAll;
  if (memberEpoch > member.memberEpoch) throw new KafkaError('STALE_MEMBER_EPOCH');
  // It has not heard of its new epoch yet (KIP-1251): the tasks that it has had since then or longer are still its own.
  return ({ name }, partition) => {
    const subtopologyId = group.readerOf(name) ?? '';
    const since =
      member.assigned.active.get(subtopologyId)?.get(partition) ??
      member.pendingRevocation.active.get(subtopologyId)?.get(partition);
    if (since === undefined || memberEpoch < since) throw new KafkaError('STALE_MEMBER_EPOCH');
  };
}

/** Throws UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH. */
export function requireStreamsFetcher(group: StreamsGroup, memberId: string | null, memberEpoch: number): void {
  if (memberId === null && memberEpoch < 0) return;
  if (memberEpoch !== group.requireMember(memberId ?? '').memberEpoch) throw new KafkaError('STALE_MEMBER_EPOCH');
}

function allowAll(): void {}
