// The `uniform` assignor: members get as many partitions as each other, as far as their subscriptions allow, and keep what they have where
// that does not stand in the way.

import type { Assignment } from './assigned-partitions.ts';
import { type AssignorInput, type AssignorMember, compareText } from './assignor.ts';
import { sameSet } from './same-set.ts';

type MutableAssignment = Map<string, Set<number>>;
/** Topic and number. */
type Partition = readonly [topicId: string, partition: number];

export function assignUniform(input: AssignorInput): Map<string, Assignment> {
  const [first] = input.members;
  if (first === undefined) return new Map();
  const isHomogeneous = input.members.every(({ topicIds }) => sameSet(topicIds, first.topicIds));
  return isHomogeneous ? assignToEquals(input, first.topicIds) : assignBySubscription(input);
}

/** All subscribe to the same: each keeps up to its share, and gets what is missing to it. */
function assignToEquals(
  { members, partitionCount }: AssignorInput,
  topicIds: ReadonlySet<string>,
): Map<string, Assignment> {
  const free = new Map<string, Set<number>>();
  let total = 0;
  for (const topicId of topicIds) {
    const count = partitionCount(topicId);
    free.set(topicId, new Set(Array.from({ length: count }, (_, partition) => partition)));
    total += count;
  }
  const share = Math.floor(total / members.length);
  let extras = total % members.length;
  const result = new Map<string, MutableAssignment>();
  const unfilled: { kept: MutableAssignment; missing: number }[] = [];
  for (const [index, member] of members.entries()) {
    let hasExtra = extras > 0;
    let quota = share + (hasExtra ? 1 : 0);
    const kept: MutableAssignment = new Map();
    for (const [topicId, partition] of partitionsOf(member)) {
      if (quota === 0) break;
      if (free.get(topicId)?.delete(partition) !== true) continue;
      add(kept, topicId, partition);
      quota--;
    }
    // The extra ones go first to members that have them already, as long as there are others left to take them.
    if (quota > 0 && hasExtra && members.length - index > extras) {
      quota--;
      hasExtra = false;
    }
    if (quota > 0) unfilled.push({ kept, missing: quota });
    if (hasExtra) extras--;
    result.set(member.memberId, kept);
  }
  const rest = partitionsLeft(free);
  for (const { kept, missing } of unfilled) {
    for (let count = 0; count < missing; count++) {
      const { value } = rest.next();
      if (value === undefined) return result;
      add(kept, ...value);
    }
  }
  return result;
}

/** Each partition goes to the least loaded subscriber; then partitions move from loaded to less loaded members until no topic can gain. */
function assignBySubscription({ members, partitionCount }: AssignorInput): Map<string, Assignment> {
  const result = new Map<string, MutableAssignment>();
  const loads = new Map<string, number>();
  const owners = new Map<string, (string | undefined)[]>();
  const subscribers = new Map<string, string[]>();
  for (const { memberId, topicIds } of members) {
    result.set(memberId, new Map());
    loads.set(memberId, 0);
    for (const topicId of topicIds) {
      subscribers.set(topicId, [...(subscribers.get(topicId) ?? []), memberId]);
      if (!owners.has(topicId))
        owners.set(topicId, new Array<string | undefined>(partitionCount(topicId)).fill(undefined));
    }
  }
  const give = (topicId: string, partition: number, memberId: string) => {
    const ownersOfTopic = owners.get(topicId);
    const assignment = result.get(memberId);
    if (ownersOfTopic === undefined || assignment === undefined) return;
    const before = ownersOfTopic[partition];
    if (before !== undefined) {
      remove(result.get(before), topicId, partition);
      loads.set(before, (loads.get(before) ?? 0) - 1);
    }
    ownersOfTopic[partition] = memberId;
    add(assignment, topicId, partition);
    loads.set(memberId, (loads.get(memberId) ?? 0) + 1);
  };
  for (const member of members) {
    for (const [topicId, partition] of partitionsOf(member)) {
      const ownersOfTopic = owners.get(topicId);
      const isFree = partition < (ownersOfTopic?.length ?? 0) && ownersOfTopic?.[partition] === undefined;
      if (member.topicIds.has(topicId) && isFree) give(topicId, partition, member.memberId);
    }
  }
  // The topics with the most partitions for each subscriber have the least choice.
  const perSubscriber = (topicId: string) => partitionCount(topicId) / (subscribers.get(topicId)?.length ?? 1);
  const topicIds = [...owners.keys()].sort(
    (one, other) =>
      perSubscriber(other) - perSubscriber(one) ||
      (subscribers.get(one)?.length ?? 0) - (subscribers.get(other)?.length ?? 0) ||
      compareText(one, other),
  );
  for (const topicId of topicIds) {
    for (const [partition, owner] of (owners.get(topicId) ?? []).entries()) {
      const least = owner === undefined ? leastLoaded(subscribers.get(topicId) ?? [], loads) : undefined;
      if (least !== undefined) give(topicId, partition, least);
    }
  }
  for (let round = 0, hasMoved = true; hasMoved && round < MAX_BALANCING_ROUNDS; round++) {
    hasMoved = false;
    for (const topicId of topicIds) {
      for (const [partition, owner] of (owners.get(topicId) ?? []).entries()) {
        const least = leastLoaded(subscribers.get(topicId) ?? [], loads);
        if (owner === undefined || least === undefined) continue;
        if ((loads.get(owner) ?? 0) - (loads.get(least) ?? 0) <= 1) continue;
        give(topicId, partition, least);
        hasMoved = true;
      }
    }
  }
  return result;
}

/** Each round makes the loads more even, so that it ends by itself; the limit is Kafka's. */
const MAX_BALANCING_ROUNDS = 16;

function leastLoaded(memberIds: readonly string[], loads: ReadonlyMap<string, number>): string | undefined {
  let least: string | undefined;
  for (const memberId of memberIds)
    if (least === undefined || (loads.get(memberId) ?? 0) < (loads.get(least) ?? 0)) least = memberId;
  return least;
}

function* partitionsOf({ assignment }: AssignorMember): Generator<Partition, undefined, undefined> {
  for (const [topicId, partitions] of assignment) for (const partition of partitions) yield [topicId, partition];
}

function* partitionsLeft(free: ReadonlyMap<string, ReadonlySet<number>>): Generator<Partition, undefined, undefined> {
  for (const [topicId, partitions] of free) for (const partition of partitions) yield [topicId, partition];
}

function add(assignment: MutableAssignment, topicId: string, partition: number): void {
  const partitions = assignment.get(topicId) ?? new Set<number>();
  assignment.set(topicId, partitions.add(partition));
}

function remove(assignment: MutableAssignment | undefined, topicId: string, partition: number): void {
  const partitions = assignment?.get(topicId);
  partitions?.delete(partition);
  if (partitions?.size === 0) assignment?.delete(topicId);
}
