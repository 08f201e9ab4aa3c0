// How a member comes from what it owns to its target: it gives up first, moves on to the target's epoch when it has, and gets the rest as
// other members give it up. A partition never has two owners.

import { KafkaError } from '../../../protocol/index.ts';
import {
  type Assignment,
  NO_PARTITIONS,
  namesAnyOf,
  type OwnedPartitions,
  type TopicPartitions,
} from './assigned-partitions.ts';
import { type ConsumerMember, MEMBER_STATE } from './consumer-member.ts';

export interface ReconcileInput {
  readonly target: Assignment;
  readonly targetEpoch: number;
  /** The subscription changed: what the member does not want any more is taken away at once. */
  readonly hasSubscriptionChanged: boolean;
  readonly subscribedTopicIds: ReadonlySet<string>;
  /** What the member says that it owns; null when it does not say. */
  readonly owned: readonly TopicPartitions[] | null;
  isOwned(topicId: string, partition: number): boolean;
}

/** The member after its next step; the same object when there is none. Throws FENCED_MEMBER_EPOCH. */
export function reconcile(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  switch (member.state) {
    case MEMBER_STATE.stable:
      if (member.memberEpoch !== input.targetEpoch) return nextStep(member, member.memberEpoch, input);
      return input.hasSubscriptionChanged ? dropUnsubscribed(member, input) : member;
    case MEMBER_STATE.unrevokedPartitions:
      if (!stillOwns(input, member.pendingRevocation)) return nextStep(member, member.memberEpoch, input);
      return input.hasSubscriptionChanged ? dropUnsubscribed(member, input) : member;
    case MEMBER_STATE.unreleasedPartitions:
      return nextStep(member, member.memberEpoch, input);
    default:
      // A later version has left the member in a state that is not known here.
      if (input.owned === null || input.owned.length > 0)
        throw new KafkaError(
          'FENCED_MEMBER_EPOCH',
          'The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin.',
        );
      return nextStep(member, input.targetEpoch, input);
  }
}

function nextStep(member: ConsumerMember, memberEpoch: number, input: ReconcileInput): ConsumerMember {
  const { target, targetEpoch } = input;
  const assigned = new Map<string, Map<number, number>>();
  const toRevoke = new Map<string, Map<number, number>>();
  let isMissingSome = false;
  for (const topicId of new Set([...target.keys(), ...member.assigned.keys()])) {
    const wanted = input.subscribedTopicIds.has(topicId) ? target.get(topicId) : undefined;
    const current = member.assigned.get(topicId) ?? new Map<number, number>();
    for (const [partition, epoch] of current)
      put(wanted?.has(partition) === true ? assigned : toRevoke, topicId, partition, epoch);
  }
  if (toRevoke.size > 0 && stillOwns(input, toRevoke)) {
    return moved(member, MEMBER_STATE.unrevokedPartitions, memberEpoch, assigned, toRevoke);
  }
  for (const [topicId, wanted] of target) {
    if (!input.subscribedTopicIds.has(topicId)) continue;
    for (const partition of wanted) {
      if (member.assigned.get(topicId)?.has(partition) === true) continue;
      const isOwn = member.pendingRevocation.get(topicId)?.has(partition) === true;
      if (!isOwn && input.isOwned(topicId, partition)) isMissingSome = true;
      else put(assigned, topicId, partition, targetEpoch);
    }
  }
  const state = isMissingSome ? MEMBER_STATE.unreleasedPartitions : MEMBER_STATE.stable;
  return moved(member, state, targetEpoch, assigned, NO_PARTITIONS);
}

/** Takes away the topics that the member does not subscribe to any more, whatever the target still says. */
function dropUnsubscribed(member: ConsumerMember, input: ReconcileInput): ConsumerMember {
  const kept = new Map<string, ReadonlyMap<number, number>>();
  const toRevoke = new Map(member.pendingRevocation);
  for (const [topicId, partitions] of member.assigned) {
    if (input.subscribedTopicIds.has(topicId)) kept.set(topicId, partitions);
    else toRevoke.set(topicId, new Map([...(toRevoke.get(topicId) ?? []), ...partitions]));
  }
  if (kept.size === member.assigned.size) return member;
  if (stillOwns(input, toRevoke))
    return moved(member, MEMBER_STATE.unrevokedPartitions, member.memberEpoch, kept, toRevoke);
  return moved(member, member.state, member.memberEpoch, kept, member.pendingRevocation);
}

/** A member that does not say counts as owning it. */
function stillOwns({ owned }: ReconcileInput, revoked: OwnedPartitions): boolean {
  return owned === null || namesAnyOf(owned, revoked);
}

function moved(
  member: ConsumerMember,
  state: number,
  memberEpoch: number,
  assigned: OwnedPartitions,
  pendingRevocation: OwnedPartitions,
): ConsumerMember {
  return {
    ...member,
    state,
    memberEpoch,
    previousMemberEpoch: member.memberEpoch,
    assigned,
    pendingRevocation,
  };
}

function put(to: Map<string, Map<number, number>>, topicId: string, partition: number, epoch: number): void {
  const partitions = to.get(topicId) ?? new Map<number, number>();
  to.set(topicId, partitions.set(partition, epoch));
}
