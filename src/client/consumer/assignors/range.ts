// Range: per topic, each member a run of neighbouring partitions. Topics with the same number of partitions are divided alike, so that
// one member has the same partition of all of them.

import type { TopicPartition } from '../../topic-partition.ts';
import { type Assign, inOrder } from './assignment-input.ts';

export const assignRange: Assign = (members, partitionCounts) => {
  const ordered = inOrder(members);
  const assignment = new Map<string, TopicPartition[]>(members.map((member) => [member.memberId, []]));
  for (const [topic, partitionCount] of partitionCounts) {
    const subscribed = ordered.filter((member) => member.topics.includes(topic));
    const each = Math.floor(partitionCount / Math.max(subscribed.length, 1));
    const withOneMore = partitionCount - each * subscribed.length;
    let partition = 0;
    for (const [index, member] of subscribed.entries()) {
      const end = partition + each + (index < withOneMore ? 1 : 0);
      for (; partition < end; partition++) assignment.get(member.memberId)?.push({ topic, partition });
    }
  }
  return assignment;
};
