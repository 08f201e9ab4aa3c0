// The assignor of share groups, as Apache Kafka's SimpleAssignor: every partition goes to equally many members, members get equally many
// partitions, and who has a partition keeps it as far as that allows. With more members than partitions, partitions are shared.

import { type Assignment, NO_PARTITIONS } from '../consumer/assigned-partitions.ts';
import { sameSet } from '../consumer/same-set.ts';

export interface ShareAssignorMember {
  readonly memberId: string;
  /** Of topics that exist. */
  readonly topicIds: ReadonlySet<string>;
  /** Its target so far. */
  readonly assignment: Assignment;
}

/** `partitions` are those that may be assigned, by topic id. */
export function assignSimple(
  members: readonly ShareAssignorMember[],
  partitions: ReadonlyMap<string, ReadonlySet<number>>,
): Map<string, Assignment> {
  const shares = new Map<string, Share>(members.map(({ memberId }) => [memberId, new Map()]));
  const [first] = members;
  if (first === undefined) return shares;
  if (members.every(({ topicIds }) => sameSet(topicIds, first.topicIds))) {
    shareOut(members, [...first.topicIds], partitions, shares);
  } else {
    const topicIds = new Set(members.flatMap((member) => [...member.topicIds]));
    for (const topicId of topicIds) {
      const subscribers = members.filter((member) => member.topicIds.has(topicId));
      shareOut(subscribers, [topicId], partitions, shares);
    }
  }
  return shares;
}

type Share = Map<string, Set<number>>;

interface Target {
  readonly topicId: string;
  readonly partition: number;
  readonly owners: Set<string>;
}

function shareOut(
  members: readonly ShareAssignorMember[],
  topicIds: readonly string[],
  partitions: ReadonlyMap<string, ReadonlySet<number>>,
  shares: ReadonlyMap<string, Share>,
): void {
  const targets = topicIds.flatMap((topicId) =>
    Array.from(partitions.get(topicId) ?? [], (partition): Target => ({ topicId, partition, owners: new Set() })),
  );
  if (targets.length === 0) return;
  const ownersPerPartition = Math.ceil(members.length / targets.length);
  const partitionsPerMember = (ownersPerPartition * targets.length) / members.length;
  // The fractions are spread over the members, so that the sum is exact.
  const open = members.map((member, index) => ({
    member,
    left: Math.ceil(partitionsPerMember * (index + 1)) - Math.ceil(partitionsPerMember * index),
  }));

  for (const slot of open) {
    const { memberId, assignment } = slot.member;
    for (const { topicId, partition, owners } of targets) {
      if (slot.left === 0) break;
      if (owners.size >= ownersPerPartition || assignment.get(topicId)?.has(partition) !== true) continue;
      give(shares, memberId, { topicId, partition, owners });
      slot.left--;
    }
  }

  let unfilled = open.filter(({ left }) => left > 0);
  let next = 0;
  for (const target of targets) {
    let tried = 0;
    while (target.owners.size < ownersPerPartition && tried < unfilled.length) {
      const slot = unfilled[next % unfilled.length];
      next++;
      tried++;
      if (slot === undefined || target.owners.has(slot.member.memberId)) continue;
      give(shares, slot.member.memberId, target);
      slot.left--;
      tried = 0;
      if (slot.left > 0) continue;
      next = (next - 1) % unfilled.length;
      unfilled = unfilled.filter((other) => other !== slot);
    }
  }
}

function give(shares: ReadonlyMap<string, Share>, memberId: string, { topicId, partition, owners }: Target): void {
  const share = shares.get(memberId) ?? new Map(NO_PARTITIONS);
  share.set(topicId, (share.get(topicId) ?? new Set<number>()).add(partition));
  owners.add(memberId);
}
