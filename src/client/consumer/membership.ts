// What a consumer needs of its membership in a group, whichever protocol the group speaks. The application's polls drive it, so that a
// rebalance never takes a partition away while its records are being worked on.

import type { KafkaError } from '../../protocol/index.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { CommitterIdentity } from './committer.ts';

export interface Membership {
  /** For commits. */
  readonly identity: CommitterIdentity;
  /** True when this is a member with an assignment; joins, or joins again, when it is not. False when the time was over before. */
  poll(timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  /** What an answer to a commit says about the membership. */
  noticeError(error: KafkaError): void;
  /** Leaves the group, unless this is a static member, whose place is kept for a while. */
  close(): Promise<void>;
}

export interface RebalanceListener {
  /** These are taken away; offsets can still be committed unless they are lost already. */
  onRevoked(partitions: readonly TopicPartition[], isLost: boolean): Promise<void>;
  onAssigned(partitions: readonly TopicPartition[]): Promise<void>;
}
