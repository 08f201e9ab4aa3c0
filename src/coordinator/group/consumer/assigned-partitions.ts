// Partitions by topic id, as consumer groups assign and own them.

/** What a member is to own. */
export type Assignment = ReadonlyMap<string, ReadonlySet<number>>;

/** What a member owns: each partition with the member epoch in which it was assigned. */
export type OwnedPartitions = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Partitions as requests and records list them. */
export interface TopicPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/** Either of them, where only the partitions count. */
export type PartitionsByTopic = ReadonlyMap<string, { keys(): Iterable<number> }>;

export const NO_PARTITIONS: ReadonlyMap<string, never> = new Map<string, never>();

export function toAssignment(topics: readonly TopicPartitions[]): Assignment {
  if (topics.length === 0) return NO_PARTITIONS;
  return new Map(topics.map(({ topicId, partitions }) => [topicId, new Set(partitions)]));
}

export function toTopicPartitions(assignment: PartitionsByTopic): {
  topicId: string;
  partitions: number[];
}[] {
  return Array.from(assignment, ([topicId, partitions]) => ({ topicId, partitions: [...partitions.keys()] }));
}

export function sameAssignment(one: Assignment, other: Assignment | OwnedPartitions): boolean {
  if (one.size !== other.size) return false;
  for (const [topicId, partitions] of one) {
    const others = other.get(topicId);
    if (others === undefined || others.size !== partitions.size) return false;
    for (const partition of partitions) if (!others.has(partition)) return false;
  }
  return true;
}

export function sameOwned(one: OwnedPartitions, other: OwnedPartitions): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [topicId, partitions] of one) {
    const others = other.get(topicId);
    if (others === undefined || others.size !== partitions.size) return false;
    for (const [partition, epoch] of partitions) if (others.get(partition) !== epoch) return false;
  }
  return true;
}

export function ownedSince(assignment: Assignment, epoch: number): OwnedPartitions {
  return new Map(
    Array.from(assignment, ([topicId, partitions]) => [
      topicId,
      new Map(Array.from(partitions, (partition) => [partition, epoch])),
    ]),
  );
}

/** Whether the list names nothing but partitions of `owned`. */
export function isWithin(topics: readonly TopicPartitions[], owned: OwnedPartitions): boolean {
  return topics.every(({ topicId, partitions }) => {
    const known = owned.get(topicId);
    return known !== undefined && partitions.every((partition) => known.has(partition));
  });
}

export function namesAnyOf(topics: readonly TopicPartitions[], owned: OwnedPartitions): boolean {
  return topics.some(({ topicId, partitions }) => {
    const known = owned.get(topicId);
    return known !== undefined && partitions.some((partition) => known.has(partition));
  });
}
