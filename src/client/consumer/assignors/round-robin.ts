// Round-robin: all partitions of all topics in turn to the members that subscribe to them.

import type { TopicPartition } from '../../topic-partition.ts';
import { type Assign, inOrder } from './assignment-input.ts';

export const assignRoundRobin: Assign = (members, partitionCounts) => {
  const ordered = inOrder(members);
  const assignment = new Map<string, TopicPartition[]>(members.map((member) => [member.memberId, []]));
  let turn = 0;
  for (const topic of [...partitionCounts.keys()].sort()) {
    if (!ordered.some((member) => member.topics.includes(topic))) continue;
    for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0); partition++) {
      while (!ordered[turn % ordered.length]?.topics.includes(topic)) turn++;
      const member = ordered[turn % ordered.length];
      if (member) assignment.get(member.memberId)?.push({ topic, partition });
      turn++;
    }
  }
  return assignment;
};
