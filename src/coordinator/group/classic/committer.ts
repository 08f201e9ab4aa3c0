// Who may commit offsets of a classic group.

import { KafkaError } from '../../../protocol/index.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { ClassicMember } from './classic-member.ts';

export interface Committer {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** Negative for someone outside the group's management. */
  readonly generationId: number;
}

/** The member that commits; undefined for a commit without membership. Throws the reason why it is refused. */
export function requireCommitter(group: ClassicGroup, committer: Committer): ClassicMember | undefined {
  const { memberId, groupInstanceId, generationId } = committer;
  if (generationId < 0 && group.isEmpty) return undefined;
  if (generationId < 0 && memberId === '' && groupInstanceId === null) throw new KafkaError('UNKNOWN_MEMBER_ID');
  const member = group.requireMember(memberId, groupInstanceId);
  if (generationId !== group.generationId) throw new KafkaError('ILLEGAL_GENERATION');
  // It has heard of the generation, but not what it is to work on: it should go on with the rebalance first.
  if (group.state === 'CompletingRebalance') throw new KafkaError('REBALANCE_IN_PROGRESS');
  return member;
}
