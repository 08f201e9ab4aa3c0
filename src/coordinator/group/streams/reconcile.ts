// How a member comes from the tasks that it has to its target: it gives up first, moves on to the target's epoch when it has, and gets the
// rest as other processes, and other threads of its own, give it up.

import { KafkaError } from '../../../protocol/index.ts';
import { MEMBER_STATE, type StreamsMember } from './streams-member.ts';
import type { TaskOwners } from './task-owners.ts';
import { hasTasks, NO_TASKS, type OwnedTasks, sharesTasks, type Tasks } from './tasks.ts';

export interface ReconcileInput {
  readonly target: Tasks;
  readonly targetEpoch: number;
  /** What the member says that it has; undefined when it does not say. */
  readonly owned: Tasks | undefined;
  readonly owners: TaskOwners;
}

/** Partitions with what is kept of each: the epoch of its assignment for active tasks, nothing for others. */
type Current<T> = ReadonlyMap<string, ReadonlyMap<number, T>>;

interface Difference<T> {
  readonly kept: Map<string, Map<number, T>>;
  readonly revoked: Map<string, Map<number, T>>;
  readonly added: Map<string, Map<number, T>>;
  readonly isMissingSome: boolean;
}

/** The member after its next step; the same object when there is none. Throws FENCED_MEMBER_EPOCH. */
export function reconcile(member: StreamsMember, input: ReconcileInput): StreamsMember {
  switch (member.state) {
    case MEMBER_STATE.stable:
      return member.memberEpoch === input.targetEpoch ? member : nextStep(member, member.memberEpoch, input);
    case MEMBER_STATE.unrevokedTasks:
      if (stillHas(input, member.pendingRevocation)) return member;
      return nextStep(member, member.memberEpoch + 1, input);
    case MEMBER_STATE.unreleasedTasks:
      return nextStep(member, member.memberEpoch, input);
    default:
      // A later version has left the member in a state that is not known here.
      if (input.owned === undefined || hasTasks(input.owned)) {
        throw new KafkaError(
          'FENCED_MEMBER_EPOCH',
          'The streams group member is in a unknown state. The member must abandon all its tasks and rejoin.',
        );
      }
      return nextStep(member, input.targetEpoch, input);
  }
}

function nextStep(member: StreamsMember, memberEpoch: number, input: ReconcileInput): StreamsMember {
  const { target, targetEpoch, owners } = input;
  const { processId, assigned } = member;
  const isHere = (id: string, partition: number) => owners.isPassiveAt(processId, id, partition);
  const isTaken = (id: string, partition: number) => owners.isActive(id, partition) || isHere(id, partition);
  const isHereAtAll = (id: string, partition: number) =>
    owners.isActiveAt(processId, id, partition) || isHere(id, partition);
  const active = difference(assigned.active, target.active, targetEpoch, isTaken);
  const standby = difference(withoutEpochs(assigned.standby), target.standby, undefined, isHereAtAll);
  const warmup = difference(withoutEpochs(assigned.warmup), target.warmup, undefined, isHereAtAll);

  const revoked = toOwned(active.revoked, standby.revoked, warmup.revoked);
  if (hasTasks(revoked) && stillHas(input, revoked)) {
    const kept = toOwned(active.kept, standby.kept, warmup.kept);
    return moved(member, MEMBER_STATE.unrevokedTasks, memberEpoch, kept, revoked);
  }
  const isMissingSome = active.isMissingSome || standby.isMissingSome || warmup.isMissingSome;
  const state = isMissingSome ? MEMBER_STATE.unreleasedTasks : MEMBER_STATE.stable;
  const all = toOwned(
    merged(active.kept, active.added),
    merged(standby.kept, standby.added),
    merged(warmup.kept, warmup.added),
  );
  return moved(member, state, targetEpoch, all, NO_TASKS);
}

function difference<T>(
  current: Current<T>,
  target: ReadonlyMap<string, ReadonlySet<number>>,
  added: T,
  isUnreleased: (subtopologyId: string, partition: number) => boolean,
): Difference<T> {
  const result = { kept: new Map(), revoked: new Map(), added: new Map() };
  let isMissingSome = false;
  for (const [id, partitions] of current) {
    const wanted = target.get(id);
    for (const [partition, value] of partitions)
      put(wanted?.has(partition) === true ? result.kept : result.revoked, id, partition, value);
  }
  for (const [id, partitions] of target) {
    for (const partition of partitions) {
      if (current.get(id)?.has(partition) === true) continue;
      if (isUnreleased(id, partition)) isMissingSome = true;
      else put(result.added, id, partition, added);
    }
  }
  return { ...result, isMissingSome };
}

/** A member that does not say counts as having them. */
function stillHas({ owned }: ReconcileInput, tasks: OwnedTasks): boolean {
  return owned === undefined || sharesTasks(owned, tasks);
}

function moved(
  member: StreamsMember,
  state: number,
  memberEpoch: number,
  assigned: OwnedTasks,
  pendingRevocation: OwnedTasks,
): StreamsMember {
  return { ...member, state, memberEpoch, previousMemberEpoch: member.memberEpoch, assigned, pendingRevocation };
}

function toOwned(
  active: ReadonlyMap<string, ReadonlyMap<number, number>>,
  standby: Current<undefined>,
  warmup: Current<undefined>,
): OwnedTasks {
  return { active, standby: partitionsOf(standby), warmup: partitionsOf(warmup) };
}

function partitionsOf(tasks: Current<undefined>): Map<string, Set<number>> {
  return new Map(Array.from(tasks, ([id, partitions]) => [id, new Set(partitions.keys())]));
}

function withoutEpochs(tasks: ReadonlyMap<string, ReadonlySet<number>>): Current<undefined> {
  return new Map(
    Array.from(tasks, ([id, partitions]) => [
      id,
      new Map(Array.from(partitions, (partition) => [partition, undefined])),
    ]),
  );
}

function merged<T>(one: Current<T>, other: Current<T>): Map<string, ReadonlyMap<number, T>> {
  const result = new Map(one);
  for (const [id, partitions] of other) result.set(id, new Map([...(result.get(id) ?? []), ...partitions]));
  return result;
}

function put<T>(to: Map<string, Map<number, T>>, id: string, partition: number, value: T): void {
  const partitions = to.get(id) ?? new Map<number, T>();
  to.set(id, partitions.set(partition, value));
}
