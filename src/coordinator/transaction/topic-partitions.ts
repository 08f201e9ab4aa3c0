// The partitions of a transaction: immutable, by topic.

export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>;

export const NO_PARTITIONS: TopicPartitions = new Map();

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export function hasPartition(partitions: TopicPartitions, { topic, partition }: TopicPartition): boolean {
  return partitions.get(topic)?.has(partition) ?? false;
}

export function withPartitions(partitions: TopicPartitions, added: readonly TopicPartition[]): TopicPartitions {
  const topics = new Map(partitions);
  const owned = new Set<string>();
  for (const { topic, partition } of added) {
    const known = topics.get(topic);
    // A set is copied once, when the first of its partitions is added.
    const indexes = known !== undefined && owned.has(topic) ? (known as Set<number>) : new Set(known);
    owned.add(topic);
    topics.set(topic, indexes.add(partition));
  }
  return topics;
}

export function listPartitions(partitions: TopicPartitions): TopicPartition[] {
  return Array.from(partitions, ([topic, indexes]) =>
    Array.from(indexes, (partition): TopicPartition => ({ topic, partition })),
  ).flat();
}
