// Which processes have each task now, so that a task is active in one process only, and in a process only once.

import type { StreamsMember } from './streams-member.ts';

export class TaskOwners {
  readonly #active = new Map<string, string>();
  readonly #passive = new Map<string, Set<string>>();

  /** What the members have, what they still have to give up included. */
  constructor(members: Iterable<StreamsMember>) {
    for (const { processId, assigned, pendingRevocation } of members) {
      for (const { active, standby, warmup } of [assigned, pendingRevocation]) {
        for (const key of keysOf(active)) this.#active.set(key, processId);
        for (const tasks of [standby, warmup]) {
          for (const key of keysOf(tasks)) this.#passive.set(key, (this.#passive.get(key) ?? new Set()).add(processId));
        }
      }
    }
  }

  isActive(subtopologyId: string, partition: number): boolean {
    return this.#active.has(keyOf(subtopologyId, partition));
  }

  isActiveAt(processId: string, subtopologyId: string, partition: number): boolean {
    return this.#active.get(keyOf(subtopologyId, partition)) === processId;
  }

  /** As standby or warm-up. */
  isPassiveAt(processId: string, subtopologyId: string, partition: number): boolean {
    return this.#passive.get(keyOf(subtopologyId, partition))?.has(processId) === true;
  }
}

function* keysOf(tasks: ReadonlyMap<string, { keys(): Iterable<number> }>): Generator<string, undefined, undefined> {
  for (const [subtopologyId, partitions] of tasks)
    for (const partition of partitions.keys()) yield keyOf(subtopologyId, partition);
}

function keyOf(subtopologyId: string, partition: number): string {
  return `${partition}-${subtopologyId}`;
}
