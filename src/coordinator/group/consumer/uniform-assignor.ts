// The `uniform` assignor: members get as many partitions as each other, as far as their subscriptions allow, and keep what they have where
// that does not stand in the way. The result is Apache Kafka's for members and topics in the order in which they are given.

import type { Assignment } from './assigned-partitions.ts';
import type { AssignorInput, AssignorMember } from './assignor.ts';
import { assignBySubscription } from './uniform-by-subscription.ts';

/** Topic and number. */
type Partition = readonly [topicId: string, partition: number];

export function assignUniform(input: AssignorInput): Map<string, Assignment> {
  const [first] = input.members;
  if (first === undefined) return new Map();
  return input.isHomogeneous ? assignToEquals(input, first.topicIds) : assignBySubscription(input);
}

/** All subscribe to the same: each keeps up to its share, and gets what is missing to it. */
function assignToEquals(
  { members, partitionCount }: AssignorInput,
  topicIds: ReadonlySet<string>,
): Map<string, Assignment> {
  const owned = ownedPartitions(members);
  /** Those that nobody had come before those that are taken from somebody. */
  const free: Partition[] = [];
  let total = 0;
  for (const topicId of topicIds) {
    const count = partitionCount(topicId);
    const ownedOfTopic = owned.get(topicId);
    for (let partition = 0; partition < count; partition++)
      if (ownedOfTopic?.has(partition) !== true) free.push([topicId, partition]);
    total += count;
  }
  const share = Math.floor(total / members.length);
  let extras = total % members.length;
  const result = new Map<string, Map<string, Set<number>>>();
  const unfilled: { readonly kept: Map<string, Set<number>>; readonly missing: number }[] = [];
  for (const [index, member] of members.entries()) {
    let hasExtra = extras > 0;
    let quota = share + (hasExtra ? 1 : 0);
    const kept = new Map<string, Set<number>>();
    for (const place of partitionsOf(member)) {
      if (!topicIds.has(place[0])) continue;
      if (quota > 0) {
        add(kept, place);
        quota--;
      } else free.push(place);
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
  let next = 0;
  for (const { kept, missing } of unfilled) {
    for (const place of free.slice(next, next + missing)) add(kept, place);
    next += missing;
  }
  return result;
}

function ownedPartitions(members: readonly AssignorMember[]): Map<string, Set<number>> {
  const owned = new Map<string, Set<number>>();
  for (const member of members) for (const place of partitionsOf(member)) add(owned, place);
  return owned;
}

function* partitionsOf({ assignment }: AssignorMember): Generator<Partition, undefined, undefined> {
  for (const [topicId, partitions] of assignment) for (const partition of partitions) yield [topicId, partition];
}

function add(to: Map<string, Set<number>>, [topicId, partition]: Partition): void {
  to.set(topicId, (to.get(topicId) ?? new Set<number>()).add(partition));
}
