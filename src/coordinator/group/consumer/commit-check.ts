// Who may commit and fetch offsets of a consumer group: its members, in their epoch; or anybody, while it is empty.

import { KafkaError } from '../../../protocol/index.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { ConsumerMember } from './consumer-member.ts';

export interface ConsumerCommitter {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly memberEpoch: number;
  readonly isTransactional: boolean;
  /** Of an OffsetCommit. */
  readonly apiVersion?: number;
}

/** Whether offsets of the partition may be committed: throws where not. */
export type PartitionCheck = (topic: { readonly name: string; readonly topicId: string }, partition: number) => void;

const FIRST_VERSION_FOR_CONSUMERS = 9;

/** Throws UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, ILLEGAL_GENERATION, UNSUPPORTED_VERSION. */
export function requireConsumerCommitter(group: ConsumerGroup, committer: ConsumerCommitter): PartitionCheck {
  const {
    memberId,
    groupInstanceId,
    memberEpoch,
    isTransactional,
    apiVersion = FIRST_VERSION_FOR_CONSUMERS,
  } = committer;
  if (memberEpoch < 0 && group.isEmpty) return allowAll;
  if (isTransactional && memberEpoch === -1 && memberId === '' && groupInstanceId === null) return allowAll;
  const member = group.requireMember(memberId);
  if (member.classic === null && apiVersion < FIRST_VERSION_FOR_CONSUMERS) {
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      'OffsetCommit version 9 or above must be used by members using the consumer group protocol',
    );
  }
  if (memberEpoch === member.memberEpoch) return allowAll;
  if (memberEpoch > member.memberEpoch) throw staleEpoch(member);
  // It has not heard of its new epoch yet (KIP-1251): what it has owned since then or longer is still its own.
  return ({ topicId }, partition) => {
    const since = member.assigned.get(topicId)?.get(partition) ?? member.pendingRevocation.get(topicId)?.get(partition);
    if (since === undefined || memberEpoch < since) throw staleEpoch(member);
  };
}

/** Throws UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH, ILLEGAL_GENERATION. */
export function requireConsumerFetcher(group: ConsumerGroup, memberId: string | null, memberEpoch: number): void {
  if (memberId === null && memberEpoch < 0) return;
  const member = group.requireMember(memberId ?? '');
  if (memberEpoch !== member.memberEpoch) throw staleEpoch(member);
}

function staleEpoch({ classic }: ConsumerMember): KafkaError {
  return new KafkaError(classic === null ? 'STALE_MEMBER_EPOCH' : 'ILLEGAL_GENERATION');
}

function allowAll(): void {}
