// The `range` assignor: each topic's partitions in consecutive ranges, in the order of the members' names, so that partitions of
// the same number of different topics go to the same member.

import type { Assignment } from './assigned-partitions.ts';
import { type AssignorInput, compareText } from './assignor.ts';

interface TopicRanges {
  readonly partitionCount: number;
  readonly quota: number;
  extras: number;
  next: number;
}

export function assignRange({ members, partitionCount }: AssignorInput): Map<string, Assignment> {
  const ordered = [...members].sort((one, other) => {
    if (one.instanceId !== null && other.instanceId !== null) return compareText(one.instanceId, other.instanceId);
    if (one.instanceId !== null) return -1;
    if (other.instanceId !== null) return 1;
    return compareText(one.memberId, other.memberId);
  });
  const subscribers = new Map<string, number>();
  for (const { topicIds } of ordered)
    for (const topicId of topicIds) subscribers.set(topicId, (subscribers.get(topicId) ?? 0) + 1);
  const topics = new Map<string, TopicRanges>();
  for (const [topicId, count] of subscribers) {
    const partitions = partitionCount(topicId);
    topics.set(topicId, {
      partitionCount: partitions,
      quota: Math.floor(partitions / count),
      extras: partitions % count,
      next: 0,
    });
  }
  return new Map(
    ordered.map(({ memberId, topicIds }) => {
      const assignment = new Map<string, Set<number>>();
      for (const topicId of topicIds) {
        const range = nextRange(topics.get(topicId));
        if (range.size > 0) assignment.set(topicId, range);
      }
      return [memberId, assignment];
    }),
  );
}

function nextRange(topic: TopicRanges | undefined): Set<number> {
  const range = new Set<number>();
  if (topic === undefined) return range;
  const size = topic.extras > 0 ? topic.quota + 1 : topic.quota;
  if (topic.extras > 0) topic.extras--;
  const end = Math.min(topic.next + size, topic.partitionCount);
  for (; topic.next < end; topic.next++) range.add(topic.next);
  return range;
}
