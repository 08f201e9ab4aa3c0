// What the members of a consumer group subscribe to: regular expressions become topics, and when the topics or the wish for them change,
// so does the group's epoch, and a new assignment is due.

import { consumerGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { type ConsumerDraft, draftConsumerGroup } from './consumer-draft.ts';
import { type ConsumerMember, regexOf } from './consumer-member.ts';
import { groupEpochRecord, partitionMetadataTombstone, regexRecord, regexTombstone } from './consumer-record.ts';
import { metadataHash } from './metadata-hash.ts';
import { sameSet } from './same-set.ts';
import { requireValidRegex, resolveRegexes } from './topic-regex.ts';

/** Kafka's bound: regular expressions of one group are not resolved more often. */
const MIN_REFRESH_INTERVAL_MS = 10_000n;

/** Whether the sender of a request may see the topic. */
export type TopicFilter = (topic: string) => boolean;

export type RegexChange = 'none' | 'changed' | 'changed-and-resolved';

/**
 * Looks at the member's regular expression before and after, forgets one that nobody has any more, and has the group's expressions resolved
 * where that is due. Throws INVALID_REGULAR_EXPRESSION.
 */
export function updateRegexes(
  draft: ConsumerDraft,
  old: ConsumerMember,
  member: ConsumerMember,
  isVisible: TopicFilter,
): RegexChange {
  const { context } = draft;
  const { groupId } = draft.group;
  const oldRegex = regexOf(old);
  const newRegex = regexOf(member);
  let change: RegexChange = 'none';
  let mustResolve = false;
  // The draft has the member's new subscription already.
  const subscribed = draft.group.subscribedRegexes();
  if ((old.subscribedTopicRegex ?? '') !== (member.subscribedTopicRegex ?? '')) {
    change = 'changed';
    if (oldRegex !== undefined && !subscribed.has(oldRegex)) draft.write(regexTombstone(groupId, oldRegex));
    if (newRegex === undefined) {
      change = 'changed-and-resolved';
    } else if (subscribed.get(newRegex) === 1) {
      requireValidRegex(newRegex);
      mustResolve = true;
    } else if (draft.group.regex(newRegex) !== undefined) {
      change = 'changed-and-resolved';
    }
  }
  if (subscribed.size > 0 && isResolvingDue(draft, subscribed, mustResolve)) {
    draft.effect(() =>
      context.shard.timers.scheduleIfAbsent(regexKey(groupId), 0, () => resolveSubscribed(context, groupId, isVisible)),
    );
  }
  return change;
}

/** Moves the group to its next epoch when it must, or when the topics that it subscribes to are not what they were. */
export function updateSubscriptionMetadata(draft: ConsumerDraft, mustBump: boolean): void {
  const { context } = draft;
  const { groupId } = draft.group;
  const hash = metadataHash(draft.group.subscribedTopics, context.topics());
  if (mustBump || hash !== draft.group.metadataHash)
    draft.write(groupEpochRecord(groupId, draft.group.groupEpoch + 1, hash));
  if (draft.group.hasPartitionMetadataRecord) draft.write(partitionMetadataTombstone(groupId));
  draft.effect(() => {
    const group = consumerGroup(context, groupId);
    if (group !== undefined) group.needsMetadataRefresh = false;
  });
}

function isResolvingDue(draft: ConsumerDraft, subscribed: ReadonlyMap<string, number>, mustResolve: boolean): boolean {
  const { context, group } = draft;
  const [last] = group.resolvedRegexes.values();
  const nowMs = BigInt(context.clock.now());
  if (last !== undefined && nowMs <= last.timestampMs + MIN_REFRESH_INTERVAL_MS) return false;
  return (
    mustResolve ||
    subscribed.size !== group.resolvedRegexes.size ||
    (last?.version ?? 0n) < context.newestTopicsVersion() ||
    nowMs > (last?.timestampMs ?? 0n) + BigInt(context.config['group.consumer.regex.refresh.interval.ms'])
  );
}

/** An operation of its own, as in Apache Kafka: the member hears of the topics with a later heartbeat. */
function resolveSubscribed(context: GroupContext, groupId: string, isVisible: TopicFilter): GroupResult<undefined> {
  const group = consumerGroup(context, groupId);
  if (group === undefined) return { records: [], response: undefined };
  const draft = draftConsumerGroup(context, groupId, group);
  const topics = context.topics();
  let hasChanged = false;
  const nowMs = context.clock.now();
  for (const [expression, regex] of resolveRegexes(group.subscribedRegexes().keys(), topics, isVisible, nowMs)) {
    const before = group.regex(expression)?.topics ?? new Set<string>();
    hasChanged ||= !sameSet(before, regex.topics);
    draft.write(regexRecord(groupId, expression, regex));
  }
  const hash = metadataHash(draft.group.subscribedTopics, topics);
  if (hasChanged || hash !== group.metadataHash) draft.write(groupEpochRecord(groupId, group.groupEpoch + 1, hash));
  return draft.finish(undefined);
}

function regexKey(groupId: string): string {
  return `regex-${groupId}`;
}
