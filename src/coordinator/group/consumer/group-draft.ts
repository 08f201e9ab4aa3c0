// What a request to a consumer group leads to, while it is worked out: records, which are tried out on a copy of the group at once,
// and effects (timers, answers) that happen when nothing can fail any more.

import type { GroupContext, GroupResult } from '../group-context.ts';
import type { GroupRecord } from '../group-record.ts';
import { ConsumerGroup } from './consumer-group.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';

export class GroupDraft {
  readonly context: GroupContext;
  readonly records: GroupRecord[] = [];
  readonly #effects: (() => void)[] = [];
  #group: ConsumerGroup;
  #isCopy: boolean;

  /** `group` stays as it is. Undefined begins a new one. */
  constructor(context: GroupContext, groupId: string, group: ConsumerGroup | undefined) {
    this.context = context;
    this.#group = group ?? new ConsumerGroup(groupId);
    this.#isCopy = group === undefined;
  }

  /** The group with the records so far. */
  get group(): ConsumerGroup {
    return this.#group;
  }

  write(record: ConsumerGroupRecord): void {
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
