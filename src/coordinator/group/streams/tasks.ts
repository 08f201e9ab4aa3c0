// The tasks of a streams group. A task is one partition of a subtopology; a member has it as active one, as standby, or warms it up.

import { sameAssignment, sameOwned } from '../consumer/assigned-partitions.ts';

/** Partitions by subtopology. */
export type TaskIds = ReadonlyMap<string, ReadonlySet<number>>;

/** The same, each partition with the group's epoch in which it was assigned. */
export type TaskIdsWithEpochs = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** What a member is to have. */
export interface Tasks {
  readonly active: TaskIds;
  readonly standby: TaskIds;
  readonly warmup: TaskIds;
}

/** What a member has. */
export interface OwnedTasks {
  readonly active: TaskIdsWithEpochs;
  readonly standby: TaskIds;
  readonly warmup: TaskIds;
}

/** Tasks as requests and records list them. */
export interface SubtopologyTasks {
  readonly subtopologyId: string;
  readonly partitions: readonly number[];
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

export const NO_TASKS: Tasks & OwnedTasks = { active: NONE, standby: NONE, warmup: NONE };

export function toTaskIds(tasks: readonly SubtopologyTasks[]): TaskIds {
  return new Map(tasks.map(({ subtopologyId, partitions }) => [subtopologyId, new Set(partitions)]));
}

/** In the order of subtopologies and partitions. */
export function listTasks(
  tasks: ReadonlyMap<string, { keys(): Iterable<number> }>,
): { subtopologyId: string; partitions: number[] }[] {
  return [...tasks.keys()].sort().map((subtopologyId) => ({
    subtopologyId,
    partitions: [...(tasks.get(subtopologyId)?.keys() ?? [])].sort((one, other) => one - other),
  }));
}

export function sameTasks(one: Tasks, other: Tasks | OwnedTasks): boolean {
  return (
    sameAssignment(one.active, other.active) &&
    sameAssignment(one.standby, other.standby) &&
    sameAssignment(one.warmup, other.warmup)
  );
}

export function sameOwnedTasks(one: OwnedTasks, other: OwnedTasks): boolean {
  return (
    sameOwned(one.active, other.active) &&
    sameAssignment(one.standby, other.standby) &&
    sameAssignment(one.warmup, other.warmup)
  );
}

export function hasTasks({ active, standby, warmup }: Tasks | OwnedTasks): boolean {
  return active.size + standby.size + warmup.size > 0;
}

/** Whether both have a task in common, of the same sort. */
export function sharesTasks(one: Tasks, other: OwnedTasks): boolean {
  return (
    overlaps(one.active, other.active) || overlaps(one.standby, other.standby) || overlaps(one.warmup, other.warmup)
  );
}

function overlaps(one: TaskIds, other: ReadonlyMap<string, { has(partition: number): boolean }>): boolean {
  for (const [subtopologyId, partitions] of one) {
    const others = other.get(subtopologyId);
    if (others === undefined) continue;
    for (const partition of partitions) if (others.has(partition)) return true;
  }
  return false;
}
