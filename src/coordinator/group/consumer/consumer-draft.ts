// A draft of a consumer group.

import type { GroupContext } from '../group-context.ts';
import { GroupDraft } from '../group-draft.ts';
import { ConsumerGroup } from './consumer-group.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';

export type ConsumerDraft = GroupDraft<ConsumerGroup, ConsumerGroupRecord>;

/** Undefined begins a new group. */
export function draftConsumerGroup(
  context: GroupContext,
  groupId: string,
  group: ConsumerGroup | undefined,
): ConsumerDraft {
  return new GroupDraft(context, group ?? new ConsumerGroup(groupId), group === undefined);
}
