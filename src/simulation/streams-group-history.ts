// Which member of a streams group has which task, as the members themselves see it: an active task is in one place at a time.

import type { RunContext } from './run-context.ts';
import { promise } from './violation.ts';

export interface StreamsMember {
  readonly name: string;
  /** When the last heartbeat was sent that was answered, ms since the start of the run. */
  heardMs: number;
}

export class StreamsGroupHistory {
  readonly #context: RunContext;
  readonly #sessionTimeoutMs: number;
  readonly #holders = new Map<number, StreamsMember>();

  constructor(context: RunContext, sessionTimeoutMs: number) {
    this.#context = context;
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  /** The partitions whose tasks the member has. */
  tasksOf(member: StreamsMember): number[] {
    return [...this.#holders].filter(([, holder]) => holder === member).map(([partition]) => partition);
  }

  get taken(): number {
    return this.#holders.size;
  }

  /** The broker has told the member what it has from now on. */
  tell(member: StreamsMember, partitions: readonly number[]): void {
    for (const partition of this.tasksOf(member)) if (!partitions.includes(partition)) this.#holders.delete(partition);
    for (const partition of partitions) {
      const holder = this.#holders.get(partition);
      promise(
        holder === undefined || holder === member || this.#mayBeGone(holder),
        () => `${member.name} is given the task of partition ${partition}, which ${holder?.name} has`,
      );
      this.#holders.set(partition, member);
    }
  }

  /** The member has given up everything, or is no more. */
  release(member: StreamsMember): void {
    this.tell(member, []);
  }

  /** Whom the broker has not heard for the time of a session it takes for gone. */
  #mayBeGone({ heardMs }: StreamsMember): boolean {
    const { clock, swarm } = this.#context;
    return clock.monotonic() >= heardMs + this.#sessionTimeoutMs / swarm.clockRate;
  }
}
