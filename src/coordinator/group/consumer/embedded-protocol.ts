// What members of the classic protocol tell and are told in bytes: subscriptions and assignments, as the consumers' protocol embeds them.

import {
  type ConsumerProtocolAssignment,
  type ConsumerProtocolSubscription,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from '../../../protocol/index.ts';
import { ownedBytes } from '../owned-bytes.ts';
import type { PartitionsByTopic, TopicPartitions } from './assigned-partitions.ts';
import type { GroupTopics } from './group-topics.ts';

/** Throws for bytes that are no subscription. */
export function readSubscription(metadata: Buffer): ConsumerProtocolSubscription {
  return decodeVersioned(consumerProtocolSubscription, metadata);
}

/** Throws for bytes that are no assignment. */
export function readAssignment(assignment: Buffer): ConsumerProtocolAssignment {
  return decodeVersioned(consumerProtocolAssignment, assignment);
}

/** An assignment in the version of the member's subscription. Topics that are gone cannot be named. */
export function assignmentBytes(partitions: PartitionsByTopic, subscription: Buffer, topics: GroupTopics): Buffer {
  const assignedPartitions = Array.from(partitions).flatMap(([topicId, numbers]) => {
    const topic = topics.byId(topicId);
    return topic === undefined ? [] : [{ topic: topic.name, partitions: [...numbers.keys()] }];
  });
  const version = Math.min(Math.max(versionOf(subscription), 0), NEWEST_VERSION);
  const [bytes] = ownedBytes([encodeVersioned(consumerProtocolAssignment, version, { assignedPartitions })]);
  return bytes ?? Buffer.alloc(0);
}

export function toTopicIds(
  named: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  topics: GroupTopics,
): TopicPartitions[] {
  return named.flatMap(({ topic, partitions }) => {
    const known = topics.byName(topic);
    return known === undefined ? [] : [{ topicId: known.topicId, partitions }];
  });
}

const NEWEST_VERSION = 3;

/** The oldest where the bytes are none of a subscription: nobody has looked into those of a protocol that was not chosen. */
function versionOf(subscription: Buffer): number {
  return subscription.length < 2 ? 0 : subscription.readInt16BE(0);
}
