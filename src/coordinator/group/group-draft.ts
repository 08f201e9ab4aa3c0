// What a request to a group leads to, while it is worked out: records, which are tried out on a copy of the group at once, and effects
// (timers, answers) that happen when nothing can fail any more.

import type { GroupContext, GroupResult } from './group-context.ts';
import type { GroupRecord } from './group-record.ts';

/** A group that changes by its records only. */
export interface DraftableGroup<G, R> {
  /** A copy that can be changed without changing this group. */
  draft(): G;
  apply(record: R): void;
}

export class GroupDraft<G extends DraftableGroup<G, R>, R extends GroupRecord> {
  readonly context: GroupContext;
  readonly records: GroupRecord[] = [];
  readonly #effects: (() => void)[] = [];
  #group: G;
  #isCopy: boolean;

  /** `group` stays as it is, unless it is a new one that nobody else has. */
  constructor(context: GroupContext, group: G, isNew: boolean) {
    this.context = context;
    this.#group = group;
    this.#isCopy = isNew;
  }

  /** The group with the records so far. */
  get group(): G {
    return this.#group;
  }

  write(record: R): void {
    if (!this.#isCopy) {
      this.#group = this.#group.draft();
      this.#isCopy = true;
    }
    this.#group.apply(record);
    this.records.push(record);
  }

  effect(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** The operation's result. Nothing may fail from here on. */
  finish<Response>(response: Response): GroupResult<Response> {
    for (const effect of this.#effects) effect();
    return { records: this.records, response };
  }
}
