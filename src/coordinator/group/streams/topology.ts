// The topology of a Kafka Streams application: subtopologies, which are worked on apart from each other, with the topics that each reads,
// writes and keeps its state in. The first member of a group tells it, and the group keeps it.

import { isDeepStrictEqual } from 'node:util';
import { KafkaError, type StreamsGroupTopologyValue } from '../../../protocol/index.ts';

export type Topology = StreamsGroupTopologyValue;
export type Subtopology = Topology['subtopologies'][number];

/** Throws STREAMS_INVALID_TOPOLOGY for one that contradicts itself. */
export function validateTopology({ epoch, subtopologies }: Topology): void {
  require(epoch >= 0, `Topology epoch ${epoch} must not be negative.`);
  const ids = new Set(subtopologies.map(({ subtopologyId }) => subtopologyId));
  require(ids.size === subtopologies.length, 'Subtopologies must have different ids.');
  for (const { subtopologyId, stateChangelogTopics, sourceTopics, repartitionSourceTopics, ...rest } of subtopologies) {
    for (const { name, partitions } of stateChangelogTopics)
      require(partitions === 0, `Changelog topic ${name} must not set its partitions, but sets ${partitions}.`);
    require(sourceTopics.length + repartitionSourceTopics.length >
      0, `No source topics found for subtopology ${subtopologyId}`);
    for (const group of rest.copartitionGroups) {
      const isKnown =
        group.sourceTopics.every((index) => sourceTopics[index] !== undefined) &&
        group.repartitionSourceTopics.every((index) => repartitionSourceTopics[index] !== undefined);
      require(isKnown, `A copartition group of subtopology ${subtopologyId} names a topic that is not a source of it.`);
    }
  }
}

/** Sources, repartition topics and changelogs. */
export function requiredTopics({ subtopologies }: Topology): Set<string> {
  return new Set(
    subtopologies.flatMap((subtopology) => [
      ...inputTopics(subtopology),
      ...subtopology.stateChangelogTopics.map(({ name }) => name),
    ]),
  );
}

/** The topics whose partitions make the tasks. */
export function inputTopics({
  sourceTopics,
  repartitionSourceTopics,
}: {
  readonly sourceTopics: readonly string[];
  readonly repartitionSourceTopics: readonly { readonly name: string }[];
}): string[] {
  return [...sourceTopics, ...repartitionSourceTopics.map(({ name }) => name)];
}

/** The subtopology that reads each topic. */
export function readersOf({ subtopologies }: Topology): ReadonlyMap<string, string> {
  return new Map(
    subtopologies.flatMap((subtopology) =>
      inputTopics(subtopology).map((topic) => [topic, subtopology.subtopologyId] as const),
    ),
  );
}

/** In whichever order the subtopologies come. */
export function sameTopology(one: Topology, other: Topology): boolean {
  return one.epoch === other.epoch && isDeepStrictEqual(sorted(one), sorted(other));
}

function sorted({ subtopologies }: Topology): Subtopology[] {
  return [...subtopologies].sort((one, other) => (one.subtopologyId < other.subtopologyId ? -1 : 1));
}

function require(isTrue: boolean, message: string): void {
  if (!isTrue) throw new KafkaError('STREAMS_INVALID_TOPOLOGY', message);
}
