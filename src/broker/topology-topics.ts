// The topics that a topology of Kafka Streams names, for those who ask whether the sender may use them.

interface NamedTopic {
  readonly name: string;
}

interface SubtopologyTopics {
  readonly sourceTopics: readonly string[];
  readonly repartitionSinkTopics: readonly string[];
  readonly repartitionSourceTopics: readonly NamedTopic[];
  readonly stateChangelogTopics: readonly NamedTopic[];
}

/** Each once. */
export function topicsOfTopology(subtopologies: readonly SubtopologyTopics[]): string[] {
  const names = subtopologies.flatMap((subtopology) => [
    ...subtopology.sourceTopics,
    ...subtopology.repartitionSinkTopics,
    ...subtopology.repartitionSourceTopics.map(({ name }) => name),
    ...subtopology.stateChangelogTopics.map(({ name }) => name),
  ]);
  return [...new Set(names)];
}
