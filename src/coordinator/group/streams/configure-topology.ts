// A topology held against the topics that there are: how many tasks each subtopology has, which internal topics have still to be created,
// and what stands in the way.

import { KafkaError } from '../../../protocol/index.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';
import { decidePartitionCounts } from './partition-counts.ts';
import { inputTopics, requiredTopics, type Subtopology, type Topology } from './topology.ts';
import { type StreamsStatus, TopologyProblem } from './topology-problem.ts';

/** A repartition topic or changelog. A replication factor of 0 leaves the choice to the broker. */
export type InternalTopic = Subtopology['stateChangelogTopics'][number];

export interface ConfiguredSubtopology {
  readonly subtopologyId: string;
  readonly taskCount: number;
  readonly sourceTopics: readonly string[];
  readonly repartitionSinkTopics: readonly string[];
  readonly repartitionSourceTopics: readonly InternalTopic[];
  readonly stateChangelogTopics: readonly InternalTopic[];
}

export interface ConfiguredTopology {
  readonly topologyEpoch: number;
  /** By id. Empty while the topics do not allow to say. */
  readonly subtopologies: readonly ConfiguredSubtopology[];
  readonly missingTopics: readonly InternalTopic[];
  /** Undefined when tasks can be given out. */
  readonly problem: StreamsStatus | undefined;
}

/** Throws STREAMS_INVALID_TOPOLOGY for a topology that no topics would fit. */
export function configureTopology(topology: Topology, topics: GroupTopics): ConfiguredTopology {
  const topologyEpoch = topology.epoch;
  try {
    requireSourceTopics(topology, topics);
    const counts = decidePartitionCounts(topology, topics);
    const subtopologies = topology.subtopologies
      .map((subtopology) => configureSubtopology(subtopology, counts, topics))
      .sort((one, other) => (one.subtopologyId < other.subtopologyId ? -1 : 1));
    const missingTopics = findMissing(subtopologies, topology, topics);
    const names = missingTopics.map(({ name }) => name);
    const problem =
      names.length === 0
        ? undefined
        : statusOf(new TopologyProblem('missingInternalTopics', `Internal topics are missing: ${summary(names)}`));
    return { topologyEpoch, subtopologies, missingTopics, problem };
  } catch (error) {
    if (!(error instanceof TopologyProblem)) throw error;
    return { topologyEpoch, subtopologies: [], missingTopics: [], problem: statusOf(error) };
  }
}

function requireSourceTopics({ subtopologies }: Topology, topics: GroupTopics): void {
  const sources = new Set(subtopologies.flatMap(({ sourceTopics }) => sourceTopics));
  const missing = [...sources].filter((name) => topics.byName(name) === undefined).sort();
  if (missing.length > 0)
    throw new TopologyProblem('missingSourceTopics', `Source topics ${summary(missing)} are missing.`);
}

function configureSubtopology(
  subtopology: Subtopology,
  counts: ReadonlyMap<string, number>,
  topics: GroupTopics,
): ConfiguredSubtopology {
  const { subtopologyId, sourceTopics, repartitionSinkTopics } = subtopology;
  const decide = (topic: InternalTopic): InternalTopic => {
    const partitions = topic.partitions === 0 ? (counts.get(topic.name) ?? 0) : topic.partitions;
    if (partitions < 1) throw new KafkaError('STREAMS_INVALID_TOPOLOGY', `${topic.name} must have a partition.`);
    return { ...topic, partitions };
  };
  return {
    subtopologyId,
    taskCount: Math.max(
      ...inputTopics(subtopology).map((topic) => topics.byName(topic)?.partitionCount ?? counts.get(topic) ?? 0),
    ),
    sourceTopics,
    repartitionSinkTopics,
    repartitionSourceTopics: subtopology.repartitionSourceTopics.map(decide),
    stateChangelogTopics: subtopology.stateChangelogTopics.map(decide),
  };
}

function findMissing(
  subtopologies: readonly ConfiguredSubtopology[],
  topology: Topology,
  topics: GroupTopics,
): InternalTopic[] {
  const missing = new Map<string, InternalTopic>();
  for (const { repartitionSourceTopics, stateChangelogTopics } of subtopologies)
    for (const topic of [...repartitionSourceTopics, ...stateChangelogTopics]) missing.set(topic.name, topic);
  for (const name of requiredTopics(topology)) {
    const found = topics.byName(name);
    const expected = missing.get(name);
    if (found === undefined || expected === undefined) continue;
    if (found.partitionCount !== expected.partitions) {
      throw new TopologyProblem(
        'incorrectlyPartitionedTopics',
        `Existing topic ${name} has different number of partitions: expected ${expected.partitions}, found ${found.partitionCount}`,
      );
    }
    missing.delete(name);
  }
  return [...missing.values()];
}

function statusOf({ statusCode, message }: TopologyProblem): StreamsStatus {
  return { statusCode, statusDetail: message };
}

const NAMED_TOPICS = 3;

function summary(names: readonly string[]): string {
  const rest = names.length - NAMED_TOPICS;
  return names.slice(0, NAMED_TOPICS).join(', ') + (rest > 0 ? ` and ${rest} additional topics` : '');
}
