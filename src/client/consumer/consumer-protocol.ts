// The bytes that consumers of a classic group exchange through the broker: what each subscribes to, and what each gets.

import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeVersioned,
  encodeVersioned,
} from '../../protocol/index.ts';
import { groupByTopic, type TopicPartition } from '../topic-partition.ts';

export interface MemberSubscription {
  readonly topics: readonly string[];
  readonly ownedPartitions: readonly TopicPartition[];
  /** The generation in which it owned them; -1 when it does not say. */
  readonly generationId: number;
  readonly rackId: string | null;
  readonly userData: Buffer | null;
}

const NEWEST_VERSION = 3;
// Versions only ever add fields at the end.
const NEWER = { newer: 'as-latest' } as const;

export function writeSubscription(subscription: MemberSubscription): Buffer {
  const { topics, ownedPartitions, generationId, rackId, userData } = subscription;
  return encodeVersioned(consumerProtocolSubscription, NEWEST_VERSION, {
    topics: [...topics],
    ownedPartitions: nest(ownedPartitions),
    generationId,
    rackId,
    userData,
  });
}

export function readSubscription(bytes: Buffer): MemberSubscription {
  const { topics, ownedPartitions, generationId, rackId, userData } = decodeVersioned(
    consumerProtocolSubscription,
    bytes,
    NEWER,
  );
  return { topics, ownedPartitions: flatten(ownedPartitions), generationId, rackId, userData };
}

export function writeAssignment(partitions: readonly TopicPartition[]): Buffer {
  return encodeVersioned(consumerProtocolAssignment, NEWEST_VERSION, { assignedPartitions: nest(partitions) });
}

export function readAssignment(bytes: Buffer): TopicPartition[] {
  return flatten(decodeVersioned(consumerProtocolAssignment, bytes, NEWER).assignedPartitions);
}

interface Nested {
  readonly topic: string;
  readonly partitions: readonly number[];
}

function nest(partitions: readonly TopicPartition[]): Nested[] {
  return [...groupByTopic(partitions)].map(([topic, items]) => ({
    topic,
    partitions: items.map(({ partition }) => partition),
  }));
}

function flatten(nested: readonly Nested[]): TopicPartition[] {
  return nested.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}
