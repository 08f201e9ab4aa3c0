// What an assignor decides on, and what it decides: a pure function from members to their partitions.

import type { TopicPartition } from '../../topic-partition.ts';

export interface AssignorMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly topics: readonly string[];
  readonly ownedPartitions: readonly TopicPartition[];
  /** In which it owned them; -1 when it does not say. */
  readonly generationId: number;
}

/** Every member gets an entry, if an empty one. `partitionCounts` has the topics that exist. */
export type Assign = (
  members: readonly AssignorMember[],
  partitionCounts: ReadonlyMap<string, number>,
) => Map<string, readonly TopicPartition[]>;

/** Static members first, by instance id, then the others by member id, so that a static member keeps its place through a restart. */
export function inOrder(members: readonly AssignorMember[]): AssignorMember[] {
  return [...members].sort((left, right) => {
    if (left.instanceId !== null && right.instanceId !== null) return compare(left.instanceId, right.instanceId);
    if (left.instanceId !== null) return -1;
    if (right.instanceId !== null) return 1;
    return compare(left.memberId, right.memberId);
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
