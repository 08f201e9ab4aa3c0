// What consumer groups need to know of the cluster's topics. The broker answers from its metadata.

export interface GroupTopic {
  readonly name: string;
  readonly topicId: string;
  readonly partitionCount: number;
  /** The racks of the brokers with a replica of the partition; brokers without a rack are left out. */
  racks(partition: number): readonly string[];
}

/** The topics at one moment. */
export interface GroupTopics {
  /** Grows with every change of the metadata. */
  readonly version: bigint;
  byName(name: string): GroupTopic | undefined;
  byId(topicId: string): GroupTopic | undefined;
  names(): Iterable<string>;
}

export interface TopicsChange {
  /** Names of topics that were created, deleted, or have other partitions or racks now. */
  readonly changed: readonly string[];
  readonly hasNewTopics: boolean;
}

export const NO_TOPICS: GroupTopics = {
  version: 0n,
  byName: () => undefined,
  byId: () => undefined,
  names: () => [],
};

export function topicIdsOf(names: Iterable<string>, topics: GroupTopics): Set<string> {
  const ids = new Set<string>();
  for (const name of names) {
    const topic = topics.byName(name);
    if (topic !== undefined) ids.add(topic.topicId);
  }
  return ids;
}
