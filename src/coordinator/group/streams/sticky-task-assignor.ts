// The `sticky` assignor, the only one of streams groups: active tasks stay with who had them, or go to who stood by for them, as long as
// nobody gets more than a fair share; the rest goes to the least loaded processes. Standbys follow in the same way, never two copies of a
// task in one process. The result is Apache Kafka's for members in the order of their ids.

import { PriorityQueue } from '../../runtime/priority-queue.ts';
import { compareText } from '../consumer/assignor.ts';
import { ProcessLoad, type TaskId } from './process-load.ts';
import { NO_TASKS, type TaskIds, type Tasks } from './tasks.ts';

export interface TaskAssignorMember {
  readonly memberId: string;
  readonly processId: string;
  /** Its target so far. */
  readonly tasks: Tasks;
}

export interface TaskAssignorInput {
  readonly members: readonly TaskAssignorMember[];
  readonly subtopologies: readonly {
    readonly subtopologyId: string;
    readonly taskCount: number;
    readonly isStateful: boolean;
  }[];
  readonly standbyReplicas: number;
}

/** The new target of each member. Standbys that find no process are left out. */
export function assignSticky(input: TaskAssignorInput): Map<string, Tasks> {
  const assignment = new Assignment(input);
  const { subtopologies, standbyReplicas } = input;
  const tasks = tasksOf(subtopologies);
  if (input.members.length > 0) assignment.assignActive(tasks);
  if (standbyReplicas > 0)
    assignment.assignStandby(tasksOf(subtopologies.filter(({ isStateful }) => isStateful)), standbyReplicas);
  return assignment.result();
}

/** How many tasks a member may get, so that those that are left get as many. */
class Quota {
  perMember: number;
  #tasks: number;
  #members: number;

  constructor(tasks: number, members: number) {
    this.#tasks = tasks;
    this.#members = members;
    this.perMember = fairShare(tasks, members);
  }

  /** A member has `count` tasks now. */
  onAdded(count: number): void {
    if (count !== this.perMember) return;
    this.#members--;
    this.#tasks -= count;
    this.perMember = fairShare(this.#tasks, this.#members);
  }
}

class Assignment {
  readonly #processes = new Map<string, ProcessLoad>();
  readonly #members = new Map<string, TaskAssignorMember>();
  readonly #result = new Map<string, { active: Map<string, Set<number>>; standby: Map<string, Set<number>> }>();
  readonly #previousActive = new Map<string, TaskAssignorMember>();
  readonly #previousStandby = new Map<string, TaskAssignorMember[]>();
  readonly #activeQuota: Quota;
  readonly #totalQuota: Quota;

  constructor({ members, subtopologies, standbyReplicas }: TaskAssignorInput) {
    const activeTotal = sum(subtopologies.map(({ taskCount }) => taskCount));
    const statefulTotal = sum(subtopologies.map(({ taskCount, isStateful }) => (isStateful ? taskCount : 0)));
    this.#activeQuota = new Quota(activeTotal, members.length);
    this.#totalQuota = new Quota(activeTotal + standbyReplicas * statefulTotal, members.length);
    const processIds = new Set(members.map(({ processId }) => processId));
    for (const processId of [...processIds].sort(compareText)) this.#processes.set(processId, new ProcessLoad());
    for (const member of [...members].sort((one, other) => compareText(one.memberId, other.memberId))) {
      const { memberId, tasks } = member;
      this.#members.set(memberId, member);
      this.#result.set(memberId, { active: new Map(), standby: new Map() });
      this.#process(member).addMember(memberId);
      for (const task of each(tasks.active)) this.#previousActive.set(keyOf(task), member);
      for (const task of each(tasks.standby)) {
        const others = this.#previousStandby.get(keyOf(task)) ?? [];
        this.#previousStandby.set(keyOf(task), [...others, member]);
      }
    }
  }

  assignActive(tasks: readonly TaskId[]): void {
    const afterActive = [...tasks].sort(byPartition).filter((task) => {
      const previous = this.#previousActive.get(keyOf(task));
      return previous === undefined || !this.#keepActive(previous, task);
    });
    const afterStandby = afterActive.filter((task) => {
      const previous = this.#leastLoaded(this.#previousStandby.get(keyOf(task)) ?? []);
      return previous === undefined || !this.#keepActive(previous, task);
    });
    const byLoad = this.#processesByLoad();
    for (const task of afterStandby.sort(bySubtopology)) {
      const process = byLoad.poll();
      if (process === undefined) return;
      this.#onActive(process.addToLeastLoaded(task), process, task);
      byLoad.add(process);
    }
  }

  assignStandby(tasks: readonly TaskId[], replicas: number): void {
    const left: { readonly task: TaskId; readonly count: number }[] = [];
    for (const task of [...tasks].sort((one, other) => byPartition(other, one))) {
      let missing = replicas;
      while (missing > 0 && this.#keepStandby(task)) missing--;
      if (missing > 0) left.push({ task, count: missing });
    }
    const byLoad = this.#processesByLoad();
    for (const { task, count } of left.sort((one, other) => bySubtopology(other.task, one.task)))
      for (let copies = 0; copies < count; copies++) if (!this.#giveStandby(byLoad, task)) break;
  }

  result(): Map<string, Tasks> {
    return new Map(
      Array.from(this.#result, ([memberId, { active, standby }]) => [
        memberId,
        { active, standby, warmup: NO_TASKS.warmup },
      ]),
    );
  }

  #keepActive(member: TaskAssignorMember, task: TaskId): boolean {
    const { memberId } = member;
    const process = this.#process(member);
    if (process.countOf(memberId) >= this.#activeQuota.perMember) return false;
    process.add(memberId, task);
    this.#onActive(memberId, process, task);
    return true;
  }

  #onActive(memberId: string, process: ProcessLoad, task: TaskId): void {
    const count = process.countOf(memberId);
    this.#activeQuota.onAdded(count);
    this.#totalQuota.onAdded(count);
    add(this.#result.get(memberId)?.active, task);
  }

  /** With the member that had the task as active one, or as standby. */
  #keepStandby(task: TaskId): boolean {
    const active = this.#previousActive.get(keyOf(task));
    if (active !== undefined && !this.#process(active).hasTask(task) && this.#takeStandby(active, task)) return true;
    const standby = this.#leastLoaded(this.#previousStandby.get(keyOf(task)) ?? [], task);
    return standby !== undefined && this.#takeStandby(standby, task);
  }

  #takeStandby(member: TaskAssignorMember, task: TaskId): boolean {
    const { memberId } = member;
    const process = this.#process(member);
    if (process.countOf(memberId) >= this.#totalQuota.perMember) return false;
    process.add(memberId, task);
    this.#onStandby(memberId, process, task);
    return true;
  }

  #onStandby(memberId: string, process: ProcessLoad, task: TaskId): void {
    this.#totalQuota.onAdded(process.countOf(memberId));
    add(this.#result.get(memberId)?.standby, task);
  }

  /** To the least loaded process that does not have the task. */
  #giveStandby(byLoad: PriorityQueue<ProcessLoad>, task: TaskId): boolean {
    const passedOver: ProcessLoad[] = [];
    let process = byLoad.poll();
    while (process?.hasTask(task) === true && !byLoad.isEmpty) {
      passedOver.push(process);
      process = byLoad.poll();
    }
    const hasFound = process !== undefined && !process.hasTask(task);
    if (process !== undefined) {
      if (hasFound) this.#onStandby(process.addToLeastLoaded(task), process, task);
      byLoad.add(process);
    }
    // The last one first: equals are given out in an order that depends on it.
    for (const passed of passedOver.reverse()) byLoad.add(passed);
    return hasFound;
  }

  /** Of members that had the task. With `task`, nobody when the first one's process has it now. */
  #leastLoaded(members: readonly TaskAssignorMember[], task?: TaskId): TaskAssignorMember | undefined {
    const [first] = members;
    if (first === undefined) return undefined;
    let candidate = first;
    for (const member of members.slice(1)) {
      const process = this.#process(member);
      const isLess =
        process.load < this.#process(candidate).load &&
        (task === undefined || !process.hasTask(task)) &&
        process.countOf(member.memberId) < this.#process(candidate).countOf(candidate.memberId);
      if (isLess) candidate = member;
    }
    return task !== undefined && this.#process(first).hasTask(task) ? undefined : candidate;
  }

  #process({ processId }: TaskAssignorMember): ProcessLoad {
    const process = this.#processes.get(processId);
    if (process === undefined) throw new Error(`There is no process ${processId}`);
    return process;
  }

  #processesByLoad(): PriorityQueue<ProcessLoad> {
    return new PriorityQueue(this.#processes.values(), (one, other) => one.load - other.load);
  }
}

function tasksOf(subtopologies: TaskAssignorInput['subtopologies']): TaskId[] {
  return subtopologies.flatMap(({ subtopologyId, taskCount }) =>
    Array.from({ length: taskCount }, (_, partition) => ({ subtopologyId, partition })),
  );
}

function* each(tasks: TaskIds): Generator<TaskId, undefined, undefined> {
  for (const [subtopologyId, partitions] of tasks)
    for (const partition of partitions) yield { subtopologyId, partition };
}

function add(to: Map<string, Set<number>> | undefined, { subtopologyId, partition }: TaskId): void {
  to?.set(subtopologyId, (to.get(subtopologyId) ?? new Set<number>()).add(partition));
}

function keyOf({ subtopologyId, partition }: TaskId): string {
  return `${partition}-${subtopologyId}`;
}

function byPartition(one: TaskId, other: TaskId): number {
  return one.partition - other.partition || compareText(one.subtopologyId, other.subtopologyId);
}

function bySubtopology(one: TaskId, other: TaskId): number {
  return compareText(one.subtopologyId, other.subtopologyId) || one.partition - other.partition;
}

function fairShare(tasks: number, members: number): number {
  return members === 0 ? 0 : Math.ceil(tasks / members);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
