// The tasks that one process of a streams application gets while an assignment is worked out, with those of each of its threads.

import { PriorityQueue } from '../../runtime/priority-queue.ts';

export interface TaskId {
  readonly subtopologyId: string;
  readonly partition: number;
}

interface Thread {
  readonly memberId: string;
  readonly count: number;
}

export class ProcessLoad {
  readonly #counts = new Map<string, number>();
  readonly #tasks = new Set<string>();
  /** Undefined when a task went to a thread that was not the least loaded. */
  #byLoad: PriorityQueue<Thread> | undefined;
  #total = 0;

  addMember(memberId: string): void {
    this.#counts.set(memberId, 0);
  }

  /** Tasks for each thread. */
  get load(): number {
    return this.#total / this.#counts.size;
  }

  countOf(memberId: string): number {
    return this.#counts.get(memberId) ?? 0;
  }

  hasTask(task: TaskId): boolean {
    return this.#tasks.has(keyOf(task));
  }

  /** How many tasks the thread has now. */
  add(memberId: string, task: TaskId): number {
    this.#byLoad = undefined;
    return this.#add(memberId, task);
  }

  /** The thread that gets the task. */
  addToLeastLoaded(task: TaskId): string {
    this.#byLoad ??= new PriorityQueue(
      Array.from(this.#counts, ([memberId, count]) => ({ memberId, count })),
      (one, other) => one.count - other.count,
    );
    const thread = this.#byLoad.poll();
    if (thread === undefined) throw new Error('A process without threads cannot get a task');
    const { memberId } = thread;
    this.#byLoad.add({ memberId, count: this.#add(memberId, task) });
    return memberId;
  }

  #add(memberId: string, task: TaskId): number {
    const count = this.countOf(memberId) + 1;
    this.#counts.set(memberId, count);
    this.#total++;
    this.#tasks.add(keyOf(task));
    return count;
  }
}

function keyOf({ subtopologyId, partition }: TaskId): string {
  return `${partition}-${subtopologyId}`;
}
