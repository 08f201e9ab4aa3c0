// Which partitions of which topics a share group may consume: those whose state has been begun. It is begun elsewhere, so that there is a
// time in which it is under way, and likewise for its end. All functions give a new object.

import type { ShareGroupStatePartitionMetadataValue } from '../../../protocol/index.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';

export interface ShareTopic {
  readonly name: string;
  readonly partitions: ReadonlySet<number>;
}

export interface InitializingTopic extends ShareTopic {
  /** When it was begun. 0 where nobody is at it any more. */
  readonly sinceMs: number;
}

/** All by topic id. */
export interface ShareTopics {
  readonly initializing: ReadonlyMap<string, InitializingTopic>;
  readonly initialized: ReadonlyMap<string, ShareTopic>;
  /** Names of topics. */
  readonly deleting: ReadonlyMap<string, string>;
}

export type PartitionSets = ReadonlyMap<string, ReadonlySet<number>>;

export const NO_SHARE_TOPICS: ShareTopics = { initializing: new Map(), initialized: new Map(), deleting: new Map() };

/** What must be begun before the named topics can be consumed. What has been under way for `retryMs` is told again. */
export function missingTopics(
  { initializing, initialized }: ShareTopics,
  names: Iterable<string>,
  topics: GroupTopics,
  nowMs: number,
  retryMs: number,
): Map<string, InitializingTopic> {
  const missing = new Map<string, InitializingTopic>();
  for (const name of names) {
    const topic = topics.byName(name);
    if (topic === undefined) continue;
    const { topicId, partitionCount } = topic;
    const begun = initializing.get(topicId);
    // What was begun in the future was begun before the clock was set back.
    const isUnderWay = begun !== undefined && begun.sinceMs <= nowMs && nowMs - begun.sinceMs < retryMs;
    const partitions = new Set<number>();
    for (let partition = 0; partition < partitionCount; partition++) {
      const isKnown =
        initialized.get(topicId)?.partitions.has(partition) === true || (isUnderWay && begun.partitions.has(partition));
      if (!isKnown) partitions.add(partition);
    }
    if (partitions.size > 0) missing.set(topicId, { name, partitions, sinceMs: nowMs });
  }
  return missing;
}

export function withInitializing(topics: ShareTopics, begun: ReadonlyMap<string, InitializingTopic>): ShareTopics {
  const initializing = new Map(topics.initializing);
  const deleting = new Map(topics.deleting);
  for (const [topicId, topic] of begun) {
    const partitions = new Set([...(initializing.get(topicId)?.partitions ?? []), ...topic.partitions]);
    initializing.set(topicId, { ...topic, partitions });
  }
  for (const topicId of initializing.keys()) deleting.delete(topicId);
  return { ...topics, initializing, deleting };
}

export function withInitialized(topics: ShareTopics, done: PartitionSets, cluster: GroupTopics): ShareTopics {
  const initialized = new Map(topics.initialized);
  for (const [topicId, partitions] of done) {
    const before = initialized.get(topicId) ?? topics.initializing.get(topicId);
    initialized.set(topicId, {
      name: cluster.byId(topicId)?.name ?? before?.name ?? '',
      partitions: new Set([...(initialized.get(topicId)?.partitions ?? []), ...partitions]),
    });
  }
  return { ...withoutInitializing(topics, done), initialized };
}

export function withoutInitializing(topics: ShareTopics, given: PartitionSets): ShareTopics {
  const initializing = new Map<string, InitializingTopic>();
  for (const [topicId, topic] of topics.initializing) {
    const partitions = new Set([...topic.partitions].filter((partition) => !given.get(topicId)?.has(partition)));
    if (partitions.size > 0) initializing.set(topicId, { ...topic, partitions });
  }
  return { ...topics, initializing };
}

/** Undefined when the group has nothing of the topic. */
export function withoutTopic(topics: ShareTopics, topicId: string): ShareTopics | undefined {
  const { initializing, initialized, deleting } = topics;
  if (!initializing.has(topicId) && !initialized.has(topicId) && !deleting.has(topicId)) return undefined;
  return {
    initializing: without(initializing, topicId),
    initialized: without(initialized, topicId),
    deleting: without(deleting, topicId),
  };
}

export function without<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

export function shareTopicsValue(topics: ShareTopics): ShareGroupStatePartitionMetadataValue {
  return {
    initializingTopics: listed(topics.initializing),
    initializedTopics: listed(topics.initialized),
    deletingTopics: Array.from(topics.deleting, ([topicId, topicName]) => ({ topicId, topicName })),
  };
}

/** `sinceMs` counts for everything that is under way. */
export function shareTopicsOf(value: ShareGroupStatePartitionMetadataValue, sinceMs: number): ShareTopics {
  return {
    initializing: new Map(
      value.initializingTopics.map(({ topicId, topicName: name, partitions }) => [
        topicId,
        { name, partitions: new Set(partitions), sinceMs },
      ]),
    ),
    initialized: new Map(
      value.initializedTopics.map(({ topicId, topicName: name, partitions }) => [
        topicId,
        { name, partitions: new Set(partitions) },
      ]),
    ),
    deleting: new Map(value.deletingTopics.map(({ topicId, topicName }) => [topicId, topicName])),
  };
}

function listed(topics: ReadonlyMap<string, ShareTopic>) {
  return Array.from(topics, ([topicId, { name, partitions }]) => ({
    topicId,
    topicName: name,
    partitions: [...partitions].sort((one, other) => one - other),
  }));
}
