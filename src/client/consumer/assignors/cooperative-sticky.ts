// Cooperative-sticky: members keep what they have as far as that is fair, and a partition that moves is first taken from the one, then, in
// the rebalance that follows, given to the other (KIP-429).

import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import { type Assign, type AssignorMember, inOrder } from './assignment-input.ts';

export const assignCooperativeSticky: Assign = (members, partitionCounts) => {
  const owners = currentOwners(members);
  const assignment = assignSticky(members, partitionCounts, owners);
  for (const [memberId, partitions] of assignment) {
    // A partition that another member still holds comes to this one only when that member has given it up.
    assignment.set(
      memberId,
      partitions.filter((partition) => (owners.get(partitionName(partition)) ?? memberId) === memberId),
    );
  }
  return assignment;
};

/** Who owns what now. Of two that claim the same partition the one of the later generation is right; of equals neither is. */
function currentOwners(members: readonly AssignorMember[]): Map<string, string> {
  const claims = new Map<string, { memberId: string; generationId: number; isDisputed: boolean }>();
  for (const { memberId, generationId, ownedPartitions } of members) {
    for (const partition of ownedPartitions) {
      const key = partitionName(partition);
      const other = claims.get(key);
      if (other === undefined || generationId > other.generationId)
        claims.set(key, { memberId, generationId, isDisputed: false });
      else if (generationId === other.generationId) other.isDisputed = true;
    }
  }
  return new Map([...claims].flatMap(([key, claim]) => (claim.isDisputed ? [] : [[key, claim.memberId]])));
}

function assignSticky(
  members: readonly AssignorMember[],
  partitionCounts: ReadonlyMap<string, number>,
  owners: ReadonlyMap<string, string>,
): Map<string, TopicPartition[]> {
  const ordered = inOrder(members);
  const assignment = new Map<string, TopicPartition[]>(ordered.map((member) => [member.memberId, []]));
  const candidates = new Map(
    [...partitionCounts.keys()].map((topic) => [topic, ordered.filter((member) => member.topics.includes(topic))]),
  );
  const free: TopicPartition[] = [];
  for (const [topic, count] of partitionCounts) {
    for (let partition = 0; partition < count; partition++) {
      const place = { topic, partition };
      const owner = owners.get(partitionName(place));
      const keeps = candidates.get(topic)?.some((member) => member.memberId === owner) ? owner : undefined;
      if (keeps === undefined) free.push(place);
      else assignment.get(keeps)?.push(place);
    }
  }
  // Those with the fewest takers first: they have the least choice.
  free.sort((left, right) => (candidates.get(left.topic)?.length ?? 0) - (candidates.get(right.topic)?.length ?? 0));
  for (const place of free) leastLoaded(candidates.get(place.topic) ?? [], assignment)?.push(place);
  balance(assignment, candidates);
  return assignment;
}

/** Moves partitions from members with more to members with at least two fewer, until there is no such pair. */
function balance(
  assignment: Map<string, TopicPartition[]>,
  candidates: ReadonlyMap<string, readonly AssignorMember[]>,
): void {
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    const byLoad = [...assignment.values()].sort((left, right) => right.length - left.length);
    for (const partitions of byLoad) {
      const index = partitions.findLastIndex((place) => {
        const target = leastLoaded(candidates.get(place.topic) ?? [], assignment);
        return target !== undefined && target.length + 1 < partitions.length;
      });
      const place = partitions[index];
      if (place === undefined) continue;
      partitions.splice(index, 1);
      leastLoaded(candidates.get(place.topic) ?? [], assignment)?.push(place);
      hasMoved = true;
      break;
    }
  }
}

function leastLoaded(
  members: readonly AssignorMember[],
  assignment: ReadonlyMap<string, TopicPartition[]>,
): TopicPartition[] | undefined {
  let least: TopicPartition[] | undefined;
  for (const { memberId } of members) {
    const partitions = assignment.get(memberId);
    if (partitions && (least === undefined || partitions.length < least.length)) least = partitions;
  }
  return least;
}
