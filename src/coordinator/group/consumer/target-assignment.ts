// The target assignment of a consumer group: who is to own what, computed anew for a new epoch of the group.

import { KafkaError } from '../../../protocol/index.ts';
import { isAssignedTooRecently } from '../assignment-interval.ts';
import { groupSetting } from '../group-settings.ts';
import { NO_PARTITIONS, sameAssignment } from './assigned-partitions.ts';
import { type AssignorMember, assignorNamed } from './assignor.ts';
import type { ConsumerDraft } from './consumer-draft.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { type ConsumerMember, regexOf } from './consumer-member.ts';
import { targetMemberRecord, targetRecord } from './consumer-record.ts';
import { type GroupTopics, topicIdsOf } from './group-topics.ts';
import { sameSet } from './same-set.ts';

/** Computes the assignment when the group's epoch is ahead of it, but not more often than the assignment interval allows. */
export function updateTargetAssignment(draft: ConsumerDraft): void {
  const { context, group } = draft;
  const { groupId, groupEpoch } = group;
  if (group.assignmentEpoch >= groupEpoch) return;
  const nowMs = context.clock.now();
  const intervalMs = groupSetting(context, groupId, 'consumer', 'assignment.interval.ms');
  if (isAssignedTooRecently(group.assignmentTimestampMs, intervalMs, nowMs)) return;

  const topics = context.topics();
  const name = group.preferredAssignor ?? defaultAssignor(draft);
  const assignments = assignorNamed(name)({
    members: Array.from(group.members, (member) => assignorMember(group, member, topics)),
    isHomogeneous: isHomogeneous(group),
    partitionCount: (topicId) => requireTopic(topics, topicId).partitionCount,
  });
  for (const { memberId } of [...group.members]) {
    const assignment = assignments.get(memberId) ?? NO_PARTITIONS;
    if (!group.hasTarget(memberId) || !sameAssignment(assignment, group.target(memberId)))
      draft.write(targetMemberRecord(groupId, memberId, assignment));
  }
  draft.write(targetRecord(groupId, groupEpoch, BigInt(nowMs)));
  context.logger.info({ groupId, groupEpoch, assignor: name }, 'computed a new target assignment');
}

/** The topics that the member wants and that there are. */
export function subscribedTopicIds(group: ConsumerGroup, member: ConsumerMember, topics: GroupTopics): Set<string> {
  const ids = topicIdsOf(member.subscribedTopicNames, topics);
  const expression = regexOf(member);
  const regex = expression === undefined ? undefined : group.regex(expression);
  if (regex === undefined) return ids;
  for (const topicId of topicIdsOf(regex.topics, topics)) ids.add(topicId);
  return ids;
}

/** As Kafka has it, a topic that only a regular expression finds makes members differ, even when it finds the topic for all of them. */
function isHomogeneous(group: ConsumerGroup): boolean {
  const members = [...group.members];
  const [first] = members;
  if (first === undefined) return true;
  const names = first.subscribedTopicNames;
  return members.every((member) => {
    const expression = regexOf(member);
    const found = expression === undefined ? undefined : group.regex(expression)?.topics;
    return sameSet(member.subscribedTopicNames, names) && [...(found ?? [])].every((name) => names.has(name));
  });
}

function assignorMember(group: ConsumerGroup, member: ConsumerMember, topics: GroupTopics): AssignorMember {
  const { memberId, instanceId } = member;
  return {
    memberId,
    instanceId,
    topicIds: subscribedTopicIds(group, member, topics),
    assignment: group.target(memberId),
  };
}

function defaultAssignor({ context }: ConsumerDraft): string {
  return context.config['group.consumer.assignors'][0] ?? 'uniform';
}

function requireTopic(topics: GroupTopics, topicId: string) {
  const topic = topics.byId(topicId);
  if (topic === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR', `There is no topic ${topicId}`);
  return topic;
}
